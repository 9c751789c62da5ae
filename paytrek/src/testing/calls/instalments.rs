use serde_json::{Map, Value, json};

use super::call::{ApiCall, ApiReply};
use crate::testing::state::State;
use crate::{Decimal, ErrorCode};

/// Per thousand of the amount: single payments and up to three instalments, and more of them.
const RATES: [(u64, u64); 6] = [(1, 0), (2, 18), (3, 27), (4, 36), (5, 45), (6, 54)];

pub(super) fn table(state: &State, call: &ApiCall<'_>) -> Result<ApiReply, ApiReply> {
    let amount = call.parameter("amount");
    let amount: Option<Decimal> = amount.and_then(|amount| amount.parse().ok());
    let amount = amount.ok_or_else(|| ApiReply::failed(&ErrorCode::new("30003")))?;
    let bin = call.parameter("bin_number");
    let options = RATES.map(|(number, per_thousand)| option(amount, number, per_thousand));
    let mut json = Map::new();
    state.stamp(&mut json);
    json.insert("bin_number".to_owned(), bin.into());
    json.insert("amount".to_owned(), amount.to_string().into());
    let bank = json!({
        "card_brand": "mastercard", "card_type": "credit", "card_issuer": "denizbank",
        "card_country": "TR", "loyalty": "bonus", "is_commercial": false,
        "installments": options.to_vec(),
    });
    json.insert("banks".to_owned(), vec![bank].into());
    Ok(ApiReply::ok(Value::Object(json)))
}

fn option(amount: Decimal, number: u64, per_thousand: u64) -> Value {
    let commission = amount.hundredths().saturating_mul(per_thousand) / 1_000;
    let total = amount.hundredths().saturating_add(commission);
    let text = |hundredths| Decimal::from_hundredths(hundredths).to_string();
    json!({
        "number": number, "commission": text(commission),
        "instalment_amounts": text(total / number), "total_amount": text(total),
        "total_amount_wo_commission": text(amount.hundredths() - commission),
    })
}
