//! What the buyer buys, as PayTR shows it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use paid_once::{Currency, Money};

use crate::amount;

/// The rows of an order: name, unit price, quantity. Never empty; the sum always fits.
///
/// On the wire: `user_basket`, JSON rows of name, price in major units with a dot, and quantity; Base64 for
/// the iframe alone. Documented: <https://dev.paytr.com/iframe-api/iframe-api-1-adim>, August 2026.
///
/// ```
/// use paytr_core::{Basket, Currency, Money};
///
/// let basket = Basket::new(Currency::TRY)
///     .item("Kalem", 1_800, 1)?
///     .item("Defter", 3_325, 2)?;
/// assert_eq!(basket.total(), Money::new(8_450, Currency::TRY));
/// assert_eq!(basket.to_json(), r#"[["Kalem","18.00",1],["Defter","33.25",2]]"#);
/// # Ok::<_, paytr_core::basket::BasketError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basket {
    rows: Vec<BasketRow>,
    total: Money,
}

/// One row of a [`Basket`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BasketRow {
    /// The name the buyer sees.
    pub name: String,
    /// Price of one, in minor units.
    pub unit_price: u64,
    /// How many; at least 1.
    pub quantity: u32,
}

impl Basket {
    /// An empty basket. Give it at least one [`item`](Self::item).
    #[must_use]
    pub fn new(currency: Currency) -> Self {
        Self {
            rows: Vec::new(),
            total: Money::new(0, currency),
        }
    }

    /// Adds `quantity` of `name` at `unit_price` minor units each.
    ///
    /// # Errors
    ///
    /// [`BasketError`] for a blank name, a quantity of zero, or a sum that does not fit.
    pub fn item(
        mut self,
        name: impl Into<String>,
        unit_price: u64,
        quantity: u32,
    ) -> Result<Self, BasketError> {
        let name = name.into();
        if name.trim().is_empty() {
            return Err(BasketError::BlankName);
        }
        if quantity == 0 {
            return Err(BasketError::ZeroQuantity);
        }
        self.total = Money::new(unit_price, self.total.currency())
            .checked_mul(u64::from(quantity))
            .and_then(|price| self.total.checked_add(price))
            .ok_or(BasketError::Overflow)?;
        self.rows.push(BasketRow {
            name,
            unit_price,
            quantity,
        });
        Ok(self)
    }

    /// The rows.
    #[must_use]
    pub fn rows(&self) -> &[BasketRow] {
        &self.rows
    }

    /// The sum of all rows.
    #[must_use]
    pub fn total(&self) -> Money {
        self.total
    }

    /// PayTR's JSON: rows of `[name, "price in major units", quantity]`, UTF-8.
    #[must_use]
    pub fn to_json(&self) -> String {
        let rows: Vec<_> = self
            .rows
            .iter()
            .map(|row| (&row.name, amount::major_text(row.unit_price), row.quantity))
            .collect();
        #[expect(
            clippy::expect_used,
            reason = "texts and numbers always have a JSON form"
        )]
        serde_json::to_string(&rows).expect("texts and numbers have a JSON form")
    }

    /// The JSON in standard base64: `user_basket` of the iFrame API.
    #[must_use]
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.to_json())
    }
}

/// Why a row cannot be part of a [`Basket`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BasketError {
    /// The name is empty or blank.
    #[error("a basket row needs a name")]
    BlankName,
    /// The quantity is zero.
    #[error("a basket row has a quantity of at least 1")]
    ZeroQuantity,
    /// The sum does not fit.
    #[error("the sum of the basket does not fit")]
    Overflow,
}
