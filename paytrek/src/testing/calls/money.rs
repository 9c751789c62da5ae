use serde_json::{Value, json};

use super::call::{ApiCall, ApiReply, amount};
use crate::testing::state::{FakeSale, State};
use crate::{Decimal, ErrorCode};

pub(super) fn capture(state: &mut State, call: &ApiCall<'_>) -> Result<ApiReply, ApiReply> {
    let sale = sale(state, call)?;
    if sale.status != "PreAuthorized" {
        return Ok(no(sale, "30002"));
    }
    "Paid".clone_into(&mut sale.status);
    Ok(ApiReply::ok(json!({
        "sale_token": sale.token, "amount": sale.amount.to_string(),
        "sale_amount": sale.amount.to_string(), "sale_id": sale.id, "succeeded": true,
    })))
}

pub(super) fn cancel(state: &mut State, call: &ApiCall<'_>) -> Result<ApiReply, ApiReply> {
    let sale = sale(state, call)?;
    if !sale.is_charged() || sale.refunded > Decimal::ZERO {
        return Ok(no(sale, "30005"));
    }
    sale.refunded = sale.amount;
    Ok(ApiReply::ok(json!({
        "sale_token": sale.token, "amount": number(sale.amount),
        "sale_amount": number(sale.amount), "succeeded": true,
    })))
}

pub(super) fn refund(state: &mut State, call: &ApiCall<'_>) -> Result<ApiReply, ApiReply> {
    let fields = call.fields()?;
    let asked = match fields.source("amount") {
        Some(_) => Some(amount(&fields, "amount")?),
        None => None,
    };
    let sale = sale(state, call)?;
    let left = sale.amount.hundredths() - sale.refunded.hundredths();
    let part = asked.map_or(left, Decimal::hundredths);
    if !sale.is_charged() || part == 0 || part > left {
        return Ok(no(sale, "30005"));
    }
    sale.refunded = Decimal::from_hundredths(sale.refunded.hundredths() + part);
    Ok(ApiReply::ok(json!({
        "total_refunded_amount": number(sale.refunded), "succeeded": true,
        "sale_token": sale.token, "sale_amount": number(sale.amount), "sale_id": sale.id,
        "amount": number(Decimal::from_hundredths(part)),
    })))
}

fn sale<'a>(state: &'a mut State, call: &ApiCall<'_>) -> Result<&'a mut FakeSale, ApiReply> {
    let token = call.sale_token(state, &call.fields()?)?;
    state.find_sale(&token).ok_or_else(ApiReply::not_found)
}

fn no(sale: &FakeSale, code: &str) -> ApiReply {
    let code = ErrorCode::new(code);
    ApiReply::ok(json!({
        "sale_token": sale.token, "succeeded": false, "error_code": code.as_str(),
        "error_message": code.merchant_message(),
    }))
}

/// A number without its trailing zeros, as the documented answers have it.
fn number(amount: Decimal) -> Value {
    let text = amount.to_string();
    let short = text.trim_end_matches('0').trim_end_matches('.');
    // Of few digits the shortest text of the nearest double is the text itself.
    serde_json::from_str(short).unwrap_or(Value::Null)
}
