use std::fmt;
use std::str::FromStr;

use url::{Host, Url};

/// Where requests go: `https://www.paytr.com`, or a stand-in.
///
/// It must be https, except on loopback: tokens and buyers' data never travel in clear over a network.
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// PayTR itself. There is no sandbox host.
    pub const PAYTR: &'static str = "https://www.paytr.com";

    /// Checks and takes an origin, such as `http://127.0.0.1:4000`.
    ///
    /// # Errors
    ///
    /// [`BaseUrlError`] when it is not an origin, or http beyond loopback.
    pub fn new(text: &str) -> Result<Self, BaseUrlError> {
        let url = Url::parse(text).map_err(|_| BaseUrlError::NotAnOrigin)?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let anonymous = url.username().is_empty() && url.password().is_none();
        if !bare || !anonymous || !url.has_host() {
            return Err(BaseUrlError::NotAnOrigin);
        }
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => return Err(BaseUrlError::NotHttps),
            _ => return Err(BaseUrlError::NotAnOrigin),
        }
        Ok(Self(url.origin().ascii_serialization()))
    }

    /// The origin, without a slash at the end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        Url::parse(&self.0).is_ok_and(|url| is_loopback(&url))
    }

    /// The address of a path that starts with a slash.
    pub(crate) fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

impl Default for BaseUrl {
    fn default() -> Self {
        Self(Self::PAYTR.to_owned())
    }
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BaseUrl({self})")
    }
}

/// Why a text cannot be a [`BaseUrl`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BaseUrlError {
    /// http to a host that is not this machine.
    #[error("the base URL must be https unless its host is loopback: use https://www.paytr.com")]
    NotHttps,
    /// Not a scheme, a host and perhaps a port.
    #[error("the base URL is scheme, host and port only, such as https://www.paytr.com")]
    NotAnOrigin,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_is_for_loopback_only() {
        for good in [
            "https://www.paytr.com",
            "http://127.0.0.1:4000/",
            "http://[::1]:1",
            "http://localhost",
        ] {
            assert!(BaseUrl::new(good).is_ok(), "{good}");
        }
        for wrong in [
            "http://www.paytr.com",
            "http://127.0.0.1.evil.example",
            "http://10.0.0.1",
        ] {
            assert_eq!(BaseUrl::new(wrong), Err(BaseUrlError::NotHttps), "{wrong}");
        }
        for wrong in [
            "",
            "www.paytr.com",
            "ftp://a",
            "https://a/b",
            "https://a/?b",
            "https://u:p@a",
        ] {
            assert_eq!(
                BaseUrl::new(wrong),
                Err(BaseUrlError::NotAnOrigin),
                "{wrong}"
            );
        }
    }
}
