//! A call and its reply, and what the calls have in common.

use serde_json::{Map, Value, json};

use crate::json::Object;
use crate::testing::Departure;
use crate::testing::bank::CardData;
use crate::testing::state::State;
use crate::{Decimal, ErrorCode};

/// A call to answer.
pub(in crate::testing) struct ApiCall<'a> {
    pub(in crate::testing) method: &'a str,
    /// The parts of the path behind `/api/v2/`.
    pub(in crate::testing) path: Vec<&'a str>,
    pub(in crate::testing) query: &'a str,
    pub(in crate::testing) body: &'a [u8],
}

impl<'a> ApiCall<'a> {
    pub(super) fn fields(&self) -> Result<Object<'a>, ApiReply> {
        Object::parse(self.body).map_err(|_| ApiReply::refused(400, "JSON parse error"))
    }

    pub(super) fn json(&self) -> Result<Map<String, Value>, ApiReply> {
        serde_json::from_slice(self.body).map_err(|_| ApiReply::refused(400, "JSON parse error"))
    }

    /// Notes that the call is not as documented.
    pub(super) fn warn(&self, state: &mut State, departure: Departure) {
        let resource = self.path.first().copied().unwrap_or("");
        state.warn(format!("{} {resource}", self.method), departure);
    }

    /// The token of the sale that the call is about: where the documentation has it, or where Paytrek's Python
    /// client puts it. Two that differ are refused.
    pub(super) fn sale_token(
        &self,
        state: &mut State,
        fields: &Object<'_>,
    ) -> Result<String, ApiReply> {
        let mut named = fields.text("sale_token");
        let elsewhere = [
            (fields.text("sale"), Departure::SaleNamedSale),
            (self.path_token(), Departure::SaleTokenInPath),
        ];
        let mut departures = Vec::new();
        for (token, departure) in elsewhere {
            let Some(token) = token else { continue };
            if named.as_ref().is_some_and(|named| *named != token) {
                return Err(ApiReply::refused(400, "Two different sales are named."));
            }
            named = Some(token);
            departures.push(departure);
        }
        for departure in departures {
            self.warn(state, departure);
        }
        named.ok_or_else(|| ApiReply::missing("sale_token"))
    }

    fn path_token(&self) -> Option<String> {
        self.path.get(1).map(|token| (*token).to_owned())
    }

    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        let mut pairs = form_urlencoded::parse(self.query.as_bytes());
        let found = pairs.find(|(known, _)| known == name);
        found.map(|(_, value)| value.into_owned())
    }
}

/// A status and a JSON body.
pub(in crate::testing) struct ApiReply {
    pub(in crate::testing) status: u16,
    pub(in crate::testing) body: Option<Value>,
}

impl ApiReply {
    pub(super) fn ok(body: Value) -> Self {
        Self {
            status: 200,
            body: Some(body),
        }
    }

    pub(in crate::testing) fn refused(status: u16, error: &str) -> Self {
        Self {
            status,
            body: Some(json!({ "error": error })),
        }
    }

    pub(super) fn missing(field: &str) -> Self {
        Self {
            status: 400,
            body: Some(json!({ "errors": { field: ["This field is required."] } })),
        }
    }

    pub(super) fn not_found() -> Self {
        Self::refused(404, "Not found.")
    }

    pub(super) fn failed(code: &ErrorCode) -> Self {
        Self {
            status: 400,
            body: Some(json!({
                "error_code": code.as_str(), "error_message": code.merchant_message(),
            })),
        }
    }
}

pub(super) fn needed(fields: &Object<'_>, name: &'static str) -> Result<String, ApiReply> {
    fields.text(name).ok_or_else(|| ApiReply::missing(name))
}

pub(super) fn amount(fields: &Object<'_>, name: &'static str) -> Result<Decimal, ApiReply> {
    let amount = fields.needed_decimal(name).ok();
    amount
        .filter(|amount| *amount > Decimal::ZERO)
        .ok_or_else(|| ApiReply::failed(&ErrorCode::new("30003")))
}

pub(super) fn card(fields: &Object<'_>) -> Result<CardData, ApiReply> {
    let code = needed(fields, "cvc")?;
    card_with_code(fields, code)
}

pub(super) fn card_with_code(fields: &Object<'_>, cvc: String) -> Result<CardData, ApiReply> {
    Ok(CardData {
        number: needed(fields, "number")?,
        expiration: needed(fields, "expiration")?,
        cvc,
        holder: needed(fields, "card_holder_name")?,
    })
}
