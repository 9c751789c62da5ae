use std::time::Duration;

use paid_once::Money;

use crate::api::{Answer, Effect, Endpoint, InvalidRequest, ReferenceNo, invalid};
use crate::reply::JsonReply;
use crate::{Credentials, DecodeError, Form, MerchantOid, RawJson, amount};

/// Gives money of a paid order back, in full or in part.
///
/// `POST /odeme/iade`. It moves money and PayTR has no idempotency key for it: send it with
/// [`PaytrClient::refund`](crate::PaytrClient::refund) or one of its careful siblings, which find out
/// what happened when the reply is lost. Source: PayTR, İade API.
///
/// A refund of an order in instalments is measured against the order amount, not against what the
/// buyer paid; PayTR gives the surcharge back by itself (seen in official code, not documented).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refund {
    /// The order id.
    pub order: MerchantOid,
    /// How much to give back: 0.01 or more, in the currency of the order.
    pub amount: Money,
    /// The shop's reference of this refund.
    pub reference: ReferenceNo,
}

impl Refund {
    /// A refund with a new random reference.
    #[must_use]
    pub fn new(order: MerchantOid, amount: Money) -> Self {
        Self {
            order,
            amount,
            reference: ReferenceNo::random(),
        }
    }

    /// The same refund with the shop's own reference.
    #[must_use]
    pub fn reference(mut self, reference: ReferenceNo) -> Self {
        self.reference = reference;
        self
    }
}

/// PayTR's yes to a [`Refund`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefundReceipt {
    /// Whether it was a refund of a test payment.
    pub test_mode: Option<bool>,
    /// The amount that PayTR echoes, in the currency of the request; `None` when it echoes none that
    /// can be read.
    pub amount: Option<Money>,
    raw: RawJson,
}

impl RefundReceipt {
    /// The whole reply.
    #[must_use]
    pub fn raw(&self) -> &RawJson {
        &self.raw
    }
}

const SIGNED: [&str; 3] = ["merchant_id", "merchant_oid", "return_amount"];

impl Endpoint for Refund {
    const PATH: &'static str = "/odeme/iade";
    const EFFECT: Effect = Effect::Changes;
    const TIMEOUT: Duration = Duration::from_secs(90);
    type Reply = RefundReceipt;

    fn form(&self, credentials: &Credentials) -> Result<Form, InvalidRequest> {
        let minor_units = self.amount.minor_units();
        invalid::minor_units_from("return_amount", 1, minor_units)?;
        invalid::currency(self.amount.currency())?;
        Ok(Form::new()
            .field("merchant_id", credentials.merchant_id().to_string())
            .field("merchant_oid", self.order.to_string())
            .field("return_amount", amount::major_text(minor_units))
            .field("reference_no", self.reference.to_string())
            .sign(credentials, &SIGNED))
    }

    /// A yes that echoes another order or another reference is not an answer to this request.
    fn decode(&self, body: &[u8]) -> Result<Answer<RefundReceipt>, DecodeError> {
        let reply = JsonReply::parse(body)?;
        match reply.status()?.as_str() {
            "success" => {}
            "error" | "failed" => return Ok(Answer::Refused(reply.refusal("refund"))),
            _ => return Err(DecodeError::Value { name: "status" }),
        }
        for (name, sent) in [
            ("merchant_oid", self.order.as_str()),
            ("reference_no", self.reference.as_str()),
        ] {
            if reply.filled(name).is_some_and(|echo| echo != sent) {
                return Err(DecodeError::Value { name });
            }
        }
        let currency = self.amount.currency();
        Ok(Answer::Success(RefundReceipt {
            test_mode: reply.flag("is_test").ok().flatten(),
            amount: reply.required_money("return_amount", currency).ok(),
            raw: reply.into_raw(),
        }))
    }
}
