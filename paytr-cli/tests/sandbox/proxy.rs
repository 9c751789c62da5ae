//! `paytr sandbox --proxy`, for a shop that has PayTR's host in its code.

use std::fs;
use std::path::PathBuf;

use paytr_core::api::{Buyer, IframeCard};
use paytr_core::{Basket, Credentials, Currency, MerchantOid, PaytrClient};
use reqwest::{Certificate, Proxy};
use tempfile::TempDir;

use crate::program::{MERCHANT, Running, err, out, run};
use crate::shop::{self, Mistake};

/// A sandbox with a proxy, and what it printed.
struct Started {
    program: Running,
    printed: String,
    /// Its folder for temporary files.
    folder: TempDir,
}

impl Started {
    fn new(more: &[&str]) -> Self {
        let own = [
            "sandbox",
            "--listen",
            "127.0.0.1:0",
            "--proxy",
            "--proxy-port",
            "0",
        ];
        let folder = tempfile::tempdir().unwrap();
        let temporary = ("TMPDIR", folder.path().to_str().unwrap());
        let environment = [&MERCHANT[..], &[temporary]].concat();
        let mut program = Running::start(&[&own, more].concat(), &environment);
        let printed = program.lines_until("browser ");
        Self {
            program,
            printed,
            folder,
        }
    }

    /// The first word behind this one at the beginning of a line.
    fn word(&self, name: &str) -> &str {
        let mut lines = self.printed.lines();
        let found = lines.find_map(|line| line.strip_prefix(name)?.split_whitespace().next());
        found.unwrap_or_else(|| panic!("no {name} in {}", self.printed))
    }

    fn proxy(&self) -> &str {
        self.word("proxy ")
    }

    fn ca_file(&self) -> PathBuf {
        PathBuf::from(self.word("CA "))
    }

    /// A client as the printed lines make one: the proxy, and the CA in the file.
    fn client(&self) -> reqwest::Client {
        let ca = Certificate::from_pem(&fs::read(self.ca_file()).unwrap()).unwrap();
        let builder = reqwest::Client::builder().proxy(Proxy::https(self.proxy()).unwrap());
        builder.tls_certs_only([ca]).build().unwrap()
    }
}

fn order(id: &str) -> IframeCard {
    let basket = Basket::new(Currency::TRY).item("Kalem", 3_456, 1).unwrap();
    let ip = "88.255.10.20".parse().unwrap();
    let buyer = Buyer::new(ip, "a@example.com", "Ayşe Yılmaz", "İzmir", "05001112233");
    let shop = "http://127.0.0.1:3000";
    IframeCard::new(MerchantOid::new(id).unwrap(), basket, buyer, shop, shop)
}

