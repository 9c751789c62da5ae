//! The content security policy of the pages.

use std::fmt::{self, Write as _};

use crate::random::random_bytes;

/// What marks the scripts and styles of one page as ours: 128 random bits, new on every answer.
pub(super) struct Nonce(String);

impl Nonce {
    pub(super) fn new() -> Self {
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
pub(super) fn paying(nonce: &Nonce, base_url: &str) -> String {
    format!(
        "{}; frame-src 'self' {base_url} https:; frame-ancestors 'self'",
        common(nonce)
    )
}

/// The policy of the pages without a frame. PayTR may show the result inside its own frame, from
/// where the page's script moves to the top.
pub(super) fn reading(nonce: &Nonce, base_url: &str) -> String {
    format!("{}; frame-ancestors 'self' {base_url}", common(nonce))
}

fn common(nonce: &Nonce) -> String {
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; \
         connect-src 'self'; form-action 'none'; base-uri 'none'; object-src 'none'"
    )
}
