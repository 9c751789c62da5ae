use paid_once::Money;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::Quantity;
use super::decimal::major_units;
use crate::commands::InvalidRequest;

/// The rate of the value added tax, by Payture's numbers. Newer rates may exist: use [`Tax::Other`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tax {
    /// 1: 20 %.
    Twenty,
    /// 2: 10 %.
    Ten,
    /// 3: 20/120.
    TwentyOf120,
    /// 4: 10/110.
    TenOf110,
    /// 5: 0 %.
    Zero,
    /// 6: no tax.
    None,
    /// Any other number.
    Other(u8),
}

impl Serialize for Tax {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(match *self {
            Self::Twenty => 1,
            Self::Ten => 2,
            Self::TwentyOf120 => 3,
            Self::TenOf110 => 4,
            Self::Zero => 5,
            Self::None => 6,
            Self::Other(number) => number,
        })
    }
}

/// One line of a receipt.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Position {
    quantity: Quantity,
    #[serde(serialize_with = "major_units")]
    price: Money,
    tax: Tax,
    text: String,
    #[serde(flatten)]
    more: Map<String, Value>,
}

impl Position {
    /// `quantity` of something that costs `price` each.
    #[must_use]
    pub fn new(text: impl Into<String>, quantity: Quantity, price: Money, tax: Tax) -> Self {
        Self {
            quantity,
            price,
            tax,
            text: text.into(),
            more: Map::new(),
        }
    }

    /// One more documented field, such as `PaymentMethodType`, `PaymentSubjectType` or `SupplierINN`.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest::ReservedName`] for the four fields that every line has.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Result<Self, InvalidRequest> {
        let own = ["Quantity", "Price", "Tax", "Text"];
        if let Some(name) = own.into_iter().find(|own| own.eq_ignore_ascii_case(name)) {
            return Err(InvalidRequest::ReservedName { name });
        }
        self.more.insert(name.to_owned(), value.into());
        Ok(self)
    }
}