#[tokio::test]
async fn a_shop_with_the_host_in_its_code_sells_and_is_told() {
    let callback = shop::with(Mistake::None);
    let sandbox = Started::new(&["--notify", &callback]);
    let [(_, id), (_, key), (_, salt)] = MERCHANT;
    let client = PaytrClient::builder(Credentials::new(id, key, salt).unwrap())
        .http_client(sandbox.client())
        .build()
        .unwrap();
    client.iframe_token(&order("A1")).await.unwrap();
    let control = "https://www.paytr.com/_sandbox/orders/A1";
    let pay = sandbox.client().post(format!("{control}/pay"));
    let paid = pay.body(r#"{"card": "visa"}"#).send().await.unwrap();
    assert!(paid.status().is_success());
    let notified = async {
        loop {
            let order = sandbox.client().get(control).send().await.unwrap();
            let order: serde_json::Value =
                serde_json::from_slice(&order.bytes().await.unwrap()).unwrap();
            if order["notification"] == "done" {
                return order;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let limit = std::time::Duration::from_secs(20);
    let order = tokio::time::timeout(limit, notified).await.unwrap();
    assert_eq!(order["state"]["name"], "paid");
    assert_eq!(order["attempts"][0]["reply"], "OK");
}

#[test]
fn the_ca_is_in_a_file_while_it_runs_and_gone_with_its_folder_afterwards() {
    let mut sandbox = Started::new(&[]);
    let file = sandbox.ca_file();
    let folder = file.parent().unwrap();
    assert!(folder.starts_with(sandbox.folder.path()));
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.starts_with("-----BEGIN CERTIFICATE-----"), "{text}");
    assert_eq!(fs::read_dir(folder).unwrap().count(), 1);
    // As keytool does, when it is told what is printed for Java.
    fs::write(file.with_extension("p12"), "").unwrap();
    assert_eq!(sandbox.program.stop(), Some(0));
    assert_eq!(fs::read_dir(sandbox.folder.path()).unwrap().count(), 0);
}

#[test]
fn no_private_key_is_written_or_printed() {
    let sandbox = Started::new(&[]);
    let text = fs::read_to_string(sandbox.ca_file()).unwrap();
    for text in [&text, &sandbox.printed] {
        assert!(!text.contains("PRIVATE"), "{text}");
        assert!(text.matches("-----BEGIN").count() <= 1, "{text}");
    }
}

#[test]
fn the_ca_file_is_put_where_it_is_wanted_and_nobody_elses_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paytr ca.pem");
    let path = file.to_str().unwrap();
    let mut sandbox = Started::new(&["--proxy-ca", path]);
    assert!(file.exists());
    // Its lines are for a shell, which would part it at the blank.
    assert!(
        sandbox.printed.contains(&format!("curl.cainfo='{path}'")),
        "{}",
        sandbox.printed
    );
    assert_eq!(sandbox.program.stop(), Some(0));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

    fs::write(&file, "mine").unwrap();
    let own = [
        "sandbox",
        "--listen",
        "127.0.0.1:0",
        "--proxy",
        "--proxy-port",
        "0",
    ];
    let refused = run(&[&own[..], &["--proxy-ca", path]].concat(), &MERCHANT);
    assert!(!refused.status.success());
    assert!(
        err(&refused).contains("cannot be written"),
        "{}",
        err(&refused)
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
}

#[test]
fn every_language_has_a_line_with_this_runs_proxy_and_ca() {
    let sandbox = Started::new(&[]);
    let (proxy, ca) = (sandbox.proxy(), sandbox.ca_file());
    let port = proxy.rsplit(':').next().unwrap();
    for name in ["curl", "PHP", "Node", "Python", "Go", "Java", "browser"] {
        let mut lines = sandbox.printed.lines();
        let line = lines
            .find(|line| line.starts_with(&format!("{name} ")))
            .unwrap();
        assert!(line.contains(port), "{line}");
        if name != "browser" {
            assert!(line.contains(ca.to_str().unwrap()), "{line}");
        }
    }
}

#[test]
fn a_sandbox_without_a_proxy_prints_none_and_takes_none_of_its_flags() {
    let mut plain = Running::start(&["sandbox", "--listen", "127.0.0.1:0"], &MERCHANT);
    let printed = plain.lines_until("PAYTR_MERCHANT_ID=");
    assert!(!printed.contains("proxy"), "{printed}");
    for flag in [["--proxy-port", "0"], ["--proxy-ca", "/tmp/ca.pem"]] {
        let output = run(&[&["sandbox"][..], &flag].concat(), &MERCHANT);
        assert_eq!(output.status.code(), Some(2), "{}", out(&output));
        assert!(err(&output).contains("--proxy"), "{}", err(&output));
    }
}

#[test]
fn a_taken_port_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let arguments = [
        "sandbox",
        "--listen",
        "127.0.0.1:0",
        "--proxy",
        "--proxy-port",
        &port,
    ];
    let output = run(&arguments, &MERCHANT);
    assert_eq!(output.status.code(), Some(2), "{}", err(&output));
    assert!(
        err(&output).contains(&format!("127.0.0.1:{port}")),
        "{}",
        err(&output)
    );
}
