//! What a buyer wants. Prices are the server's: a browser can name products and quantities, nothing else.

use payture::{Currency, Money};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use shop::Catalogue;

/// The most of one product.
const MOST: u32 = 999;
/// The most lines.
const MOST_LINES: usize = 50;

/// A priced cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cart {
    lines: Vec<(&'static str, u32)>,
    total: Money,
    /// The same for every click on one page.
    pub(crate) idempotency_key: Option<String>,
}

/// The JSON of `POST /pay`. Fields that a shop must not take from a browser, such as a price, are unknown
/// here and passed over.
#[derive(Debug, Deserialize)]
pub(crate) struct CartRequest {
    basket: Vec<CartLine>,
    idempotency_key: Option<String>,
}

#[derive(Debug, Deserialize)]
struct CartLine {
    product_id: String,
    quantity: u32,
}

impl Cart {
    /// Reads the JSON of a program, or the form of the catalogue page: `PRODUCT=QUANTITY`, where 0 is
    /// none.
    pub(crate) fn read(is_json: IsJson, body: &[u8]) -> Result<Self, &'static str> {
        let (lines, key) = match is_json {
            IsJson::Yes => {
                let request: CartRequest =
                    serde_json::from_slice(body).map_err(|_| "not the JSON of a cart")?;
                let lines = request.basket.into_iter();
                let lines = lines.map(|line| (line.product_id, line.quantity)).collect();
                (lines, request.idempotency_key)
            }
            IsJson::No => from_form(body)?,
        };
        Self::priced(lines, key)
    }

    fn priced(wanted: Vec<(String, u32)>, key: Option<String>) -> Result<Self, &'static str> {
        let mut total = Money::new(0, Currency::TRY);
        let mut lines: Vec<(&'static str, u32)> = Vec::new();
        for (id, quantity) in wanted {
            let product = Catalogue.find(&id).ok_or("there is no such product")?;
            if !(1..=MOST).contains(&quantity) {
                return Err("a quantity is 1 to 999");
            }
            if lines.len() == MOST_LINES || lines.iter().any(|(known, _)| *known == product.id) {
                return Err("a product comes once, and a cart has at most 50 lines");
            }
            let price = Money::new(product.unit_price, Currency::TRY);
            total = price
                .checked_mul(u64::from(quantity))
                .and_then(|price| total.checked_add(price))
                .ok_or("too much")?;
            lines.push((product.id, quantity));
        }
        if lines.is_empty() {
            return Err("the cart is empty");
        }
        if key
            .as_ref()
            .is_some_and(|key| !(8..=64).contains(&key.len()))
        {
            return Err("an idempotency key has 8 to 64 bytes");
        }
        Ok(Self {
            lines,
            total,
            idempotency_key: key,
        })
    }

    /// What it costs.
    pub(crate) fn total(&self) -> Money {
        self.total
    }

    /// One line for the payment page.
    pub(crate) fn title(&self) -> String {
        let names = self.lines.iter().filter_map(|(id, quantity)| {
            let name = Catalogue.find(id)?.name;
            Some(format!("{quantity} × {name}"))
        });
        let title: String = names.collect::<Vec<_>>().join(" + ");
        title
            .chars()
            .filter(|character| *character != ';')
            .take(100)
            .collect()
    }

    /// Tells two carts apart.
    pub(crate) fn fingerprint(&self) -> [u8; 32] {
        let mut digest = Sha256::new();
        for (id, quantity) in &self.lines {
            digest.update(format!("{id}={quantity};"));
        }
        digest.finalize().into()
    }
}

/// Whether a body is JSON or a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IsJson {
    Yes,
    No,
}

type Wanted = (Vec<(String, u32)>, Option<String>);

fn from_form(body: &[u8]) -> Result<Wanted, &'static str> {
    let mut wanted = Vec::new();
    let mut key = None;
    for (name, value) in url::form_urlencoded::parse(body) {
        if name == "idempotency_key" {
            key = Some(value.into_owned());
            continue;
        }
        let quantity = value.parse().map_err(|_| "a quantity is a whole number")?;
        if quantity > 0 {
            wanted.push((name.into_owned(), quantity));
        }
    }
    Ok((wanted, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_the_servers() {
        let body = br#"{"basket":[{"product_id":"cam-kalem","quantity":2,"price":1,"unit_price":1}],"total":1}"#;
        let cart = Cart::read(IsJson::Yes, body).unwrap();
        assert_eq!(cart.total(), Money::new(6_912, Currency::TRY));
        assert_eq!(cart.title(), "2 × Cam kalem");
        let form = Cart::read(IsJson::No, b"cam-kalem=2&bakir-cezve=0").unwrap();
        assert_eq!(
            (form.total(), form.fingerprint()),
            (cart.total(), cart.fingerprint())
        );
    }

    #[test]
    fn a_cart_that_makes_no_sense_is_refused() {
        for wrong in [
            &br#"{"basket":[]}"#[..],
            br#"{"basket":[{"product_id":"cam-kalem","quantity":0}]}"#,
            br#"{"basket":[{"product_id":"cam-kalem","quantity":-1}]}"#,
            br#"{"basket":[{"product_id":"cam-kalem","quantity":1000}]}"#,
            br#"{"basket":[{"product_id":"gold","quantity":1}]}"#,
            br#"{"basket":[{"product_id":"cam-kalem","quantity":1},{"product_id":"cam-kalem","quantity":1}]}"#,
            b"not json",
        ] {
            assert!(Cart::read(IsJson::Yes, wrong).is_err());
        }
        assert!(Cart::read(IsJson::No, b"cam-kalem=0").is_err());
        assert!(Cart::read(IsJson::No, b"cam-kalem=1.5").is_err());
    }
}
