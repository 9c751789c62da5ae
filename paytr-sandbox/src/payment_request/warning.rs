use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

use super::CardDetails;

/// What works here and may not work at PayTR.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Warning {
    PrivateAddress,
    Ipv6,
    PlainReturnUrl,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PrivateAddress => {
                "user_ip is not a public address: PayTR refuses it with the token text"
            }
            Self::Ipv6 => "user_ip is IPv6: PayTR documents IPv4 only",
            Self::PlainReturnUrl => "a return address is plain http beyond this machine",
        })
    }
}

pub(crate) fn user_ip(address: IpAddr, warnings: &mut Vec<Warning>) {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            if v4.is_loopback() || v4.is_private() || v4.is_link_local() || v4.is_unspecified() {
                warnings.push(Warning::PrivateAddress);
            }
        }
        IpAddr::V6(v6) if v6.is_loopback() => warnings.push(Warning::PrivateAddress),
        IpAddr::V6(_) => warnings.push(Warning::Ipv6),
    }
}

pub(crate) fn return_url(details: &CardDetails, warnings: &mut Vec<Warning>) {
    let plain = |url: &String| Url::parse(url).is_ok_and(|url| is_plain_and_remote(&url));
    if [&details.ok_url, &details.fail_url].into_iter().any(plain) {
        warnings.push(Warning::PlainReturnUrl);
    }
}

fn is_plain_and_remote(url: &Url) -> bool {
    let local = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    url.scheme() == "http" && !local
}
