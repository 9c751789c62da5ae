use serde_json::{Value, json};

use super::call::{ApiCall, ApiReply, card_with_code};
use crate::testing::Departure;
use crate::testing::bank::CardData;
use crate::testing::state::{FakeCard, State};

/// Small, so that tests see more than one page.
const PAGE: usize = 3;

pub(super) fn store(state: &mut State, call: &ApiCall<'_>) -> Result<ApiReply, ApiReply> {
    let fields = call.fields()?;
    let (user, label) = (fields.text("card_user_id"), fields.text("card_label"));
    let code = fields.text("cvc").unwrap_or_else(|| {
        call.warn(state, Departure::CardWithoutSecurityCode);
        CardData::RIGHT_CODE.to_owned()
    });
    let card = card_with_code(&fields, code)?;
    let stored = FakeCard::new(card, user.as_deref(), label.as_deref(), state.now());
    let reply = ApiReply::ok(stamped(state, &stored));
    state.cards.push(stored);
    Ok(reply)
}

pub(super) fn read(state: &State, token: &str) -> Result<ApiReply, ApiReply> {
    let stored = state.cards.iter().find(|stored| stored.token == token);
    let stored = stored.ok_or_else(ApiReply::not_found)?;
    Ok(ApiReply::ok(stamped(state, stored)))
}

pub(super) fn forget(state: &mut State, token: &str) -> Result<ApiReply, ApiReply> {
    let before = state.cards.len();
    state.cards.retain(|stored| stored.token != token);
    if state.cards.len() == before {
        return Err(ApiReply::not_found());
    }
    Ok(ApiReply {
        status: 204,
        body: None,
    })
}

pub(super) fn list(state: &State, call: &ApiCall<'_>) -> Result<ApiReply, ApiReply> {
    let (user, label) = (call.parameter("card_user_id"), call.parameter("card_label"));
    let page: usize = call
        .parameter("page")
        .map_or(Ok(1), |page| page.parse())
        .map_err(|_| ApiReply::not_found())?;
    let fits = |stored: &&FakeCard| {
        user.as_ref().is_none_or(|user| *user == stored.user)
            && label.as_ref().is_none_or(|label| *label == stored.label)
    };
    let cards: Vec<_> = state.cards.iter().filter(fits).collect();
    let link = |page: usize| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("card_user_id", &user), ("card_label", &label)] {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        query.append_pair("page", &page.to_string());
        format!("{}/api/v2/vault/?{}", state.origin, query.finish())
    };
    let shown = cards.iter().skip((page.max(1) - 1) * PAGE).take(PAGE);
    let results: Vec<_> = shown.map(|stored| stamped(state, stored)).collect();
    Ok(ApiReply::ok(json!({
        "count": cards.len(),
        "next": (page * PAGE < cards.len()).then(|| link(page + 1)),
        "previous": (page > 1).then(|| link(page - 1)),
        "results": results,
    })))
}

fn stamped(state: &State, stored: &FakeCard) -> Value {
    let mut json = stored.to_json();
    state.stamp(&mut json);
    Value::Object(json)
}
