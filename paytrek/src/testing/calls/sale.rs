use super::{ApiCall, ApiReply, amount, needed};
use crate::testing::state::{FakeSale, State};

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
    let sale = FakeSale::new(call.json()?, amount, id, state.now());
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
