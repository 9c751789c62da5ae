//! Lists that are posted as JSON.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::{Map, Value};

use super::amounts;
use super::shape::{Broken, holds};
use crate::api::{Iban, InvalidRequest, invalid};

const BASKET: &str = "base64 of the JSON list [[name, price, quantity], …], in UTF-8";
const PAYOUTS: &str = "a JSON list of 1 to 2000 payouts, each with amount, receiver and iban";

/// The basket of get-token. Prices and quantities are not looked at: PayTR's own modules write them in
/// many ways.
pub(super) fn in_base64(field: &'static str, text: &str) -> Result<(), Broken> {
    let rule = InvalidRequest::Shape {
        field,
        rule: BASKET,
    };
    let rows = rows(text).map_err(|why| (rule, why))?;
    if rows.is_empty() {
        return Err((invalid::NO_ROWS, "no rows"));
    }
    let depth = |row: &Value| {
        row.as_array()
            .map(|row| row.first().is_some_and(Value::is_array))
    };
    for row in &rows {
        match depth(row) {
            Some(false) => {}
            Some(true) => return Err((rule, "one level too deep: [[[name, price, quantity]]]")),
            None if row.is_object() => return Err((rule, "rows that are objects, not lists")),
            None => return Err((rule, "one row without the list around it")),
        }
    }
    Ok(())
}

fn rows(text: &str) -> Result<Vec<Value>, &'static str> {
    if text.trim_start().starts_with(['[', '{']) {
        return Err("plain JSON, not in base64");
    }
    // Some writers break the lines or leave the padding out.
    let letters: String = text.split_ascii_whitespace().collect();
    let bytes = STANDARD_NO_PAD.decode(letters.trim_end_matches('='));
    let bytes = bytes.map_err(|_| "no standard base64")?;
    let json = std::str::from_utf8(&bytes)
        .map_err(|_| "not in UTF-8: perhaps Latin-5 (ISO-8859-9) or Windows-1254")?;
    match serde_json::from_str(json).map_err(|_| "no JSON in the base64")? {
        Value::Array(rows) => Ok(rows),
        _ => Err("JSON, but no list"),
    }
}

/// `trans_info` of a cashout.
pub(super) fn payouts(field: &'static str, text: &str) -> Result<(), Broken> {
    let rule = InvalidRequest::Shape {
        field,
        rule: PAYOUTS,
    };
    let rows: Vec<Value> = serde_json::from_str(text).map_err(|_| (rule, "no JSON list"))?;
    holds(
        (1..=2_000).contains(&rows.len()),
        rule,
        "too few or too many payouts",
    )?;
    let part = |row: &Value, name: &str| match row.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    for row in &rows {
        let amount = part(row, "amount").unwrap_or_default();
        amounts::minor_units("amount", &amount, 1)?;
        let name = part(row, "receiver").unwrap_or_default();
        holds(!name.trim().is_empty(), rule, "a payout without receiver")?;
        let iban = part(row, "iban").unwrap_or_default();
        Iban::new(&iban).map_err(|rule| (rule, "a payout without a Turkish account number"))?;
    }
    Ok(())
}

pub(super) fn is_object_in_one_line(text: &str) -> bool {
    let is_one_line = !text.contains(['\r', '\n']);
    is_one_line && serde_json::from_str::<Map<String, Value>>(text).is_ok()
}
