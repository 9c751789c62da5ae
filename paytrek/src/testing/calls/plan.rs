use std::time::Duration;

use serde_json::Value;

use super::call::{ApiCall, ApiReply, card, needed};
use super::sale;
use crate::testing::state::{FakeCard, FakePlan, State};

const DAY: Duration = Duration::from_hours(24);

pub(super) fn create(state: &mut State, call: &ApiCall<'_>) -> Result<ApiReply, ApiReply> {
    let fields = call.fields()?;
    if fields.maybe("save_card") != Some(true) {
        return Err(ApiReply::missing("save_card"));
    }
    let recurring = fields.object("recurring");
    let recurring = recurring.ok_or_else(|| ApiReply::missing("recurring"))?;
    let name = needed(&recurring, "name")?;
    let period = match &*needed(&recurring, "recurring_period")? {
        "Daily" => DAY,
        "Weekly" => 7 * DAY,
        "Monthly" => 30 * DAY,
        "Yearly" => 365 * DAY,
        _ => return Err(ApiReply::failed(&crate::ErrorCode::new("30090"))),
    };
    let payments = recurring.maybe("recurring_frequency");
    let payments = payments.ok_or_else(|| ApiReply::missing("recurring_frequency"))?;
    let card = card(&fields)?;
    let sale = sale::made(state, call)?;
    let stored = FakeCard::new(card, None, None, state.now());
    let plan = FakePlan::new(&sale, &name, &stored, (period, payments), state.now());
    let token = plan.token.clone();
    state.cards.push(stored);
    state.plans.push(plan);
    described(state, &token)
}

pub(super) fn read(state: &State, call: &ApiCall<'_>) -> Result<ApiReply, ApiReply> {
    described(state, &plan_token(call)?)
}

pub(super) fn update(state: &mut State, call: &ApiCall<'_>) -> Result<ApiReply, ApiReply> {
    let token = plan_token(call)?;
    let fields = call.fields()?;
    let plan = state.plans.iter_mut().find(|plan| plan.token == token);
    let plan = plan.ok_or_else(ApiReply::not_found)?;
    if let Some(name) = fields.text("name") {
        plan.name = name;
    }
    for change in fields.objects("subscriptions") {
        let payment = needed(&change, "subscription_token")?;
        plan.set_status(&payment, &needed(&change, "status")?);
    }
    Ok(ApiReply::ok(plan.to_json()))
}

/// In the path or in the query: which of the two is right is not known.
fn plan_token(call: &ApiCall<'_>) -> Result<String, ApiReply> {
    match &*call.path {
        [_, token] => Ok((*token).to_owned()),
        _ => call
            .parameter("plan_token")
            .ok_or_else(|| ApiReply::missing("plan_token")),
    }
}

fn described(state: &State, token: &str) -> Result<ApiReply, ApiReply> {
    let plan = state.plans.iter().find(|plan| plan.token == token);
    let plan = plan.ok_or_else(ApiReply::not_found)?;
    let stored = state
        .cards
        .iter()
        .find(|card| card.token == plan.card_token());
    let Some(Value::Object(mut json)) = state.sale_json(&plan.sale) else {
        return Err(ApiReply::not_found());
    };
    for (name, value) in stored.map(FakeCard::to_json).unwrap_or_default() {
        json.entry(name).or_insert(value);
    }
    json.insert("subscription_plan".to_owned(), plan.to_json());
    Ok(ApiReply::ok(Value::Object(json)))
}
