use crate::api::{InvalidRequest, invalid};
use crate::callback::CallbackId;

/// Where PayTR tells about payments of a link, and by which id.
///
/// It is told of successes only, once for each payment: a product link that is paid three times sends
/// the same `callback_id` three times, each with an order id of PayTR's.
///
/// The hash of these notifications covers `callback_id` and PayTR's order id without a separator, so
/// `AB` + `12345` and `AB123` + `45` are the same text. So all callback ids have one form: make them
/// with an [`IdForm`](crate::IdForm).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallbackTarget {
    /// The address: http or https, no port, not this machine. At most 400 characters.
    pub url: String,
    /// The shop's id of the link.
    pub id: CallbackId,
}

impl CallbackTarget {
    /// Takes both; the address is checked with the request.
    #[must_use]
    pub fn new(url: impl Into<String>, id: CallbackId) -> Self {
        Self {
            url: url.into(),
            id,
        }
    }

    pub(super) fn check(&self) -> Result<(), InvalidRequest> {
        invalid::return_url("callback_link", &self.url)?;
        if !is_public(&self.url) {
            return Err(InvalidRequest::Shape {
                field: "callback_link",
                rule: "a public address without a port",
            });
        }
        Ok(())
    }
}

/// Whether PayTR would call the address: it refuses `localhost` and every port that is written out.
fn is_public(text: &str) -> bool {
    let Ok(url) = url::Url::parse(text) else {
        return false;
    };
    // The parser drops a port that is the default one of the scheme, but PayTR sees it in the text.
    let authority = text
        .split_once("://")
        .map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let has_port = authority.is_none_or(|authority| {
        let host = authority.rsplit('@').next().unwrap_or_default();
        host.rsplit(']').next().unwrap_or_default().contains(':')
    });
    let is_here = match url.host() {
        Some(url::Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(url::Host::Ipv4(address)) => address.is_loopback() || address.is_unspecified(),
        Some(url::Host::Ipv6(address)) => address.is_loopback() || address.is_unspecified(),
        None => true,
    };
    !has_port && !is_here
}
