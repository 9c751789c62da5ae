use std::fmt;

use paid_once::Money;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

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

/// How much of a thing: thousandths, so that weights fit and no float is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quantity(u64);

impl Quantity {
    /// Whole pieces.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] unless it is 1 to 1 000 000 000.
    pub fn pieces(count: u32) -> Result<Self, InvalidRequest> {
        Self::thousandths(u64::from(count) * 1_000)
    }

    /// Thousandths of a unit: grams of a kilogram.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] unless it is 1 to 1 000 000 000 000.
    pub fn thousandths(count: u64) -> Result<Self, InvalidRequest> {
        const MOST: u64 = 1_000_000_000_000;
        if !(1..=MOST).contains(&count) {
            return Err(InvalidRequest::Range {
                field: "Quantity",
                min: 1,
                max: MOST,
            });
        }
        Ok(Self(count))
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        decimal(self.0, 3, serializer)
    }
}

/// Writes money in major units: roubles, not kopecks.
pub(super) fn major_units<S: Serializer>(money: &Money, serializer: S) -> Result<S::Ok, S::Error> {
    let digits = money.currency().minor_unit_digits();
    decimal(money.minor_units(), usize::from(digits), serializer)
}

/// A JSON number with a point, written from an integer: `1.0`, `0.25`.
fn decimal<S: Serializer>(units: u64, digits: usize, serializer: S) -> Result<S::Ok, S::Error> {
    let raw = RawValue::from_string(Decimal { units, digits }.to_string());
    raw.map_err(serde::ser::Error::custom)?
        .serialize(serializer)
}

struct Decimal {
    units: u64,
    digits: usize,
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = 10_u64.pow(u32::try_from(self.digits).unwrap_or(0));
        let (whole, part) = (self.units / scale, self.units % scale);
        let part = match self.digits {
            0 => String::new(),
            digits => format!("{part:0digits$}"),
        };
        let part = part.trim_end_matches('0');
        write!(f, "{whole}.{}", if part.is_empty() { "0" } else { part })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_have_a_point_and_no_float_ever_touches_them() {
        let written = |units, digits| Decimal { units, digits }.to_string();
        assert_eq!(written(1_000, 3), "1.0");
        assert_eq!(written(10_000, 2), "100.0");
        assert_eq!(written(1, 3), "0.001");
        assert_eq!(written(12_345, 2), "123.45");
        assert_eq!(written(7, 0), "7.0");
        assert_eq!(written(u64::MAX, 2), "184467440737095516.15");
    }
}
