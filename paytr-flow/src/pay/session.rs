//! What the ledger keeps of PayTR's answer.

use paytr_core::api::IframeToken;
use serde::{Deserialize, Serialize};

/// The payment page of an order. The host is not part of it: that is the client's setting.
///
/// No `Debug`: whoever has the token can open the page.
#[derive(Serialize, Deserialize)]
pub(crate) struct Session {
    token: String,
    page: String,
}

impl Session {
    pub(super) fn new(token: &IframeToken) -> Self {
        Self {
            token: token.as_str().to_owned(),
            page: token.page_path(),
        }
    }

    /// Reads what a ledger kept; `None` when it is not ours.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let session: Self = serde_json::from_str(text).ok()?;
        session.page.starts_with('/').then_some(session)
    }

    pub(super) fn text(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }

    pub(super) fn token(&self) -> &str {
        &self.token
    }

    /// The address of the page at PayTR.
    pub(crate) fn iframe_url(&self, base_url: &str) -> String {
        format!("{base_url}{}", self.page)
    }
}
