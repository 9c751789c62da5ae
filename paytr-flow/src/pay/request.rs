//! Reading the JSON of a purchase.

use paytr_core::Language;
use serde_json::{Map, Value};

use super::PayProblem;
use crate::{Cart, CartError};

/// What a browser asks to buy. It has no amount and no order id: those fields are not even read.
#[derive(Clone)]
pub(super) struct Purchase {
    cart: Cart,
    pub(super) email: String,
    pub(super) name: String,
    pub(super) address: String,
    pub(super) phone: String,
    language: Option<Language>,
    payment_type: PaymentType,
    idempotency_key: Option<String>,
}

/// How the buyer wants to pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PaymentType {
    Card,
    Eft,
}

impl PaymentType {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Eft => "eft",
        }
    }
}

impl Purchase {
    pub(super) fn read(content_type: Option<&[u8]>, body: &[u8]) -> Result<Self, PayProblem> {
        // A form of another site can post text/plain and urlencoded bodies with the buyer's address,
        // but not JSON: for that its browser asks this server first.
        if !content_type.is_some_and(is_json) {
            return Err(PayProblem::UnsupportedMediaType);
        }
        let Ok(Value::Object(fields)) = serde_json::from_slice(body) else {
            return Err(PayProblem::BadJson);
        };
        Ok(Self {
            cart: cart(&fields)?,
            email: text(&fields, "email", 100)?,
            name: text(&fields, "user_name", 60)?,
            address: text(&fields, "user_address", 400)?,
            phone: text(&fields, "user_phone", 20)?,
            language: choice(&fields, "lang", "tr or en", Language::from_code)?,
            payment_type: choice(&fields, "payment_type", "card or eft", payment_type)?
                .unwrap_or(PaymentType::Card),
            idempotency_key: idempotency_key(&fields)?,
        })
    }

    pub(super) fn cart(&self) -> &Cart {
        &self.cart
    }

    /// The language, if the buyer chose one.
    pub(super) fn language(&self) -> Option<Language> {
        self.language
    }

    pub(super) fn payment_type(&self) -> PaymentType {
        self.payment_type
    }

    pub(super) fn idempotency_key(&self) -> Option<&str> {
        self.idempotency_key.as_deref()
    }
}

fn is_json(content_type: &[u8]) -> bool {
    let media_type = content_type.split(|byte| *byte == b';').next();
    media_type.is_some_and(|media_type| {
        media_type
            .trim_ascii()
            .eq_ignore_ascii_case(b"application/json")
    })
}

fn cart(fields: &Map<String, Value>) -> Result<Cart, PayProblem> {
    let not_a_list = || PayProblem::field("basket", "a list of {product_id, quantity}");
    let lines = fields.get("basket").and_then(Value::as_array);
    let lines = lines.ok_or_else(not_a_list)?;
    let lines = lines.iter().map(|line| {
        let product_id = line.get("product_id").and_then(Value::as_str);
        let product_id = product_id.ok_or(CartError::ProductId)?;
        // Negative, fractional and huge numbers and texts are none.
        let quantity = line.get("quantity").and_then(Value::as_u64);
        let quantity = quantity.and_then(|quantity| u32::try_from(quantity).ok());
        Ok((product_id, quantity.ok_or(CartError::Quantity)?))
    });
    let lines: Vec<_> = lines.collect::<Result<_, CartError>>()?;
    Ok(Cart::new(lines)?)
}

/// A required text, without blanks around it.
fn text(fields: &Map<String, Value>, name: &'static str, max: usize) -> Result<String, PayProblem> {
    let text = fields.get(name).and_then(Value::as_str).unwrap_or_default();
    let text = text.trim();
    let fits = (1..=max).contains(&text.chars().count());
    // Line breaks are part of an address typed into a text area.
    let plain = !text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
    if fits && plain {
        Ok(text.to_owned())
    } else {
        Err(PayProblem::field(name, format!("1 to {max} characters")))
    }
}

/// An optional text out of a few; null is the same as absent.
fn choice<T>(
    fields: &Map<String, Value>,
    name: &'static str,
    rule: &'static str,
    from_code: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, PayProblem> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value
            .as_str()
            .and_then(from_code)
            .map(Some)
            .ok_or_else(|| PayProblem::field(name, rule)),
    }
}

fn payment_type(code: &str) -> Option<PaymentType> {
    [PaymentType::Card, PaymentType::Eft]
        .into_iter()
        .find(|payment_type| payment_type.code() == code)
}

fn idempotency_key(fields: &Map<String, Value>) -> Result<Option<String>, PayProblem> {
    let rule = "1 to 128 printable ASCII characters";
    choice(fields, "idempotency_key", rule, |key| {
        let printable = key.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        ((1..=128).contains(&key.len()) && printable).then(|| key.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_json_is_read() {
        for good in [
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/json ;x",
        ] {
            assert!(is_json(good.as_bytes()), "{good}");
        }
        for wrong in [
            "",
            "text/plain",
            "application/jsonp",
            "text/plain; application/json",
            "text/plain,application/json",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
        ] {
            assert!(!is_json(wrong.as_bytes()), "{wrong}");
        }
    }
}
