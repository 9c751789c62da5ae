//! Redis behind TLS, with certificates that are made for the test.

use database_servers::{Redis, RedisCluster, free_port};
use paid_once_redis::{OpenError, RedisFault, RedisLedger, RedisLedgerOptions};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair,
};

use crate::shop::walk_through;

/// Somebody who signs certificates.
struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate and its key, in PEM.
struct Identity {
    certificate: String,
    key: String,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name = named("Authority");
        let pem = params.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(params, key);
        Self { pem, issuer }
    }

    fn sign(&self, host: &str) -> Identity {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
        params.distinguished_name = named(host);
        let certificate = params.signed_by(&key, &self.issuer).unwrap().pem();
        Identity {
            certificate,
            key: key.serialize_pem(),
        }
    }
}

/// Without it all would have the same name, and OpenSSL takes a certificate that is named as its issuer for its own.
fn named(name: &str) -> DistinguishedName {
    let mut named = DistinguishedName::new();
    named.push(DnType::CommonName, name);
    named
}

/// Files of a server: its certificate, and whom it trusts. They are read when it starts.
struct Files {
    folder: tempfile::TempDir,
    settings: Vec<String>,
}

impl Files {
    fn new(authority: &Authority, host: &str, asks_clients: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let identity = authority.sign(host);
        let mut settings = Vec::new();
        for (setting, text) in [
            ("--tls-cert-file", &identity.certificate),
            ("--tls-key-file", &identity.key),
            ("--tls-ca-cert-file", &authority.pem),
        ] {
            let path = folder.path().join(setting);
            std::fs::write(&path, text).unwrap();
            settings.extend([setting.to_owned(), path.to_str().unwrap().to_owned()]);
        }
        settings.extend(["--tls-auth-clients".to_owned(), asks_clients.to_owned()]);
        Self { folder, settings }
    }

    fn settings(&self) -> Vec<&str> {
        assert!(self.folder.path().exists());
        self.settings.iter().map(String::as_str).collect()
    }
}

/// A server with a TLS port, and its address there.
fn server(authority: &Authority, host: &str, asks_clients: &str) -> (Redis, String) {
    let files = Files::new(authority, host, asks_clients);
    let port = free_port().unwrap().to_string();
    let mut settings = vec!["--tls-port", &port];
    settings.extend(files.settings());
    let redis = Redis::start_with(&settings).unwrap();
    let url = format!("rediss://127.0.0.1:{port}");
    (redis, url)
}

fn trusting(authority: &Authority) -> RedisLedgerOptions {
    RedisLedger::options().tls_roots(authority.pem.as_str())
}

async fn refused(options: RedisLedgerOptions, url: &str) -> (OpenError, String) {
    let error = options.connect(url).await.unwrap_err();
    let text = error.to_string();
    (error, text)
}

#[tokio::test]
async fn a_root_of_ones_own_is_trusted_and_the_systems_are_not_any_more() {
    let authority = Authority::new();
    let (_redis, url) = server(&authority, "127.0.0.1", "no");
    let ledger = trusting(&authority).connect(&url).await.unwrap();
    walk_through(&ledger).await;
    // Another root, and those of the system.
    for options in [trusting(&Authority::new()), RedisLedger::options()] {
        let (error, text) = refused(options, &url).await;
        let is_named = matches!(error, OpenError::Redis(RedisFault::Certificate(_)));
        assert!(is_named, "{error:?}");
        assert!(text.contains("nobody whom this client trusts"), "{text}");
    }
}

#[tokio::test]
async fn a_certificate_for_another_host_is_refused() {
    let authority = Authority::new();
    let (_redis, url) = server(&authority, "localhost", "no");
    let (_, text) = refused(trusting(&authority), &url).await;
    assert!(text.contains("for another host"), "{text}");
    let by_name = url.replace("127.0.0.1", "localhost");
    trusting(&authority).connect(&by_name).await.unwrap();
}

#[tokio::test]
async fn a_server_that_asks_for_a_certificate_gets_one() {
    let authority = Authority::new();
    let (_redis, url) = server(&authority, "127.0.0.1", "yes");
    let Identity { certificate, key } = authority.sign("shop");
    let options = trusting(&authority).tls_identity(certificate, key.as_str());
    assert!(!format!("{options:?}").contains("PRIVATE"));
    walk_through(&options.connect(&url).await.unwrap()).await;

    let (error, _) = refused(trusting(&authority), &url).await;
    let is_named = matches!(error, OpenError::Redis(RedisFault::Certificate(_)));
    assert!(is_named, "{error:?}");
    let Identity { certificate, key } = Authority::new().sign("shop");
    let options = trusting(&authority).tls_identity(certificate, key);
    let (error, _) = refused(options, &url).await;
    let is_named = matches!(error, OpenError::Redis(RedisFault::Certificate(_)));
    assert!(is_named, "{error:?}");
}

#[tokio::test]
async fn certificates_that_cannot_be_used_are_refused_before_anything_is_sent() {
    let authority = Authority::new();
    let (redis, url) = server(&authority, "127.0.0.1", "no");
    let (error, _) = refused(trusting(&authority), &redis.url()).await;
    assert!(matches!(error, OpenError::CertificatesUnused), "{error:?}");
    let Identity { certificate, key } = authority.sign("shop");
    for options in [
        RedisLedger::options().tls_roots("CANARY"),
        RedisLedger::options().tls_roots(Vec::new()),
        trusting(&authority).tls_identity(certificate.as_str(), "CANARY"),
        trusting(&authority).tls_identity("CANARY", key.as_str()),
    ] {
        let (error, text) = refused(options, &url).await;
        assert!(!text.contains("CANARY"), "{text}");
        assert!(matches!(error, OpenError::Certificates), "{error:?}");
    }
}

/// A port without TLS waits for more of what it takes for a command.
#[tokio::test]
async fn a_port_without_tls_is_an_error_in_time() {
    let redis = Redis::start().unwrap();
    let options = RedisLedger::options().connect_timeout(std::time::Duration::from_millis(500));
    let url = redis.url().replace("redis://", "rediss://");
    let (error, _) = refused(options, &url).await;
    let is_named = matches!(
        error,
        OpenError::Redis(RedisFault::TimedOut | RedisFault::NoTls)
    );
    assert!(is_named, "{error:?}");
}

/// Each node names the others' TLS ports, and each shows its certificate.
#[tokio::test]
async fn a_cluster_behind_tls_is_followed_from_node_to_node() {
    let authority = Authority::new();
    let files = Files::new(&authority, "127.0.0.1", "no");
    let cluster = RedisCluster::start_with_tls(&files.settings()).unwrap();
    let url = cluster.tls_url().unwrap();
    // One of them is on the node that is asked first at most.
    for prefix in ["a", "b", "c"] {
        let options = trusting(&authority).prefix(prefix.parse().unwrap());
        walk_through(&options.connect(&url).await.unwrap()).await;
    }
    let (error, text) = refused(trusting(&Authority::new()), &url).await;
    let is_named = matches!(error, OpenError::Redis(RedisFault::Certificate(_)));
    assert!(is_named && text.contains("nobody whom"), "{error:?}");
}
