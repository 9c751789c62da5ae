//! The store of the sandbox's merchant: of which kind it is, and what it is told of bank transfers.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use super::answer::{self, Refusal};
use crate::StoreKind;
use crate::shared::Shared;
use crate::state::State as Known;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/_sandbox/store", get(store).put(set_store))
}

#[derive(Serialize)]
pub(super) struct Store {
    kind: StoreKind,
    eft_amounts: bool,
}

pub(super) fn store_of(state: &Known) -> Store {
    Store {
        kind: state.store_kind,
        eft_amounts: state.eft_amounts,
    }
}

async fn store(State(shared): State<Arc<Shared>>) -> Json<Store> {
    Json(shared.read(store_of))
}

/// What is not named stays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    kind: Option<String>,
    eft_amounts: Option<bool>,
}

async fn set_store(State(shared): State<Arc<Shared>>, body: Bytes) -> Result<Json<Store>, Refusal> {
    let wanted: Wanted = answer::read(&body)?;
    let kind = match wanted.kind {
        Some(name) => Some(StoreKind::from_name(&name).ok_or_else(unknown_kind)?),
        None => None,
    };
    Ok(Json(shared.change(|state| {
        state.store_kind = kind.unwrap_or(state.store_kind);
        state.eft_amounts = wanted.eft_amounts.unwrap_or(state.eft_amounts);
        store_of(state)
    })))
}

fn unknown_kind() -> Refusal {
    let names = StoreKind::ALL.map(StoreKind::name).join(", ");
    Refusal::unprocessable(format!("kind is one of {names}"))
}
