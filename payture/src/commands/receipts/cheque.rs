use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use paid_once::Money;
use serde::{Serialize, Serializer};

use super::Position;
use super::position::major_units;
use crate::commands::InvalidRequest;

/// A receipt that goes with a payment: base64 of a JSON text.
///
/// Prices are in roubles on the wire, and [`Money`] here. `Debug` shows neither the customer's contact nor
/// what was bought.
///
/// ```
/// use payture::commands::receipts::{Cheque, Position, Quantity, Tax};
/// use payture::{Currency, Money};
///
/// let price = Money::new(10_000, Currency::RUB);
/// let cheque = Cheque::new(vec![Position::new("Ticket", Quantity::pieces(1)?, price, Tax::None)])
///     .taxation_system(0)
///     .customer_contact("user@example.com");
/// # Ok::<_, payture::InvalidRequest>(())
/// ```
#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Cheque {
    pub(super) positions: Vec<Position>,
    #[serde(skip_serializing_if = "CheckClose::is_empty")]
    pub(super) check_close: CheckClose,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) customer_contact: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) additional_messages: Vec<AdditionalMessage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) template_tag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) template_lang: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) group: Option<String>,
}

#[derive(Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CheckClose {
    #[serde(skip_serializing_if = "Option::is_none")]
    taxation_system: Option<u8>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    payments: Vec<ChequePayment>,
}

impl CheckClose {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AdditionalMessage {
    key: String,
    value: String,
}

/// How a part of a receipt was paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ChequePayment {
    /// In what way.
    pub r#type: ChequePaymentType,
    /// How much.
    #[serde(serialize_with = "major_units")]
    pub amount: Money,
}

/// The way a part of a receipt was paid, by Payture's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChequePaymentType {
    /// 1: cash.
    Cash,
    /// 2: cashless.
    Cashless,
    /// 14: paid before.
    Prepaid,
    /// 15: on credit.
    Credit,
    /// 16: in kind.
    CounterProvision,
}

impl Serialize for ChequePaymentType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(match self {
            Self::Cash => 1,
            Self::Cashless => 2,
            Self::Prepaid => 14,
            Self::Credit => 15,
            Self::CounterProvision => 16,
        })
    }
}

impl Cheque {
    /// A receipt with these lines.
    #[must_use]
    pub fn new(positions: Vec<Position>) -> Self {
        Self {
            positions,
            check_close: CheckClose::default(),
            customer_contact: None,
            message: None,
            additional_messages: Vec::new(),
            template_tag: None,
            template_lang: None,
            group: None,
        }
    }

    /// The taxation system, from 0.
    #[must_use]
    pub fn taxation_system(mut self, system: u8) -> Self {
        self.check_close.taxation_system = Some(system);
        self
    }

    /// How a part was paid.
    #[must_use]
    pub fn payment(mut self, payment: ChequePayment) -> Self {
        self.check_close.payments.push(payment);
        self
    }

    /// Where the receipt is sent: an e-mail address or a phone number.
    #[must_use]
    pub fn customer_contact(mut self, contact: impl Into<String>) -> Self {
        self.customer_contact = Some(contact.into());
        self
    }

    /// The subject of the letter.
    #[must_use]
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// One more value for the letter's template.
    #[must_use]
    pub fn additional_message(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.additional_messages.push(AdditionalMessage {
            key: key.into(),
            value: value.into(),
        });
        self
    }

    /// The letter's template and its language.
    #[must_use]
    pub fn template(mut self, tag: impl Into<String>, language: impl Into<String>) -> Self {
        self.template_tag = Some(tag.into());
        self.template_lang = Some(language.into());
        self
    }

    /// The group of cash registers.
    #[must_use]
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.group = Some(group.into());
        self
    }

    /// The JSON text.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] when there are no lines.
    pub fn to_json(&self) -> Result<String, InvalidRequest> {
        let unusable = InvalidRequest::Shape {
            field: "Cheque",
            rule: "at least one position",
        };
        if self.positions.is_empty() {
            return Err(unusable);
        }
        serde_json::to_string(self).map_err(|_| unusable)
    }

    /// Standard base64 with padding.
    pub(crate) fn encoded(cheque: Option<&Self>) -> Result<Option<String>, InvalidRequest> {
        let json = cheque.map(Self::to_json).transpose()?;
        Ok(json.map(|json| STANDARD.encode(json)))
    }
}

impl Eq for Cheque {}

impl fmt::Debug for Cheque {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cheque({} positions)", self.positions.len())
    }
}
