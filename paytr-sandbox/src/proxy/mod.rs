//! A forward proxy that answers in the place of PayTR's host, for shops that have it in their code.
//!
//! A shop's own client believes it because of a CA of this run, which is in no trust store.

mod certificates;
mod connection;
mod tunnel;

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::{Extension, Router};
use tokio::net::TcpListener;

use crate::shared::Shared;
use crate::{StartError, builder};
use certificates::Certificates;
use connection::Front;

/// The hosts that the sandbox answers for.
const HOSTS: [&str; 2] = ["www.paytr.com", "paytr.com"];

/// Whether the sandbox answers for this host, written without a port.
pub(crate) fn is_paytrs(host: &str) -> bool {
    // The dot at the end says that the name is whole.
    let host = host.strip_suffix('.').unwrap_or(host);
    HOSTS.iter().any(|known| host.eq_ignore_ascii_case(known))
}

/// Marks a request that came through a tunnel to PayTR's host.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ThroughProxy;

/// The proxy of a running [`Sandbox`](crate::Sandbox): it answers for `https://www.paytr.com`.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use paytr_sandbox::Sandbox;
///
/// let sandbox = Sandbox::builder().proxy("127.0.0.1:0").start().await?;
/// let proxy = sandbox.proxy().expect("it was asked for");
/// let shop = reqwest::Client::builder()
///     .proxy(reqwest::Proxy::https(proxy.url())?)
///     .tls_certs_only([reqwest::Certificate::from_pem(proxy.ca_certificate().as_bytes())?])
///     .build()?;
/// let answer = shop.get("https://www.paytr.com/_sandbox").send().await?;
/// assert_eq!(answer.headers()["x-paytr-sandbox"], "not PayTR");
/// # Ok(())
/// # }
/// ```
pub struct Proxy {
    address: SocketAddr,
    url: String,
    certificates: Certificates,
}

impl Proxy {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What clients take as their proxy for `https`, such as `http://127.0.0.1:4001`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where a browser finds which hosts go through the proxy (a PAC file): PayTR's, and no other.
    #[must_use]
    pub fn auto_config_url(&self) -> String {
        format!("{}{}", self.url, connection::AUTO_CONFIG)
    }

    /// The certificate of the CA as PEM, for the shop's client alone. It is made at the start, may only vouch for
    /// `paytr.com` and the names below it, and is valid for a year. Its key is gone once the sandbox has started.
    #[must_use]
    pub fn ca_certificate(&self) -> &str {
        &self.certificates.ca_pem
    }

    /// The SHA-256 of the public key that the proxy shows as PayTR's, in base64: what Chromium takes with
    /// `--ignore-certificate-errors-spki-list`.
    #[must_use]
    pub fn public_key_hash(&self) -> &str {
        &self.certificates.public_key_hash
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// A proxy that listens and does not serve yet.
pub(crate) struct Prepared {
    listener: TcpListener,
    proxy: Proxy,
}

impl Prepared {
    /// Makes the certificates, and listens at a loopback address.
    pub(crate) async fn listen(address: &str) -> Result<Self, StartError> {
        let address: SocketAddr = match address.parse() {
            Ok(address) => address,
            Err(_) => return Err(StartError::Address(address.to_owned())),
        };
        if !address.ip().is_loopback() {
            return Err(StartError::ProxyNotLoopback(address));
        }
        let certificates = Certificates::make()?;
        let listen_error = |cause| StartError::Listen { address, cause };
        let listener = TcpListener::bind(address).await.map_err(listen_error)?;
        let address = listener.local_addr().map_err(listen_error)?;
        let proxy = Proxy {
            address,
            url: builder::base_url(address),
            certificates,
        };
        Ok(Self { listener, proxy })
    }

    /// Serves until the sandbox stops: what goes to PayTR's host is for `app`.
    pub(crate) fn serve(self, shared: &Arc<Shared>, app: Router) -> Proxy {
        let front = Front {
            shared: Arc::clone(shared),
            app: app.layer(Extension(ThroughProxy)),
            tls: Arc::clone(&self.proxy.certificates.tls),
            sandbox_url: shared.base_url.clone(),
            address: self.proxy.address,
        };
        shared.spawn(connection::accept_all(self.listener, Arc::new(front)));
        self.proxy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paytrs_own_hosts_are_answered_for() {
        for good in [
            "www.paytr.com",
            "WWW.PayTR.com",
            "paytr.com",
            "www.paytr.com.",
        ] {
            assert!(is_paytrs(good), "{good}");
        }
        for wrong in [
            "paytr.com.evil.example",
            "www.paytr.com..",
            "wwwpaytr.com",
            "dev.paytr.com",
            "127.0.0.1",
            "",
        ] {
            assert!(!is_paytrs(wrong), "{wrong}");
        }
    }
}
