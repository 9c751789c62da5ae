//! TLS: whom the ledger trusts, and what it shows.

use std::fmt;

use redis::{Client, ConnectionAddr, ConnectionInfo, RedisError, TlsCertificates};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{AlertDescription, CertificateError as Bad, Error};

use crate::address::Address;
use crate::fault::io_error;
use crate::{OpenError, RedisFault};

/// The certificates of the options.
#[derive(Clone, Default)]
pub(crate) struct Certificates {
    /// PEM: trusted instead of the roots of the system.
    pub(crate) roots: Option<Vec<u8>>,
    /// PEM: what the client shows, and its key.
    pub(crate) identity: Option<(Vec<u8>, Vec<u8>)>,
}

impl fmt::Debug for Certificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificates")
            .field("roots", &self.roots.is_some())
            .field("identity", &self.identity.is_some())
            .finish()
    }
}

impl Certificates {
    /// The servers of the address, with these certificates.
    pub(crate) fn apply(&self, address: Address) -> Result<Address, OpenError> {
        address.try_map(|info| self.with(info))
    }

    fn with(&self, info: ConnectionInfo) -> Result<ConnectionInfo, OpenError> {
        let are_given = self.roots.is_some() || self.identity.is_some();
        if !matches!(info.addr(), ConnectionAddr::TcpTls { .. }) {
            return if are_given {
                Err(OpenError::CertificatesUnused)
            } else {
                Ok(info)
            };
        }
        if CryptoProvider::get_default().is_none() {
            // Where the program has two of them, the client would panic. Another thread may be first.
            let _ = ring::default_provider().install_default();
        }
        if !are_given {
            return Ok(info);
        }
        // The client takes a text without a certificate for a list of none.
        let is_a_certificate = |pem: &Vec<u8>| CertificateDer::from_pem_slice(pem).is_ok();
        let shown = self.identity.iter().map(|(certificate, _)| certificate);
        if !self.roots.iter().chain(shown).all(is_a_certificate) {
            return Err(OpenError::Certificates);
        }
        let certificates = TlsCertificates {
            client_tls: self
                .identity
                .as_ref()
                .map(|(certificate, key)| redis::ClientTlsConfig {
                    client_cert: certificate.clone(),
                    client_key: key.clone(),
                }),
            root_cert: self.roots.clone(),
        };
        // The client's own error could repeat parts of them.
        let client = Client::build_with_tls(info, certificates);
        let client = client.map_err(|_| OpenError::Certificates)?;
        Ok(client.get_connection_info().clone())
    }
}

/// What an error says about trust, if it does.
pub(crate) fn fault(error: &RedisError) -> Option<RedisFault> {
    let cause = io_error(error)?.get_ref()?.downcast_ref::<Error>()?;
    Some(match cause {
        Error::InvalidCertificate(bad) => RedisFault::Certificate(match bad {
            Bad::UnknownIssuer | Bad::BadSignature => {
                "nobody whom this client trusts signed the certificate of Redis, see tls_roots"
            }
            Bad::NotValidForName | Bad::NotValidForNameContext { .. } => {
                "the certificate of Redis is for another host than the one in the address"
            }
            Bad::Expired | Bad::ExpiredContext { .. } => "the certificate of Redis has run out",
            _ => "the certificate of Redis is not valid",
        }),
        Error::AlertReceived(
            AlertDescription::CertificateRequired | AlertDescription::HandshakeFailure,
        ) => {
            RedisFault::Certificate("Redis asks for a certificate of the client, see tls_identity")
        }
        Error::AlertReceived(
            AlertDescription::UnknownCA
            | AlertDescription::BadCertificate
            | AlertDescription::CertificateUnknown
            | AlertDescription::DecryptError,
        ) => RedisFault::Certificate("Redis refuses the certificate of the client"),
        Error::InvalidMessage(_) => RedisFault::NoTls,
        _ => return None,
    })
}
