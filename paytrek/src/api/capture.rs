use serde::Serialize;

use super::sale::{sale_token, same_sale};
use super::{
    Answer, Call, Decoded, Effect, Happened, InvalidRequest, MovesMoney, PaymentError, Request,
    Sale, check,
};
use crate::json::Object;
use crate::{Decimal, DecodeError, SaleStatus, SaleToken};

/// Captures a pre-authorised sale, always its full amount: `POST /api/v2/capture/`.
///
/// A sale in fraud review is held as a pre-authorisation; capturing it marks the review accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a capture is made by sending it"]
pub struct Capture {
    sale_token: SaleToken,
    comments: Option<String>,
}

impl Capture {
    /// Captures this sale.
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

/// The answer to a capture. Read the sale afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CaptureAnswer {
    /// What was captured.
    pub amount: Decimal,
    /// The total of the sale.
    pub sale_amount: Decimal,
    /// Paytrek's number of the sale.
    pub sale_id: Option<u64>,
}

impl Request for Capture {
    type Reply = CaptureAnswer;
    const EFFECT: Effect = Effect::Changes;
    const SUCCESS: &'static [u16] = &[200, 201];

    fn call(&self) -> Result<Call, InvalidRequest> {
        check::maybe_text("comments", self.comments.as_deref())?;
        let body = NotedBody {
            sale_token: self.sale_token.as_str(),
            comments: self.comments.as_deref(),
        };
        Call::post("/api/v2/capture/", &body)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Decoded<CaptureAnswer>, DecodeError> {
        decode_yes_or_no(&self.sale_token, answer, |object| {
            Ok(CaptureAnswer {
                amount: object.needed_decimal("amount")?,
                sale_amount: object.needed_decimal("sale_amount")?,
                sale_id: object.maybe("sale_id"),
            })
        })
    }
}

impl MovesMoney for Capture {
    fn sale_token(&self) -> &SaleToken {
        &self.sale_token
    }

    fn happened(&self, sale: &Sale) -> Happened {
        match sale.status {
            SaleStatus::Paid | SaleStatus::ReadyToSend => Happened::Yes,
            SaleStatus::PreAuthorized | SaleStatus::Authorized => Happened::NotSoFar,
            _ => Happened::Unclear,
        }
    }
}

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

/// The body of a capture and of a cancel.
#[derive(Serialize)]
struct NotedBody<'a> {
    sale_token: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    comments: Option<&'a str>,
}

/// Reads an answer whose point is `succeeded`, checking first that it is about the right sale.
pub(super) fn decode_yes_or_no<T>(
    asked: &SaleToken,
    answer: Answer<'_>,
    read: impl FnOnce(&Object<'_>) -> Result<T, DecodeError>,
) -> Result<Decoded<T>, DecodeError> {
    let object = Object::parse(answer.body)?;
    same_sale(asked, &sale_token(&object)?)?;
    if object.needed("succeeded")? {
        read(&object).map(Decoded::Success)
    } else {
        Ok(Decoded::Refused(PaymentError::beside(&object)))
    }
}
