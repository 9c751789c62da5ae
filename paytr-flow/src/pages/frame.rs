//! What all pages share.

use askama::Template;
use paytr_core::Language;

use super::policy::Nonce;
use super::texts::Texts;
use crate::{FlowResponse, PurchaseFlow};

/// The outer part of a page.
pub(super) struct Frame<'a> {
    pub(super) language: Language,
    pub(super) nonce: Nonce,
    pub(super) shop: &'a str,
    pub(super) shop_url: String,
    pub(super) texts: &'static Texts,
}

impl<'a> Frame<'a> {
    pub(super) fn new(flow: &'a PurchaseFlow, language: Language) -> Self {
        Self {
            language,
            nonce: Nonce::new(),
            shop: &flow.parts().title,
            shop_url: flow.parts().paths.shop_link(),
            texts: Texts::of(language),
        }
    }
}

/// Renders a page with its policy.
pub(super) fn respond(
    status: u16,
    page: &impl Template,
    policy: impl Into<String>,
    language: Language,
) -> FlowResponse {
    match page.render() {
        Ok(body) => FlowResponse::html(status, body)
            .with_header("content-security-policy", policy)
            .with_header("content-language", language.code()),
        Err(error) => {
            tracing::error!(error = %error, "a page could not be rendered");
            FlowResponse::error(500, "internal", "internal error")
        }
    }
}
