use std::fmt;

use url::Url;

use crate::Host;

/// Where a charge sends the buyer's browser for 3-D Secure. It is https.
///
/// Redirect the browser there as it is. Paytrek runs the bank's page and finishes the charge itself;
/// the buyer then comes back to the sale's return URL, after success and after failure alike.
#[derive(Clone, PartialEq, Eq)]
pub struct ForwardUrl(Box<str>);

impl ForwardUrl {
    /// Checks the address: https, or http from a stand-in on this machine to this machine.
    ///
    /// # Errors
    ///
    /// [`ForwardUrlError`] for anything else, such as `javascript:`.
    pub fn new(text: &str, host: &Host) -> Result<Self, ForwardUrlError> {
        let url = Url::parse(text).map_err(|_| ForwardUrlError)?;
        let safe = match url.scheme() {
            "https" => url.has_host(),
            "http" => host.is_loopback() && crate::host::is_loopback(&url),
            _ => false,
        };
        safe.then(|| Self(url.as_str().into()))
            .ok_or(ForwardUrlError)
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ForwardUrl {
    /// The path and the query may be as good as a token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ForwardUrl(..)")
    }
}

/// The address is not one to send a buyer to. Never shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("forward_url is an https address")]
pub struct ForwardUrlError;
