//! The address of the buyer's browser.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net};

/// The reverse proxies whose `X-Forwarded-For` is believed. The default is none: then headers never
/// matter.
///
/// Name only machines that you run and that add to the header themselves. Whoever else may connect
/// from these addresses can claim any address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TrustedProxies {
    ranges: Vec<IpNet>,
}

impl TrustedProxies {
    /// No proxy: the peer of the connection is the buyer.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// These addresses and ranges: `127.0.0.1`, `10.0.0.0/8`, `fd00::/8`.
    ///
    /// # Errors
    ///
    /// [`TrustedProxiesError`] for a text that is neither, and for a range that is everybody.
    pub fn new<'a>(ranges: impl IntoIterator<Item = &'a str>) -> Result<Self, TrustedProxiesError> {
        let ranges: Result<_, _> = ranges.into_iter().map(range).collect();
        ranges.map(|ranges| Self { ranges })
    }

    /// Whether there are any.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// The buyer's address.
    ///
    /// It is the peer of the connection, unless that is a trusted proxy: then the rightmost entry of
    /// the `X-Forwarded-For` values that is not itself a trusted proxy. The walk from the right stops
    /// at an entry that is not an address and answers the last good one. `::ffff:a.b.c.d` becomes
    /// the IPv4 address it stands for.
    #[must_use]
    pub fn client_ip<'a>(
        &self,
        peer: IpAddr,
        forwarded_for: impl IntoIterator<Item = &'a [u8]>,
    ) -> IpAddr {
        let mut nearest = peer.to_canonical();
        if !self.trusts(nearest) {
            return nearest;
        }
        let values: Vec<_> = forwarded_for.into_iter().collect();
        let entries = values
            .into_iter()
            .rev()
            .flat_map(|value| value.rsplit(|byte| *byte == b','));
        for entry in entries {
            let Some(address) = address(entry) else {
                tracing::debug!("an entry of x-forwarded-for is not an address");
                break;
            };
            nearest = address;
            if !self.trusts(nearest) {
                break;
            }
        }
        nearest
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.ranges.iter().any(|range| range.contains(&address))
    }
}

/// Comma-separated, for settings; empty is none.
impl FromStr for TrustedProxies {
    type Err = TrustedProxiesError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let ranges = text.split(',').map(str::trim);
        Self::new(ranges.filter(|range| !range.is_empty()))
    }
}

/// A text is not a proxy's address or range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustedProxiesError {
    /// Neither an address nor a range.
    #[error("a trusted proxy is an address such as 127.0.0.1 or a range such as 10.0.0.0/8")]
    NotARange,
    /// A range of length 0.
    #[error("a range of /0 trusts everybody: name the proxies' own addresses")]
    Everybody,
}

fn range(text: &str) -> Result<IpNet, TrustedProxiesError> {
    let address = || {
        text.parse::<IpAddr>()
            .map(|address| IpNet::from(address.to_canonical()))
    };
    let range = text.parse::<IpNet>().or_else(|_| address());
    let range = canonical(range.map_err(|_| TrustedProxiesError::NotARange)?);
    if range.prefix_len() == 0 {
        return Err(TrustedProxiesError::Everybody);
    }
    Ok(range)
}

/// Turns a range of IPv4-mapped addresses into the IPv4 range: addresses are compared as IPv4.
fn canonical(range: IpNet) -> IpNet {
    let IpNet::V6(mapped) = range else {
        return range;
    };
    let Some(prefix_len) = mapped.prefix_len().checked_sub(96) else {
        return range;
    };
    mapped
        .addr()
        .to_ipv4_mapped()
        .and_then(|address| Ipv4Net::new(address, prefix_len).ok())
        .map_or(range, IpNet::V4)
}

