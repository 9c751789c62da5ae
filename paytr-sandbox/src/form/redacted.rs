//! A form as it may be kept: without the card and without the secrets.

use form_urlencoded::Serializer;
use serde_json::Value;

use super::PostedForm;
use super::slips::plain;

/// Fields that are not kept, in whatever spelling.
const NEVER_KEPT: &[&str] = &[
    "card_number",
    "cc_owner",
    "cvc",
    "cvv",
    "expiry_month",
    "expiry_year",
    "merchant_key",
    "merchant_salt",
];

/// The digits of the longest and the shortest card number.
const CARD_DIGITS: std::ops::RangeInclusive<usize> = 13..=19;

impl PostedForm {
    /// As a urlencoded form. What is left out stands as its name in angle brackets.
    pub(crate) fn redacted(&self) -> String {
        let fields = self.0.iter();
        let fields = fields.map(|(name, value)| (name, redacted(name, value)));
        Serializer::new(String::new()).extend_pairs(fields).finish()
    }

    /// One value of it, as it goes into a signed message.
    pub(crate) fn signed_redacted(&self, name: &str) -> String {
        redacted(name, self.signed(name))
    }
}

/// A JSON body as it may be kept; `None` for one that cannot be read.
pub(crate) fn redacted_json(body: &[u8]) -> Option<String> {
    let mut json: Value = serde_json::from_slice(body).ok()?;
    redact("", &mut json);
    Some(json.to_string())
}

fn redact(name: &str, value: &mut Value) {
    match value {
        Value::Object(fields) => fields
            .iter_mut()
            .for_each(|(name, value)| redact(name, value)),
        Value::Array(values) => values.iter_mut().for_each(|value| redact(name, value)),
        Value::String(_) | Value::Number(_) => {
            let text = match &*value {
                Value::String(text) => text.clone(),
                number => number.to_string(),
            };
            let kept = redacted(name, &text);
            if kept != text {
                *value = kept.into();
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

fn redacted(name: &str, value: &str) -> String {
    let mut never_kept = NEVER_KEPT.iter();
    if let Some(name) = never_kept.find(|known| plain(known).eq(plain(name))) {
        return format!("<{name}>");
    }
    if is_card_number(value) {
        return "<card_number>".to_owned();
    }
    value.to_owned()
}

/// Digits of a card number, with blanks or dashes between them, by its first digit and its check digit.
fn is_card_number(value: &str) -> bool {
    let characters = value.chars().filter(|one| !matches!(one, ' ' | '-'));
    let digits: Option<Vec<u32>> = characters.map(|one| one.to_digit(10)).collect();
    let digits = digits.unwrap_or_default();
    let is_issued = matches!(digits.first(), Some(2..=6 | 9));
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(index, digit)| match digit * 2 {
            _ if index % 2 == 0 => *digit,
            doubled @ 0..10 => doubled,
            doubled => doubled - 9,
        })
        .sum();
    CARD_DIGITS.contains(&digits.len()) && is_issued && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_and_secrets_are_left_out_in_any_spelling_and_any_field() {
        let form = PostedForm::of(&[
            ("card_number", "1234"),
            ("cardNumber", "1234"),
            ("CVV", "123"),
            ("merchantKey", "secret"),
            ("number", "4111 1111-1111 1111"),
            ("merchant_oid", "A1"),
            ("user_phone", "05001112233"),
        ]);
        assert_eq!(
            form.redacted(),
            "card_number=%3Ccard_number%3E&cardNumber=%3Ccard_number%3E&CVV=%3Ccvv%3E\
             &merchantKey=%3Cmerchant_key%3E&number=%3Ccard_number%3E&merchant_oid=A1\
             &user_phone=05001112233"
        );
    }

    #[test]
    fn a_json_body_is_kept_without_them() {
        let body = br#"{"merchant_id":1,"card":{"number":4111111111111111,"cvv":"123"},"a":["5406675406675403"]}"#;
        assert_eq!(
            redacted_json(body).unwrap(),
            r#"{"a":["<card_number>"],"card":{"cvv":"<cvv>","number":"<card_number>"},"merchant_id":1}"#
        );
        assert_eq!(redacted_json(b"{\"card_number\": 4111"), None);
    }

    #[test]
    fn a_card_number_is_known_by_its_check_digit() {
        for number in [
            "4111111111111111",
            "4355 0843 5508 4358",
            "9792030394440796",
        ] {
            assert!(is_card_number(number), "{number}");
        }
        for other in [
            "4111111111111112",
            "1717171717171",
            "05001112233",
            "",
            "3456",
            "TR33",
        ] {
            assert!(!is_card_number(other), "{other}");
        }
    }
}
