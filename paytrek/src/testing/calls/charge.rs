use serde_json::{Map, Value, json};

use super::{ApiCall, ApiReply, card, needed, sale};
use crate::json::Object;
use crate::testing::bank::CardData;
use crate::testing::state::{FakeCard, State, Tried, fields};

pub(super) fn charge(state: &mut State, call: &ApiCall<'_>) -> Result<ApiReply, ApiReply> {
    let fields = call.fields()?;
    let token = needed(&fields, "sale_token")?;
    let card = card(&fields)?;
    let mut answer = tried(state, &token, &card)?;
    store_if_asked(state, &fields, &card, &mut answer);
    Ok(ApiReply::ok(Value::Object(answer)))
}

pub(super) fn direct_charge(state: &mut State, call: &ApiCall<'_>) -> Result<ApiReply, ApiReply> {
    let fields = call.fields()?;
    let card = card(&fields)?;
    let token = sale::made(state, call)?;
    let charged = tried(state, &token, &card)?;
    let Some(Value::Object(mut answer)) = state.sale_json(&token) else {
        return Err(ApiReply::not_found());
    };
    answer.extend(charged);
    store_if_asked(state, &fields, &card, &mut answer);
    Ok(ApiReply::ok(Value::Object(answer)))
}

pub(super) fn charge_with_token(
    state: &mut State,
    call: &ApiCall<'_>,
) -> Result<ApiReply, ApiReply> {
    let fields = call.fields()?;
    let token = needed(&fields, "sale_token")?;
    let card_token = needed(&fields, "card_token")?;
    let stored = state.cards.iter().find(|stored| stored.token == card_token);
    let card = stored.ok_or_else(ApiReply::not_found)?.card.clone();
    let mut answer = tried(state, &token, &card)?;
    for name in ["payment_product", "sale_risk", "dcc_currency"] {
        answer.insert(name.to_owned(), Value::Null);
    }
    if answer.get("error_message") == Some(&"".into()) {
        answer.insert("error_message".to_owned(), Value::Null);
    }
    Ok(ApiReply::ok(Value::Object(answer)))
}

fn store_if_asked(
    state: &mut State,
    fields: &Object<'_>,
    card: &CardData,
    answer: &mut Map<String, Value>,
) {
    // One page of the documentation says that storing is the default.
    if fields.maybe("save_card").unwrap_or(true) {
        let stored = FakeCard::new(card.clone(), None, None, state.now());
        answer.insert("card_token".to_owned(), stored.token.clone().into());
        state.cards.push(stored);
    }
}

/// Charges, and says what a charge says.
fn tried(state: &mut State, token: &str, card: &CardData) -> Result<Map<String, Value>, ApiReply> {
    let tried = state.try_card(token, card);
    let origin = state.origin.clone();
    let sale = state.find_sale(token).ok_or_else(ApiReply::not_found)?;
    let (month, year) = card.expiry();
    let mut answer = fields(json!({
        "exp_month": month, "exp_year": year, "number": card.masked_number(),
        "sale_token": token, "card_holder_name": card.masked_holder(),
        "succeeded": matches!(tried, Tried::Charged), "error_message": "",
        "issuer_bank_id": card.issuer(), "secure_charge": false, "cvc": "***",
        "return_url": sale.return_url(),
    }));
    match tried {
        Tried::Forward => {
            let bank = format!("{origin}/3d/{token}");
            answer.insert("forward_url".to_owned(), bank.into());
        }
        Tried::Declined(code) => {
            answer.insert("error_code".to_owned(), code.as_str().into());
            answer.insert("error_message".to_owned(), code.merchant_message().into());
        }
        Tried::Charged | Tried::NoSale => {}
    }
    Ok(answer)
}
