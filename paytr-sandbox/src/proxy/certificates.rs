use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{Span, Timestamp, tz::TimeZone};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, KeyPair, KeyUsagePurpose, NameConstraints, PublicKeyData as _,
};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use sha2::{Digest as _, Sha256};

use super::HOSTS;
use crate::StartError;

/// What the proxy shows as PayTR's host, and who vouches for it.
pub(super) struct Certificates {
    pub(super) ca_pem: String,
    /// Of the key that the proxy shows: SHA-256 in base64.
    pub(super) public_key_hash: String,
    pub(super) tls: Arc<ServerConfig>,
}

type Cause = Box<dyn std::error::Error + Send + Sync>;

impl Certificates {
    /// Makes a CA, lets it sign one certificate, and forgets its key: it never signs another.
    pub(super) fn make() -> Result<Self, StartError> {
        make().map_err(StartError::Certificates)
    }
}

fn make() -> Result<Certificates, Cause> {
    let ca = CertifiedIssuer::self_signed(ca()?, KeyPair::generate()?)?;
    let key = KeyPair::generate()?;
    let leaf = leaf()?.signed_by(&key, &ca)?;
    let public_key_hash = STANDARD.encode(Sha256::digest(key.subject_public_key_info()));
    let private_key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(ring::default_provider());
    let mut tls = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], private_key)?;
    // Behind it is the sandbox's own server, which speaks HTTP/1.1.
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Certificates {
        ca_pem: ca.pem(),
        public_key_hash,
        tls: Arc::new(tls),
    })
}

/// A CA that may vouch for PayTR's names alone, wherever somebody puts its certificate.
fn ca() -> Result<CertificateParams, Cause> {
    let mut ca = CertificateParams::default();
    name(&mut ca, "paytr sandbox: a CA of this run");
    valid_for_a_year(&mut ca)?;
    ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    ca.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    // It has the names below it too.
    ca.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![GeneralSubtree::DnsName("paytr.com".to_owned())],
        excluded_subtrees: Vec::new(),
    });
    Ok(ca)
}

fn leaf() -> Result<CertificateParams, Cause> {
    let mut leaf = CertificateParams::new(HOSTS.map(str::to_owned))?;
    name(&mut leaf, "paytr sandbox, not PayTR");
    valid_for_a_year(&mut leaf)?;
    leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    // OpenSSL's strict mode, which Python turns on, wants to be told who signed.
    leaf.use_authority_key_identifier_extension = true;
    Ok(leaf)
}

fn name(certificate: &mut CertificateParams, name: &str) {
    let names = &mut certificate.distinguished_name;
    names.remove(DnType::CommonName);
    names.push(DnType::CommonName, name);
}

/// From yesterday on, for clocks that are behind.
fn valid_for_a_year(certificate: &mut CertificateParams) -> Result<(), Cause> {
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let midnight = |date: jiff::civil::Date| -> Result<_, Cause> {
        let (year, month, day) = (date.year().into(), date.month(), date.day());
        Ok(rcgen::date_time_ymd(
            year,
            month.try_into()?,
            day.try_into()?,
        ))
    };
    certificate.not_before = midnight(today.checked_sub(Span::new().days(1))?)?;
    certificate.not_after = midnight(today.checked_add(Span::new().days(365))?)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_start_has_its_own_ca_and_key() {
        let [first, second] = [make().unwrap(), make().unwrap()];
        assert_ne!(first.ca_pem, second.ca_pem);
        assert_ne!(first.public_key_hash, second.public_key_hash);
    }

    #[test]
    fn the_ca_may_vouch_for_paytrs_names_alone() {
        // id-ce-nameConstraints, critical, and one permitted subtree of DNS names: RFC 5280, section 4.2.1.10.
        const PERMITTED: &[u8] =
            b"\x06\x03\x55\x1d\x1e\x01\x01\xff\x04\x11\x30\x0f\xa0\x0d\x30\x0b\x82\x09paytr.com";
        let made = make().unwrap();
        let body: String = made
            .ca_pem
            .lines()
            .filter(|line| !line.starts_with('-'))
            .collect();
        let der = STANDARD.decode(body).unwrap();
        assert!(der.windows(PERMITTED.len()).any(|part| part == PERMITTED));
    }

    #[test]
    fn what_is_given_away_is_a_certificate_and_no_key() {
        let made = make().unwrap();
        assert_eq!(made.ca_pem.matches("-----BEGIN ").count(), 1);
        assert!(made.ca_pem.starts_with("-----BEGIN CERTIFICATE-----"));
    }
}
