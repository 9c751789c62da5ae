//! What all pages share: the outer part, and the content security policy.

use std::fmt::{self, Write as _};

use askama::Template;
use paytr_core::Language;

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

/// What marks the scripts and styles of one page as ours: 128 random bits, new on every answer.
pub(crate) struct Nonce(String);

impl Nonce {
    pub(crate) fn new() -> Self {
        let mut text = String::new();
        for byte in random_bytes::<16>() {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        Self(text)
    }
}

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The policy of the page with PayTR's iframe.
///
/// Scripts run by nonce only; that covers PayTR's resizer too, and no other file of its host. The
/// frame may go to any https address: in the 3-D Secure step it visits the buyer's bank, whose host
/// nobody can list. `'self'` is for the result page, where PayTR sends the frame at the end.
pub(super) fn paying_policy(nonce: &Nonce, base_url: &str) -> String {
    format!(
        "{}; frame-src 'self' {base_url} https:; frame-ancestors 'self'",
        common_policy(nonce)
    )
}

/// The policy of the pages without a frame. PayTR may show the result inside its own frame, from
/// where the page's script moves to the top.
pub(super) fn reading_policy(nonce: &Nonce, base_url: &str) -> String {
    format!(
        "{}; frame-ancestors 'self' {base_url}",
        common_policy(nonce)
    )
}

fn common_policy(nonce: &Nonce) -> String {
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; \
         connect-src 'self'; form-action 'none'; base-uri 'none'; object-src 'none'"
    )
}

/// `N` random bytes of the operating system.
///
/// # Panics
///
/// If the operating system has no randomness to give.
pub(crate) fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(
        clippy::expect_used,
        reason = "guessable nonces would be worse than no answer; there is nothing to fall back to"
    )]
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}
