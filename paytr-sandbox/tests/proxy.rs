//! A shop with PayTR's host in its code, behind the proxy.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed step fails the test"
)]

mod support;

use paytr_core::PaytrClient;
use paytr_sandbox::{OrderState, Proxy, Sandbox, StartError, TestCard};
use reqwest::{Certificate, StatusCode, Url};
use support::{LIMIT, NEVER, Shop, card, http};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const PAYTR: &str = "https://www.paytr.com";

async fn sandbox() -> Sandbox {
    let builder = Sandbox::builder().proxy("127.0.0.1:0");
    builder.start().await.unwrap()
}

fn proxy(sandbox: &Sandbox) -> &Proxy {
    sandbox.proxy().unwrap()
}

/// A client that goes through the proxy and trusts its CA, and no other.
fn behind(proxy: &Proxy) -> reqwest::Client {
    let ca = Certificate::from_pem(proxy.ca_certificate().as_bytes()).unwrap();
    let builder = reqwest::Client::builder().proxy(reqwest::Proxy::all(proxy.url()).unwrap());
    builder.tls_certs_only([ca]).build().unwrap()
}

/// Sends lines as they are, and gives what comes back until the proxy closes or says where its body ends.
async fn ask(proxy: &Proxy, request: &str) -> String {
    let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn a_purchase_at_the_hard_coded_host_is_paid_told_and_acknowledged() {
    let shop = Shop::answering(vec![]).await;
    let builder = Sandbox::builder().notify_url(&shop.url).resend_every(NEVER);
    let sandbox = builder.proxy("127.0.0.1:0").start().await.unwrap();
    // No base URL: this client goes where a shop in production goes.
    let client = PaytrClient::builder(sandbox.credentials())
        .http_client(behind(proxy(&sandbox)))
        .build()
        .unwrap();
    let token = client.iframe_token(&card("A1")).await.unwrap();
    let page = client.page_url(&token);
    assert!(
        page.starts_with(&format!("{PAYTR}/odeme/guvenli/")),
        "{page}"
    );
    let shown = behind(proxy(&sandbox)).get(&page).send().await.unwrap();
    assert_eq!(shown.status(), StatusCode::OK);
    assert!(shown.text().await.unwrap().contains("SANDBOX"));
    sandbox.pay("A1", TestCard::Visa).unwrap();
    let order = sandbox.wait_until_acknowledged("A1", LIMIT).await.unwrap();
    assert!(matches!(order.state, OrderState::Paid { total: 3_456, .. }));
    assert_eq!(shop.statuses(), ["success"]);
}

#[tokio::test]
async fn every_other_host_is_refused_and_nobody_is_called() {
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    other.set_nonblocking(true).unwrap();
    let address = other.local_addr().unwrap();
    let sandbox = sandbox().await;
    let own = sandbox.address();
    for target in [
        "www.example.com:443".to_owned(),
        "www.paytr.com:80".to_owned(),
        "www.paytr.com.evil.example:443".to_owned(),
        address.to_string(),
        own.to_string(),
    ] {
        let request = format!("CONNECT {target} HTTP/1.1\r\nhost: {target}\r\n\r\n");
        let answer = ask(proxy(&sandbox), &request).await;
        let status = "HTTP/1.1 403 paytr-sandbox leads to www.paytr.com only\r\n";
        assert!(answer.starts_with(status), "{target}: {answer}");
        assert!(
            answer.contains("answers for https://www.paytr.com alone"),
            "{answer}"
        );
        assert!(answer.contains("NO_PROXY"), "{answer}");
    }
    for url in [
        format!("http://{address}/"),
        format!("http://{own}/_sandbox"),
    ] {
        let answer = behind(proxy(&sandbox)).get(url).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        assert!(answer.text().await.unwrap().contains("leads nowhere else"));
    }
    let called = other.accept().unwrap_err();
    assert_eq!(called.kind(), std::io::ErrorKind::WouldBlock);
}

#[tokio::test]
async fn plain_http_to_paytrs_host_is_told_to_use_https() {
    let sandbox = sandbox().await;
    let url = "http://www.paytr.com/odeme/api/get-token";
    let answer = behind(proxy(&sandbox)).post(url).body("merchant_id=1");
    let answer = answer.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    assert!(answer.text().await.unwrap().contains("https://"));
}

#[tokio::test]
async fn who_opens_the_proxy_as_a_page_is_told_where_the_pages_are() {
    let sandbox = sandbox().await;
    let answer = http().get(proxy(&sandbox).url()).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    assert!(answer.text().await.unwrap().contains(sandbox.base_url()));
}

#[tokio::test]
async fn a_browser_is_told_to_use_the_proxy_for_paytr_alone() {
    let sandbox = sandbox().await;
    let proxy = proxy(&sandbox);
    let answer = http().get(proxy.auto_config_url()).send().await.unwrap();
    assert_eq!(
        answer.headers()["content-type"],
        "application/x-ns-proxy-autoconfig"
    );
    let script = answer.text().await.unwrap();
    assert!(script.contains("\"www.paytr.com\""), "{script}");
    assert!(
        script.contains(&format!("\"PROXY {}\" : \"DIRECT\"", proxy.address())),
        "{script}"
    );
}

#[tokio::test]
async fn who_does_not_trust_the_ca_of_this_run_is_not_answered() {
    let (one, other) = (sandbox().await, sandbox().await);
    let ca = Certificate::from_pem(proxy(&other).ca_certificate().as_bytes()).unwrap();
    let builder = reqwest::Client::builder();
    let builder = builder.proxy(reqwest::Proxy::https(proxy(&one).url()).unwrap());
    let client = builder.tls_certs_only([ca]).build().unwrap();
    let error = client.get(PAYTR).send().await.unwrap_err();
    assert!(
        format!("{error:?}").contains("UnknownIssuer")
            || format!("{error:?}").contains("BadSignature"),
        "{error:?}"
    );
}

#[tokio::test]
async fn inside_the_tunnel_other_names_and_other_sites_are_refused() {
    let sandbox = sandbox().await;
    let client = behind(proxy(&sandbox));
    let url = Url::parse(&format!("{PAYTR}/_sandbox")).unwrap();
    for (host, status) in [
        ("www.paytr.com", StatusCode::OK),
        ("www.paytr.com:443", StatusCode::OK),
        ("127.0.0.1", StatusCode::MISDIRECTED_REQUEST),
        ("evil.example", StatusCode::MISDIRECTED_REQUEST),
    ] {
        let answer = client.get(url.clone()).header("host", host).send().await;
        assert_eq!(answer.unwrap().status(), status, "{host}");
    }
    let reset = format!("{PAYTR}/_sandbox/reset");
    for (origin, status) in [
        ("https://www.paytr.com", StatusCode::NO_CONTENT),
        ("http://www.paytr.com", StatusCode::FORBIDDEN),
        ("https://evil.example", StatusCode::FORBIDDEN),
    ] {
        let answer = client.post(&reset).header("origin", origin).send().await;
        assert_eq!(answer.unwrap().status(), status, "{origin}");
    }
    // Without the proxy PayTR's name is a foreign one, as before.
    let direct = http()
        .get(sandbox.base_url())
        .header("host", "www.paytr.com");
    let status = direct.send().await.unwrap().status();
    assert_eq!(status, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn it_listens_on_loopback_only_even_where_the_sandbox_may_not() {
    let builder = Sandbox::builder().dangerously_listen_beyond_loopback("127.0.0.1:0");
    let started = builder.proxy("0.0.0.0:0").start().await;
    assert!(matches!(started, Err(StartError::ProxyNotLoopback(_))));
    let started = Sandbox::builder().proxy("localhost").start().await;
    assert!(matches!(started, Err(StartError::Address(_))));
    let plain = Sandbox::builder().start().await.unwrap();
    assert!(plain.proxy().is_none());
}

#[tokio::test]
async fn it_stops_with_the_sandbox_and_tunnels_end() {
    let sandbox = sandbox().await;
    let address = proxy(&sandbox).address();
    let client = behind(proxy(&sandbox));
    let url = format!("{PAYTR}/_sandbox");
    // Its connection is kept for the next request.
    client
        .get(&url)
        .send()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    let began = std::time::Instant::now();
    sandbox.shutdown().await;
    assert!(began.elapsed() < std::time::Duration::from_secs(2));
    assert!(client.get(&url).send().await.is_err());
    assert!(TcpStream::connect(address).await.is_err());
}
