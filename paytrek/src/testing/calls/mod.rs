//! The calls of the API, by resource. Each is a plain function from the state and a call to a reply.

mod call;
mod instalments;
mod money;
mod plan;
mod sale;
mod vault;

pub(super) use call::{ApiCall, ApiReply};

use super::state::State;

/// Does what a call asks for.
pub(super) fn answer(state: &mut State, call: &ApiCall<'_>) -> ApiReply {
    let answered = match (call.method, &*call.path) {
        ("POST", ["sale"]) => sale::create(state, call),
        ("GET", ["sale", token]) => sale::read(state, token),
        ("POST", ["charge"]) => sale::charge(state, call),
        ("POST", ["direct_charge"]) => sale::direct_charge(state, call),
        ("POST", ["charge_with_token"]) => sale::charge_with_token(state, call),
        ("POST", ["vault"]) => vault::store(state, call),
        ("GET", ["vault"]) => vault::list(state, call),
        ("GET", ["vault", token]) => vault::read(state, token),
        ("DELETE", ["vault", token]) => vault::forget(state, token),
        // Paytrek's own Python client names the sale in the path.
        ("POST", ["capture"] | ["capture", _]) => money::capture(state, call),
        ("POST", ["cancel"] | ["cancel", _]) => money::cancel(state, call),
        ("POST", ["refund"] | ["refund", _]) => money::refund(state, call),
        ("POST", ["subscription_plan"]) => plan::create(state, call),
        ("GET", ["subscription_plan", ..]) => plan::read(state, call),
        ("PUT", ["subscription_plan", ..]) => plan::update(state, call),
        ("GET", ["installments"]) => instalments::table(state, call),
        _ => Err(ApiReply::not_found()),
    };
    answered.unwrap_or_else(|refusal| refusal)
}
