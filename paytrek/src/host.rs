//! Addresses: where requests go, and where a charge may send the buyer.

use std::fmt;
use std::str::FromStr;

use paid_once::Mode;
use url::{Host as UrlHost, Url};

use crate::SaleToken;

/// Where requests go and where the hosted payment page is.
///
/// | host | address |
/// |---|---|
/// | [`sandbox`](Self::sandbox) | `https://sandbox.paytrek.com` |
/// | [`turkey`](Self::turkey) | `https://secure.paytrek.com.tr` |
/// | [`international`](Self::international) | `https://secure.paytrek.com` |
/// | [`at`](Self::at) | any other https origin, or this machine |
///
/// There is no default: a shop says whether it takes real money.
#[derive(Clone, PartialEq, Eq)]
pub struct Host {
    origin: Box<str>,
    name: HostName,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum HostName {
    Sandbox,
    Live,
    Loopback,
}

const SANDBOX: &str = "https://sandbox.paytrek.com";
const TURKEY: &str = "https://secure.paytrek.com.tr";
const INTERNATIONAL: &str = "https://secure.paytrek.com";

impl Host {
    /// The sandbox. No real money moves there.
    #[must_use]
    pub fn sandbox() -> Self {
        Self::known(SANDBOX, HostName::Sandbox)
    }

    /// Live, for merchants in Turkey.
    #[must_use]
    pub fn turkey() -> Self {
        Self::known(TURKEY, HostName::Live)
    }

    /// Live, international.
    #[must_use]
    pub fn international() -> Self {
        Self::known(INTERNATIONAL, HostName::Live)
    }

    fn known(origin: &str, name: HostName) -> Self {
        Self {
            origin: origin.into(),
            name,
        }
    }

    /// Checks and takes an origin, such as `http://127.0.0.1:4000`.
    ///
    /// It must be https, except on loopback: credentials and cards never travel in clear over a
    /// network. The three known hosts are recognised; another https host counts as live.
    ///
    /// # Errors
    ///
    /// [`HostError`] when it is not an origin, or http beyond loopback.
    pub fn at(text: &str) -> Result<Self, HostError> {
        let url = Url::parse(text).map_err(|_| HostError::NotAnOrigin)?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let anonymous = url.username().is_empty() && url.password().is_none();
        if !bare || !anonymous || !url.has_host() {
            return Err(HostError::NotAnOrigin);
        }
        let loopback = is_loopback(&url);
        match url.scheme() {
            "https" => {}
            "http" if loopback => {}
            "http" => return Err(HostError::NotHttps),
            _ => return Err(HostError::NotAnOrigin),
        }
        let origin = url.origin().ascii_serialization();
        let name = match &*origin {
            SANDBOX => HostName::Sandbox,
            _ if loopback => HostName::Loopback,
            _ => HostName::Live,
        };
        Ok(Self::known(&origin, name))
    }

    /// The origin, without a slash at the end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.origin
    }

    /// [`Mode::Test`] for the sandbox and for this machine, [`Mode::Live`] for everything else.
    #[must_use]
    pub fn mode(&self) -> Mode {
        match self.name {
            HostName::Sandbox | HostName::Loopback => Mode::Test,
            HostName::Live => Mode::Live,
        }
    }

    /// The hosted payment page of a sale, where the buyer's browser is sent.
    #[must_use]
    pub fn hosted_page(&self, sale: &SaleToken) -> String {
        format!("{}/?token={}", self.origin, sale.as_str())
    }

    /// `PaytrekJS`, for pages that collect the card in the browser.
    #[must_use]
    pub fn script_url(&self) -> String {
        format!("{}/static/v2/js/paytrek.js", self.origin)
    }

    pub(crate) fn is_loopback(&self) -> bool {
        self.name == HostName::Loopback
    }

    /// The address of a path that starts with a slash.
    #[cfg(feature = "client")]
    pub(crate) fn join(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

impl FromStr for Host {
    type Err = HostError;

    /// `sandbox`, `turkey`, `international`, or an origin.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "sandbox" => Ok(Self::sandbox()),
            "turkey" => Ok(Self::turkey()),
            "international" => Ok(Self::international()),
            origin => Self::at(origin),
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.origin)
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Host({self})")
    }
}

/// Why a text cannot be a [`Host`]. Never shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// http to a host that is not this machine.
    #[error("the host must be https unless it is loopback: use https://secure.paytrek.com.tr")]
    NotHttps,
    /// Not a scheme, a host and perhaps a port.
    #[error(
        "the host is sandbox, turkey, international, or an origin such as https://secure.paytrek.com.tr"
    )]
    NotAnOrigin,
}

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
            "http" => host.is_loopback() && is_loopback(&url),
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

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(UrlHost::Ipv4(address)) => address.is_loopback(),
        Some(UrlHost::Ipv6(address)) => address.is_loopback(),
        Some(UrlHost::Domain(name)) => name == "localhost",
        None => false,
    }
}
