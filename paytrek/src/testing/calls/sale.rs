//! Sales and their charges.

use serde_json::{Map, Value, json};

use super::call::{ApiCall, ApiReply, amount, card, needed};
use crate::json::Object;
use crate::testing::Departure;
use crate::testing::bank::CardData;
use crate::testing::state::{FakeCard, FakeSale, State, Tried, fields};

const NEEDED: [&str; 10] = [
    "currency",
    "order_id",
    "customer_first_name",
    "customer_last_name",
    "customer_email",
    "customer_ip_address",
    "billing_address",
    "billing_city",
    "billing_country",
    "installment",
];

pub(super) fn create(state: &mut State, call: &ApiCall<'_>) -> Result<ApiReply, ApiReply> {
    let token = made(state, call)?;
    let mut reply = read(state, &token)?;
    reply.status = 201;
    Ok(reply)
}

/// Makes a sale of a call's fields and returns its token.
pub(super) fn made(state: &mut State, call: &ApiCall<'_>) -> Result<String, ApiReply> {
    let fields = call.fields()?;
    for name in NEEDED {
        needed(&fields, name)?;
    }
    if fields
        .source("items")
        .is_none_or(|items| !items.get().starts_with('['))
    {
        return Err(ApiReply::missing("items"));
    }
    let amount = amount(&fields, "amount")?;
    let id = 90_000 + state.sales.len() as u64;
    let mut request = call.json()?;
    if request.get("order_id").is_some_and(Value::is_number) {
        call.warn(state, Departure::OrderIdAsNumber);
        request.insert("order_id".to_owned(), needed(&fields, "order_id")?.into());
    }
    let sale = FakeSale::new(request, amount, id, state.now());
    let token = sale.token.clone();
    state.sales.push(sale);
    Ok(token)
}

pub(super) fn read(state: &State, token: &str) -> Result<ApiReply, ApiReply> {
    state
        .sale_json(token)
        .map(ApiReply::ok)
        .ok_or_else(ApiReply::not_found)
}

pub(super) fn charge(state: &mut State, call: &ApiCall<'_>) -> Result<ApiReply, ApiReply> {
    let fields = call.fields()?;
    let names_a_sale = ["sale_token", "sale"]
        .iter()
        .any(|name| fields.source(name).is_some());
    if !names_a_sale && fields.source("order_id").is_some() {
        call.warn(state, Departure::DirectChargeAtCharge);
        return direct_charge(state, call);
    }
    let token = call.sale_token(state, &fields)?;
    let card = card(&fields)?;
    let mut answer = tried(state, &token, &card)?;
    store_if_asked(state, &fields, &card, &mut answer);
    Ok(ApiReply::ok(Value::Object(answer)))
}

pub(super) fn direct_charge(state: &mut State, call: &ApiCall<'_>) -> Result<ApiReply, ApiReply> {
    let fields = call.fields()?;
    let card = card(&fields)?;
    let token = made(state, call)?;
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
    let token = call.sale_token(state, &fields)?;
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

/// Charges the card, and returns the fields of the answer to a charge.
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
