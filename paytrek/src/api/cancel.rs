use super::capture::{NotedBody, decode_yes_or_no};
use super::{
    Answer, Call, Decoded, Effect, Happened, InvalidRequest, MovesMoney, Request, Sale, check,
};
use crate::{Decimal, DecodeError, SaleStatus, SaleToken};

/// Voids a sale, or refunds it in full: `POST /api/v2/cancel/`.
///
/// On a sale in fraud review it marks the review rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a sale is cancelled by sending this"]
pub struct Cancel {
    sale_token: SaleToken,
    comments: Option<String>,
}

impl Cancel {
    /// Cancels this sale.
    pub fn new(sale_token: SaleToken) -> Self {
        Self {
            sale_token,
            comments: None,
        }
    }

    /// With a note on the fraud decision.
    pub fn comments(mut self, note: impl Into<String>) -> Self {
        self.comments = Some(note.into());
        self
    }
}

/// The answer to a cancel.
///
/// The two amounts may differ: the documented example has a sale total of 24.72 and an amount of 24, which
/// a card fee may explain.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CancelAnswer {
    /// What goes back.
    pub amount: Decimal,
    /// The total of the sale.
    pub sale_amount: Decimal,
}

impl Request for Cancel {
    type Reply = CancelAnswer;
    const EFFECT: Effect = Effect::Changes;
    const SUCCESS: &'static [u16] = &[200, 201];

    fn call(&self) -> Result<Call, InvalidRequest> {
        check::maybe_text("comments", self.comments.as_deref())?;
        let body = NotedBody {
            sale_token: self.sale_token.as_str(),
            comments: self.comments.as_deref(),
        };
        Call::post("/api/v2/cancel/", &body)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Decoded<CancelAnswer>, DecodeError> {
        decode_yes_or_no(&self.sale_token, answer, |object| {
            Ok(CancelAnswer {
                amount: object.needed_decimal("amount")?,
                sale_amount: object.needed_decimal("sale_amount")?,
            })
        })
    }
}

impl MovesMoney for Cancel {
    fn sale_token(&self) -> &SaleToken {
        &self.sale_token
    }

    /// What a voided sale's status is called is not documented: another name than the known ones tells
    /// nothing for sure.
    fn happened(&self, sale: &Sale) -> Happened {
        let refunded = sale.refunded_amount.map(|refunded| refunded.minor_units());
        match (refunded, &sale.status) {
            (Some(refunded), _) if refunded >= sale.amount.minor_units() => Happened::Yes,
            (_, SaleStatus::Other(_)) => Happened::Unclear,
            (Some(0), _) => Happened::NotSoFar,
            _ => Happened::Unclear,
        }
    }
}
