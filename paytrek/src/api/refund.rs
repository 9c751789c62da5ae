use paid_once::Money;
use serde::Serialize;

use super::capture::decode_yes_or_no;
use super::{
    Answer, Call, Decoded, Effect, Happened, InvalidRequest, MovesMoney, Request, Sale, check,
};
use crate::decimal::AsNumber;
use crate::{Decimal, DecodeError, SaleToken};

/// Refunds a sale, in full or in part: `POST /api/v2/refund/`.
///
/// It is made from the sale as it was just read. What was refunded by then is remembered, so that a lost
/// answer can be told from one that never came: a repeated partial refund refunds twice.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a refund is made by sending it"]
pub struct Refund {
    sale_token: SaleToken,
    sale_amount: Money,
    refunded_before: Option<Money>,
    part: Option<Money>,
    comments: Option<String>,
}

impl Refund {
    /// Everything. Paytrek tries a cancel first.
    pub fn full(sale: &Sale) -> Self {
        Self {
            sale_token: sale.sale_token.clone(),
            sale_amount: sale.amount,
            refunded_before: sale.refunded_amount,
            part: None,
            comments: None,
        }
    }

    /// A part, in the sale's currency, at most what is left.
    pub fn part(sale: &Sale, part: Money) -> Self {
        Self {
            part: Some(part),
            ..Self::full(sale)
        }
    }

    /// With a note.
    pub fn comments(mut self, note: impl Into<String>) -> Self {
        self.comments = Some(note.into());
        self
    }

    fn left(&self) -> u64 {
        let refunded = self
            .refunded_before
            .map_or(0, |refunded| refunded.minor_units());
        self.sale_amount.minor_units().saturating_sub(refunded)
    }

    fn check_part(&self, part: Money) -> Result<Decimal, InvalidRequest> {
        if part.currency() != self.sale_amount.currency() {
            return Err(InvalidRequest::Shape {
                field: "amount",
                rule: "an amount in the currency of the sale",
            });
        }
        if part.minor_units() > self.left() {
            return Err(InvalidRequest::Range {
                field: "amount",
                min: 1,
                max: self.left(),
            });
        }
        check::amount("amount", part)
    }
}

/// The answer to a refund.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefundAnswer {
    /// What goes back now.
    pub amount: Decimal,
    /// The total of the sale.
    pub sale_amount: Decimal,
    /// What went back in all.
    pub total_refunded_amount: Decimal,
    /// Paytrek's number of the sale.
    pub sale_id: Option<u64>,
}

#[derive(Serialize)]
struct Body<'a> {
    sale_token: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<AsNumber>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comments: Option<&'a str>,
}

impl Request for Refund {
    type Reply = RefundAnswer;
    const EFFECT: Effect = Effect::Changes;
    const SUCCESS: &'static [u16] = &[200, 201];

    fn call(&self) -> Result<Call, InvalidRequest> {
        check::maybe_text("comments", self.comments.as_deref())?;
        let part = self.part.map(|part| self.check_part(part)).transpose()?;
        let body = Body {
            sale_token: self.sale_token.as_str(),
            amount: part.map(AsNumber),
            comments: self.comments.as_deref(),
        };
        Call::post("/api/v2/refund/", &body)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Decoded<RefundAnswer>, DecodeError> {
        decode_yes_or_no(&self.sale_token, answer, |object| {
            Ok(RefundAnswer {
                amount: object.needed_decimal("amount")?,
                sale_amount: object.needed_decimal("sale_amount")?,
                total_refunded_amount: object.needed_decimal("total_refunded_amount")?,
                sale_id: object.maybe("sale_id"),
            })
        })
    }
}

impl MovesMoney for Refund {
    fn sale_token(&self) -> &SaleToken {
        &self.sale_token
    }

    /// What was refunded before, compared with what is refunded now. Another refund in between cannot be
    /// told from this one: then it is unclear.
    fn happened(&self, sale: &Sale) -> Happened {
        let (Some(before), Some(now)) = (self.refunded_before, sale.refunded_amount) else {
            return Happened::Unclear;
        };
        let asked = self.part.map_or(self.left(), |part| part.minor_units());
        match now.minor_units().checked_sub(before.minor_units()) {
            Some(0) => Happened::NotSoFar,
            Some(difference) if difference == asked => Happened::Yes,
            _ => Happened::Unclear,
        }
    }
}
