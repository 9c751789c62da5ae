use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use paid_once::Money;

use crate::api::field_rule::{ORDER_ID, Shape, obey};
use crate::api::{Answer, DecodeError, Effect, Endpoint, FieldRule, Form, InvalidRequest, invalid};
use crate::id_form::random_characters;
use crate::reply::JsonReply;
use crate::wire::RawJson;
use crate::{Credentials, MerchantOid, amount};

/// Gives money of a paid order back, in full or in part.
///
/// `POST /odeme/iade`. It moves money and PayTR has no idempotency key for it: send it with
/// [`PaytrClient::refund`](crate::PaytrClient::refund) or one of its careful siblings, which find out
/// what happened when the reply is lost. Source: PayTR, İade API.
///
/// A refund of an order in instalments is measured against the order amount, not against what the
/// buyer paid; PayTR gives the surcharge back by itself (seen in official code, not documented).
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `order` | `merchant_oid` | 1 to 64 ASCII letters and digits | documented |
/// | `amount` | `return_amount` | major units with a dot, above 0, in the currency of the order | documented |
/// | `reference` | `reference_no` | 1 to 64 ASCII letters and digits | documented |
///
/// Source: <https://dev.paytr.com/iade-api>, as published in August 2026.
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
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `test_mode` | `is_test` | 1 for a test payment | recorded |
/// | `amount` | `return_amount` | major units, as posted | recorded |
///
/// Source: <https://dev.paytr.com/iade-api>, as published in August 2026.
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

const REFERENCE: Shape = Shape::Id {
    max: ReferenceNo::MAX_LEN,
};

impl Endpoint for Refund {
    const PATH: &'static str = "/odeme/iade";
    const EFFECT: Effect = Effect::Changes;
    const TIMEOUT: Duration = Duration::from_secs(90);
    const SIGNED: &'static [&'static str] = &["merchant_id", "merchant_oid", "return_amount"];
    const RULES: &'static [FieldRule] = &[
        FieldRule::new("merchant_oid", ORDER_ID),
        FieldRule::new("return_amount", Shape::MajorUnits),
        FieldRule::new("reference_no", REFERENCE).optional(),
    ];
    type Reply = RefundReceipt;

    fn form(&self, credentials: &Credentials) -> Result<Form, InvalidRequest> {
        let minor_units = self.amount.minor_units();
        invalid::currency(self.amount.currency())?;
        let form = Form::new()
            .field("merchant_id", credentials.merchant_id().to_string())
            .field("merchant_oid", self.order.to_string())
            .field("return_amount", amount::major_text(minor_units))
            .field("reference_no", self.reference.to_string());
        Ok(obey(Self::RULES, form)?.sign(credentials, Self::SIGNED))
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

/// The shop's own reference of one refund: 1 to 64 ASCII letters and digits.
///
/// On the wire: `reference_no`. Documented: <https://dev.paytr.com/iade-api>, August 2026.
///
/// PayTR echoes it and lists it in the status inquiry. It is the only way to find out whether a refund
/// was executed when its reply was lost. PayTR does not compare references: two refunds with the same
/// one are two refunds. So use one reference per refund, and a new one for the next.
///
/// ```
/// use paytr_core::api::ReferenceNo;
///
/// let own = ReferenceNo::new("IADE0001")?;
/// assert_eq!(own.as_str(), "IADE0001");
/// assert_ne!(ReferenceNo::random(), ReferenceNo::random());
/// # Ok::<_, paytr_core::api::ReferenceNoError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReferenceNo(Box<str>);

impl ReferenceNo {
    /// Longest reference, in characters.
    pub const MAX_LEN: usize = 64;

    /// Checks and takes the reference.
    ///
    /// # Errors
    ///
    /// [`ReferenceNoError`] when it is empty, too long, or has another character.
    pub fn new(reference: &str) -> Result<Self, ReferenceNoError> {
        let letters_and_digits = reference.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let fits = (1..=Self::MAX_LEN).contains(&reference.len()) && letters_and_digits;
        fits.then(|| Self(reference.into())).ok_or(ReferenceNoError)
    }

    /// A new reference: 24 random characters, 120 bits.
    #[must_use]
    pub fn random() -> Self {
        Self(random_characters::<24>().into())
    }

    /// The reference.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ReferenceNo {
    type Err = ReferenceNoError;

    fn from_str(reference: &str) -> Result<Self, ReferenceNoError> {
        Self::new(reference)
    }
}

impl fmt::Display for ReferenceNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for ReferenceNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReferenceNo({self})")
    }
}

/// The text is not a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("reference_no is 1 to 64 ASCII letters and digits")]
pub struct ReferenceNoError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_to_sixty_four_letters_and_digits() {
        let random = ReferenceNo::random();
        assert_eq!(ReferenceNo::new(random.as_str()), Ok(random));
        assert!(ReferenceNo::new(&"Z9".repeat(32)).is_ok());
        for wrong in ["", &"A".repeat(65), "A-1", "A 1", "Ş", "A\n"] {
            assert!(ReferenceNo::new(wrong).is_err(), "{wrong:?}");
        }
    }
}
