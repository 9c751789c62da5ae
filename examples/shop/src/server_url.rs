//! The URL of a database server.

use std::fmt;
use std::str::FromStr;

use anyhow::{Result, ensure};
use url::Url;

/// The URL of a database server. It may hold a password, so neither `Debug` nor `Display` shows more
/// than the scheme, the host, the port and the path.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerUrl(Url);

impl ServerUrl {
    /// The whole URL, for whoever connects.
    #[must_use]
    pub fn with_password(&self) -> &str {
        self.0.as_str()
    }
}

impl FromStr for ServerUrl {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        // The error of the parser does not repeat the text.
        let url = Url::parse(text)?;
        ensure!(url.has_host(), "it names no host");
        Ok(Self(url))
    }
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = self.0.clone();
        // They cannot fail: the URL has a host.
        let _ = shown.set_username("");
        let _ = shown.set_password(None);
        shown.set_query(None);
        shown.set_fragment(None);
        f.write_str(shown.as_str())
    }
}

impl fmt::Debug for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServerUrl({self})")
    }
}
