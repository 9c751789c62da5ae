use std::fmt;

use url::{Host, Url};

/// The longest host, in bytes: with the terminal's name it must fit a key of the order store.
const MAX_HOST: usize = 63;

/// Where requests go: `https://{environment}.payture.com`, or a stand-in.
///
/// The name of a merchant's environment comes with its credentials. It must be https, except on
/// loopback: cards and passwords never travel in clear over a network.
///
/// ```
/// use payture::Environment;
///
/// assert_eq!(Environment::sandbox().origin(), "https://sandbox3.payture.com");
/// assert_eq!(Environment::named("secure")?, Environment::production());
/// assert!(Environment::at("http://secure.payture.com").is_err());
/// # Ok::<_, payture::EnvironmentError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Environment {
    origin: String,
    label: String,
}

impl Environment {
    /// `secure.payture.com`: real money. Named by Payture's PHP SDK.
    #[must_use]
    pub fn production() -> Self {
        Self::payture("secure")
    }

    /// `sandbox3.payture.com`: the documented sandbox.
    #[must_use]
    pub fn sandbox() -> Self {
        Self::payture("sandbox3")
    }

    /// `{name}.payture.com`, for the name that came with the credentials.
    ///
    /// # Errors
    ///
    /// [`EnvironmentError::Name`] unless it is 1 to 40 lower-case letters, digits and hyphens.
    pub fn named(name: &str) -> Result<Self, EnvironmentError> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if name.is_empty() || name.len() > 40 || !name.bytes().all(allowed) {
            return Err(EnvironmentError::Name);
        }
        Ok(Self::payture(name))
    }

    /// Another origin, such as `http://127.0.0.1:4000` or a gateway of your own.
    ///
    /// # Errors
    ///
    /// [`EnvironmentError`] when it is not an origin, or http beyond loopback.
    pub fn at(origin: &str) -> Result<Self, EnvironmentError> {
        let url = Url::parse(origin).map_err(|_| EnvironmentError::NotAnOrigin)?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let anonymous = url.username().is_empty() && url.password().is_none();
        let Some(host) = url.host_str().filter(|_| bare && anonymous) else {
            return Err(EnvironmentError::NotAnOrigin);
        };
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => return Err(EnvironmentError::NotHttps),
            _ => return Err(EnvironmentError::NotAnOrigin),
        }
        let label = match url.port() {
            // A stand-in on this machine gets another port with every start and stays the same.
            Some(port) if !is_loopback(&url) => format!("{host}:{port}"),
            _ => host.to_owned(),
        };
        if label.len() > MAX_HOST {
            return Err(EnvironmentError::NotAnOrigin);
        }
        Ok(Self {
            origin: url.origin().ascii_serialization(),
            label,
        })
    }

    fn payture(name: &str) -> Self {
        let label = format!("{name}.payture.com");
        let origin = format!("https://{label}");
        Self { origin, label }
    }

    /// The origin, without a slash at the end.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// What tells its orders from those of other environments: the host, with a port that is not
    /// the usual one. On loopback the port is left out.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Whether it is this machine.
    #[cfg(feature = "client")]
    pub(crate) fn is_loopback(&self) -> bool {
        Url::parse(&self.origin).is_ok_and(|url| is_loopback(&url))
    }

    /// The address of a path that starts with a slash.
    pub(crate) fn join(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

/// Whether the host of an address is this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.origin)
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Environment({self})")
    }
}

/// Why a text cannot be an [`Environment`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EnvironmentError {
    /// Not the first part of a host name.
    #[error("the name of an environment is lower-case letters, digits and hyphens: sandbox3")]
    Name,
    /// http to a host that is not this machine.
    #[error("the environment must be https unless its host is loopback")]
    NotHttps,
    /// Not a scheme, a host and perhaps a port, or a host too long for a key.
    #[error("the environment is scheme, host and port only, such as https://sandbox3.payture.com")]
    NotAnOrigin,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_is_for_loopback_only() {
        for good in [
            "https://secure.payture.com",
            "http://127.0.0.1:4000/",
            "http://[::1]:1",
        ] {
            assert!(Environment::at(good).is_ok(), "{good}");
        }
        for wrong in ["http://secure.payture.com", "http://127.0.0.1.evil.example"] {
            assert_eq!(
                Environment::at(wrong),
                Err(EnvironmentError::NotHttps),
                "{wrong}"
            );
        }
        for wrong in [
            "",
            "secure",
            "ftp://a",
            "https://a/b",
            "https://a/?b",
            "https://u:p@a",
        ] {
            assert_eq!(
                Environment::at(wrong),
                Err(EnvironmentError::NotAnOrigin),
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_name_cannot_lead_to_another_host() {
        for wrong in ["", "evil.example/", "Secure", "a.b", "a@b", "x#"] {
            assert_eq!(
                Environment::named(wrong),
                Err(EnvironmentError::Name),
                "{wrong}"
            );
        }
    }

    #[test]
    fn the_label_has_the_port_except_on_loopback() {
        let label = |origin| Environment::at(origin).unwrap().label().to_owned();
        assert_eq!(
            label("https://gateway.example:8443"),
            "gateway.example:8443"
        );
        assert_eq!(label("http://127.0.0.1:8443"), "127.0.0.1");
        assert_eq!(
            label("https://sandbox3.payture.com:443"),
            "sandbox3.payture.com"
        );
    }
}