/// The address in an entry: bare, in brackets, or with a port.
fn address(entry: &[u8]) -> Option<IpAddr> {
    let entry = std::str::from_utf8(entry).ok()?.trim_matches([' ', '\t']);
    let bracketed = || entry.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let with_port = || entry.parse::<SocketAddr>().ok().map(|socket| socket.ip());
    let address: IpAddr = entry.parse().ok().or_else(with_port).or_else(bracketed)?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn the_rightmost_address_that_is_not_a_proxy_is_the_buyer() {
        let proxies: TrustedProxies = "10.0.0.0/8, 127.0.0.1, fd00::/8".parse().unwrap();
        let table: [(&str, &[&str], &str); 17] = [
            ("203.0.113.9", &["198.51.100.1"], "203.0.113.9"),
            ("10.1.2.3", &[], "10.1.2.3"),
            ("10.1.2.3", &["198.51.100.1"], "198.51.100.1"),
            ("10.1.2.3", &["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
            ("10.1.2.3", &["1.1.1.1", "198.51.100.1"], "198.51.100.1"),
            (
                "10.1.2.3",
                &["198.51.100.1, 10.9.9.9, 127.0.0.1"],
                "198.51.100.1",
            ),
            ("10.1.2.3", &["198.51.100.1", "10.9.9.9"], "198.51.100.1"),
            ("10.1.2.3", &["10.0.0.1, 10.0.0.2"], "10.0.0.1"),
            ("10.1.2.3", &["198.51.100.1, garbage"], "10.1.2.3"),
            ("10.1.2.3", &["198.51.100.1, garbage, 10.0.0.5"], "10.0.0.5"),
            ("10.1.2.3", &["198.51.100.1,"], "10.1.2.3"),
            ("10.1.2.3", &["198.51.100.1:4711"], "198.51.100.1"),
            ("10.1.2.3", &["[2001:db8::1]:443"], "2001:db8::1"),
            ("10.1.2.3", &["[2001:db8::1]"], "2001:db8::1"),
            ("::ffff:10.1.2.3", &["::ffff:198.51.100.1"], "198.51.100.1"),
            ("fd00::1", &["\t2001:db8::2 "], "2001:db8::2"),
            ("::ffff:203.0.113.9", &[], "203.0.113.9"),
        ];
        for (peer, headers, expected) in table {
            let headers = headers.iter().map(|header| header.as_bytes());
            assert_eq!(
                proxies.client_ip(ip(peer), headers),
                ip(expected),
                "{peer} {expected}"
            );
        }
    }

    #[test]
    fn ranges_are_checked() {
        assert_eq!(
            TrustedProxies::new(["nginx"]),
            Err(TrustedProxiesError::NotARange)
        );
        assert_eq!(
            TrustedProxies::new(["10.0.0.0/33"]),
            Err(TrustedProxiesError::NotARange)
        );
        for everybody in ["0.0.0.0/0", "::/0", "::ffff:0.0.0.0/96"] {
            assert_eq!(
                TrustedProxies::new([everybody]),
                Err(TrustedProxiesError::Everybody),
                "{everybody}"
            );
        }
        assert!("".parse::<TrustedProxies>().unwrap().is_empty());
    }

    #[test]
    fn a_mapped_range_means_the_ipv4_range() {
        for text in ["::ffff:10.0.0.0/104", "::ffff:10.1.2.3"] {
            let proxies = TrustedProxies::new([text]).unwrap();
            let buyer = proxies.client_ip(ip("10.1.2.3"), [&b"198.51.100.1"[..]]);
            assert_eq!(buyer, ip("198.51.100.1"), "{text}");
        }
    }

    proptest! {
        #[test]
        fn without_trusted_proxies_headers_never_matter(
            peer: IpAddr,
            headers: Vec<Vec<u8>>,
            addresses: Vec<IpAddr>,
        ) {
            let texts: Vec<_> = addresses.iter().map(ToString::to_string).collect();
            let all = headers.iter().map(Vec::as_slice).chain(texts.iter().map(String::as_bytes));
            let found = TrustedProxies::none().client_ip(peer, all);
            prop_assert_eq!(found, peer.to_canonical());
        }

        #[test]
        fn what_the_buyer_writes_to_the_left_never_matters(forged: Vec<u8>, buyer: std::net::Ipv4Addr) {
            prop_assume!(buyer.octets()[0] != 10);
            let proxies = TrustedProxies::new(["10.0.0.0/8"]).unwrap();
            let mut header = forged;
            header.extend_from_slice(format!(",{buyer}").as_bytes());
            let found = proxies.client_ip(ip("10.0.0.1"), [header.as_slice()]);
            prop_assert_eq!(found, IpAddr::V4(buyer));
        }
    }
}
