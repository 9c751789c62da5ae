//! Requests that were refused, or taken with a warning.

use crate::state::{KeptRequest, SignedText, State};
use crate::turkish_time;

/// So many of the newest are shown; the control API has the rest.
const SHOWN: usize = 20;

pub(super) struct RequestRow {
    pub(super) id: u64,
    pub(super) at: String,
    pub(super) path: String,
    pub(super) refused: Option<String>,
    pub(super) warnings: Vec<String>,
    pub(super) body: String,
    pub(super) signed: Option<SignedRow>,
}

/// What its token has to cover.
pub(super) struct SignedRow {
    pub(super) formula: String,
    pub(super) text: String,
    pub(super) is_right: bool,
    /// The command that finds the slip, where it knows this kind of request.
    pub(super) command: Option<String>,
}

/// Newest first.
pub(super) fn requests(state: &State) -> Vec<RequestRow> {
    state.requests().rev().take(SHOWN).map(row).collect()
}

fn row(kept: &KeptRequest) -> RequestRow {
    RequestRow {
        id: kept.id,
        at: turkish_time::clock(kept.at),
        path: kept.path.clone(),
        refused: kept.refused.clone(),
        warnings: kept.warnings.clone(),
        body: kept.body.clone(),
        signed: kept.signed.as_ref().map(|signed| signed_row(kept, signed)),
    }
}

fn signed_row(kept: &KeptRequest, signed: &SignedText) -> SignedRow {
    // No quote stands in a urlencoded body.
    let command = kind(kept, signed).map(|kind| {
        let body = &kept.body;
        format!("printf %s '{body}' | paytr callback explain --kind {kind}")
    });
    SignedRow {
        formula: signed.formula.clone(),
        text: signed.text.clone(),
        is_right: signed.is_right,
        command,
    }
}

/// The kind under which `explain` knows the request.
fn kind(kept: &KeptRequest, signed: &SignedText) -> Option<&'static str> {
    match kept.path.as_str() {
        "/odeme/api/get-token" if !signed.formula.contains("user_basket") => Some("eft"),
        "/odeme/api/get-token" | "/odeme" => Some("payment"),
        "/odeme/api/link/create" => Some("link"),
        "/odeme/platform/transfer" => Some("transfer"),
        "/odeme/hesaptan-gonder" => Some("cashout"),
        _ => None,
    }
}
