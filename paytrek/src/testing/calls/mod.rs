//! The calls of the API, one file per resource. Each is a plain function from the state and a call to a reply.

mod charge;
mod instalments;
mod money;
mod plan;
mod sale;
mod vault;

use serde_json::{Map, Value, json};

use super::bank::CardData;
use super::state::State;
use crate::json::Object;
use crate::{Decimal, ErrorCode};

/// A call to answer.
pub(super) struct ApiCall<'a> {
    pub(super) method: &'a str,
    /// The parts of the path behind `/api/v2/`.
    pub(super) path: Vec<&'a str>,
    pub(super) query: &'a str,
    pub(super) body: &'a [u8],
}

/// A status and a JSON body.
pub(super) struct ApiReply {
    pub(super) status: u16,
    pub(super) body: Option<Value>,
}

impl ApiReply {
    fn ok(body: Value) -> Self {
        Self {
            status: 200,
            body: Some(body),
        }
    }

    pub(super) fn refused(status: u16, error: &str) -> Self {
        Self {
            status,
            body: Some(json!({ "error": error })),
        }
    }

    fn missing(field: &str) -> Self {
        Self {
            status: 400,
            body: Some(json!({ "errors": { field: ["This field is required."] } })),
        }
    }

    fn not_found() -> Self {
        Self::refused(404, "Not found.")
    }

    fn failed(code: &ErrorCode) -> Self {
        Self {
            status: 400,
            body: Some(json!({
                "error_code": code.as_str(), "error_message": code.merchant_message(),
            })),
        }
    }
}

/// Does what a call asks for.
pub(super) fn answer(state: &mut State, call: &ApiCall<'_>) -> ApiReply {
    let answered = match (call.method, &*call.path) {
        ("POST", ["sale"]) => sale::create(state, call),
        ("GET", ["sale", token]) => sale::read(state, token),
        ("POST", ["charge"]) => charge::charge(state, call),
        ("POST", ["direct_charge"]) => charge::direct_charge(state, call),
        ("POST", ["charge_with_token"]) => charge::charge_with_token(state, call),
        ("POST", ["vault"]) => vault::store(state, call),
        ("GET", ["vault"]) => vault::list(state, call),
        ("GET", ["vault", token]) => vault::read(state, token),
        ("DELETE", ["vault", token]) => vault::forget(state, token),
        ("POST", ["capture"]) => money::capture(state, call),
        ("POST", ["cancel"]) => money::cancel(state, call),
        ("POST", ["refund"]) => money::refund(state, call),
        ("POST", ["subscription_plan"]) => plan::create(state, call),
        ("GET", ["subscription_plan", ..]) => plan::read(state, call),
        ("PUT", ["subscription_plan", ..]) => plan::update(state, call),
        ("GET", ["installments"]) => instalments::table(state, call),
        _ => Err(ApiReply::not_found()),
    };
    answered.unwrap_or_else(|refusal| refusal)
}

impl<'a> ApiCall<'a> {
    fn fields(&self) -> Result<Object<'a>, ApiReply> {
        Object::parse(self.body).map_err(|_| ApiReply::refused(400, "JSON parse error"))
    }

    fn json(&self) -> Result<Map<String, Value>, ApiReply> {
        serde_json::from_slice(self.body).map_err(|_| ApiReply::refused(400, "JSON parse error"))
    }

    fn parameter(&self, name: &str) -> Option<String> {
        let mut pairs = form_urlencoded::parse(self.query.as_bytes());
        let found = pairs.find(|(known, _)| known == name);
        found.map(|(_, value)| value.into_owned())
    }
}

fn needed(fields: &Object<'_>, name: &'static str) -> Result<String, ApiReply> {
    fields.text(name).ok_or_else(|| ApiReply::missing(name))
}

fn amount(fields: &Object<'_>, name: &'static str) -> Result<Decimal, ApiReply> {
    let amount = fields.needed_decimal(name).ok();
    amount
        .filter(|amount| *amount > Decimal::ZERO)
        .ok_or_else(|| ApiReply::failed(&ErrorCode::new("30003")))
}

fn card(fields: &Object<'_>) -> Result<CardData, ApiReply> {
    Ok(CardData {
        number: needed(fields, "number")?,
        expiration: needed(fields, "expiration")?,
        cvc: needed(fields, "cvc")?,
        holder: needed(fields, "card_holder_name")?,
    })
}
