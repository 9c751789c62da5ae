//! `user_basket` of get-token: base64 of a JSON list of rows `[name, unit price, quantity]`.
//!
//! PayTR looks at little of it: its own Magento 2 module writes `1.234.56`. So what is in a row passes
//! with a warning; only its shape is checked.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::Warning;
use super::fields::{Fields, Refused};

/// One row of the basket, as the shop wrote it.
pub(crate) struct BasketLine {
    pub(crate) name: String,
    pub(crate) price: UnitPrice,
    pub(crate) quantity: String,
}

/// What one piece costs.
pub(crate) enum UnitPrice {
    /// Minor units; a discount may be below zero.
    MinorUnits(i64),
    /// It cannot be read as an amount.
    AsWritten(String),
}

pub(super) fn read(
    fields: &Fields<'_>,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<BasketLine>, Refused> {
    let refused = Refused::Field("user_basket");
    let text = fields.required("user_basket", usize::MAX)?;
    let json = STANDARD.decode(text).ok();
    let rows: Option<Vec<Vec<Value>>> = json.and_then(|json| serde_json::from_slice(&json).ok());
    let rows = rows.unwrap_or_default().into_iter().enumerate();
    let lines: Option<Vec<_>> = rows
        .map(|(index, row)| line(index + 1, &row, warnings))
        .collect();
    lines.filter(|lines| !lines.is_empty()).ok_or(refused)
}

/// `None` for a row without a price, or with something in it that is neither text nor a number.
fn line(number: usize, row: &[Value], warnings: &mut Vec<Warning>) -> Option<BasketLine> {
    let (name, price) = (scalar(row.first()?)?, scalar(row.get(1)?)?);
    let quantity = match row.get(2) {
        Some(value) => Some(scalar(value)?),
        None => None,
    };
    let is_count = |text: &String| text.parse::<u64>().is_ok();
    if !quantity.as_ref().is_some_and(is_count) {
        warn_once(warnings, Warning::BasketQuantity(number, quantity.clone()));
    }
    let price = if let Some(amount) = paytr_core::amount::parse_major(&price) {
        UnitPrice::MinorUnits(amount)
    } else {
        warn_once(warnings, Warning::BasketPrice(number, price.clone()));
        UnitPrice::AsWritten(price)
    };
    Some(BasketLine {
        name,
        price,
        quantity: quantity.unwrap_or_else(|| "1".to_owned()),
    })
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A shop makes the same mistake in every row: the first one is enough.
fn warn_once(warnings: &mut Vec<Warning>, warning: Warning) {
    let kind = std::mem::discriminant(&warning);
    let is_known = |known: &Warning| std::mem::discriminant(known) == kind;
    if !warnings.iter().any(is_known) {
        warnings.push(warning);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::PostedForm;

    fn read(json: &str) -> Result<(Vec<BasketLine>, Vec<String>), Refused> {
        let basket = STANDARD.encode(json);
        let form = PostedForm::of(&[("user_basket", &basket)]);
        let mut warnings = Vec::new();
        let lines = super::read(&Fields::of(&form), &mut warnings)?;
        let warnings = warnings.iter().map(ToString::to_string).collect();
        Ok((lines, warnings))
    }

    #[test]
    fn documented_rows_pass_without_a_warning() {
        for row in [
            r#"["Kalem","18.00",1]"#,
            r#"["Kalem","18,00","1"]"#,
            r#"["Kalem",18.5,2]"#,
            r#"["İndirim","-5.00",1]"#,
        ] {
            let (lines, warnings) = read(&format!("[{row}]")).ok().unwrap();
            assert_eq!(lines.len(), 1, "{row}");
            assert!(warnings.is_empty(), "{row}: {warnings:?}");
        }
    }

    #[test]
    fn odd_rows_pass_with_a_warning_that_names_the_first_one() {
        for (row, part) in [
            (r#"["Kalem","1.234.56",1]"#, "row 2: the price 1.234.56 "),
            (r#"["Kalem","34.5600",1]"#, "row 2: the price 34.5600 "),
            (r#"["Kalem","1,234.56",1]"#, "row 2: the price 1,234.56 "),
            (r#"["Kalem","18 TL",1]"#, "row 2: the price 18 TL "),
            (r#"["Kalem","18.00"]"#, "row 2 has no quantity"),
            (r#"["Kalem","18.00",1.0]"#, "row 2: the quantity 1.0 "),
            (
                r#"["Kalem","18.00","1.0000"]"#,
                "row 2: the quantity 1.0000 ",
            ),
            (r#"["Kalem","18.00",-1]"#, "row 2: the quantity -1 "),
        ] {
            let good = r#"["Defter","33.25",2]"#;
            let (lines, warnings) = read(&format!("[{good},{row},{row}]")).ok().unwrap();
            assert_eq!(lines.len(), 3, "{row}");
            assert_eq!(warnings.len(), 1, "{row}: {warnings:?}");
            assert!(warnings[0].contains(part), "{row}: {warnings:?}");
        }
    }

    #[test]
    fn what_is_no_list_of_rows_stays_refused() {
        for json in [
            "",
            "{}",
            "[]",
            r#"["Kalem","18.00",1]"#,
            r#"[[["Kalem","18.00",1]]]"#,
            r#"[{"name":"Kalem"}]"#,
            r#"[["Kalem"]]"#,
            r#"[["Kalem",null,1]]"#,
            r#"[["Kalem","18.00",[1]]]"#,
        ] {
            assert!(read(json).is_err(), "{json}");
        }
        for basket in [r#"[["Kalem","18.00",1]]"#, "W1siS2FsZW0iLCIxOC4wMCIsMV1"] {
            let form = PostedForm::of(&[("user_basket", basket)]);
            assert!(super::read(&Fields::of(&form), &mut Vec::new()).is_err());
        }
    }
}
