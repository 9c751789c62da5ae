use std::fmt;
use std::net::IpAddr;

use paytr_core::api::BrokenRule;
use url::{Host, Url};

use super::CardDetails;

/// What works here and may not work at PayTR.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Warning {
    PrivateAddress,
    Ipv6,
    PlainReturnUrl,
    /// Which row of the basket, from 1, and what stands there for a price.
    BasketPrice(usize, String),
    /// Which row, and what stands there for a quantity, if anything does.
    BasketQuantity(usize, Option<String>),
    /// A field that is there, and empty.
    Empty(&'static str),
    /// A field that PayTR's documentation asks for.
    NotSent(&'static str),
    ExpiredCard,
    /// `merchant_key` or `merchant_salt` is a field of the form.
    Secret(&'static str),
    /// A name, and how PayTR writes it.
    Spelling(String, &'static str),
    /// A signed field, and what stands there for a variable that was not set.
    Unset(&'static str, &'static str),
    /// A value of a refused form that PayTR does not take.
    Broken(BrokenRule),
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PrivateAddress => {
                f.write_str("user_ip is not a public address: PayTR refuses it with the token text")
            }
            Self::Ipv6 => f.write_str("user_ip is IPv6: PayTR documents IPv4 only"),
            Self::PlainReturnUrl => {
                f.write_str("a return address is plain http beyond this machine")
            }
            Self::BasketPrice(row, price) => write!(
                f,
                "user_basket, row {row}: the price {} is not an amount such as 1234.56",
                shortened(price)
            ),
            Self::BasketQuantity(row, Some(quantity)) => write!(
                f,
                "user_basket, row {row}: the quantity {} is not a whole number",
                shortened(quantity)
            ),
            Self::BasketQuantity(row, None) => {
                write!(f, "user_basket, row {row} has no quantity")
            }
            Self::Empty(name) => write!(f, "{name} is empty: it is taken as 0 here"),
            Self::NotSent(name) => write!(
                f,
                "{name} is not sent: it is documented as required, and PayTR may ask for it"
            ),
            Self::Secret(name) => write!(
                f,
                "{name} is posted: PayTR does not read it, and whoever sees it can sign as the shop"
            ),
            Self::Spelling(posted, name) => {
                write!(
                    f,
                    "{} is not read: PayTR's name is {name}",
                    shortened(posted)
                )
            }
            Self::Unset(name, unset) => write!(
                f,
                "{unset} stands in {name}, and was signed: a variable was not set"
            ),
            Self::Broken(broken) => write!(f, "{broken} ({})", broken.rule),
            Self::ExpiredCard => {
                f.write_str("the expiry date of the card has passed: a test card is taken with any")
            }
        }
    }
}

/// Enough of a value to find it.
fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

pub(crate) fn warn_about_user_ip(address: IpAddr, warnings: &mut Vec<Warning>) {
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

pub(crate) fn warn_about_return_urls(details: &CardDetails, warnings: &mut Vec<Warning>) {
    let plain = |url: &String| Url::parse(url).is_ok_and(|url| is_plain_and_remote(&url));
    let urls = [&details.ok_url, &details.fail_url];
    if urls.into_iter().flatten().any(plain) {
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
