//! npm `paytr` and `paytr-node`: every method that they have, against the sandbox. Where one of them does not do what
//! PayTR documents, its script says what, and what the sandbox answers.

#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::env;
use std::fs;
use std::path::Path;

use foreign_clients::{NODE_MODULES, Shop, finish, place};
use paytr_sandbox::Sandbox;
use tokio::process::Command;

const KEY: &str = "nodeKEY123456789";
const SALT: &str = "nodeSALT98765432";

async fn open(shop: &Shop) -> Sandbox {
    let sandbox = Sandbox::builder()
        .credentials(paytr_core::Credentials::new("000042", KEY, SALT).unwrap())
        .notify_url(shop.url())
        .link_notify_url(shop.url())
        .platform_notify_url(shop.url())
        .proxy("127.0.0.1:0");
    sandbox.start().await.unwrap()
}

/// Node.js with one of the scripts.
fn node(script: &str, sandbox: &Sandbox, shop: &Shop) -> Command {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("node");
    let mut node = Command::new("node");
    node.arg(folder.join(script))
        .arg(sandbox.base_url())
        .arg(shop.bodies_url())
        // No proxy but the sandbox's.
        .env_clear()
        .env("PATH", env::var_os("PATH").unwrap_or_default())
        .env("NODE_PATH", place(NODE_MODULES))
        .env("PAYTR_MERCHANT_ID", "000042")
        .env("PAYTR_MERCHANT_KEY", KEY)
        .env("PAYTR_MERCHANT_SALT", SALT);
    node
}

async fn every_method_works(node: &mut Command) {
    let said = finish(node).await.unwrap();
    assert_eq!(said, "every method works\n");
}

#[tokio::test]
async fn paytr_opens_pages_verifies_notifications_and_refunds() {
    let shop = Shop::open().await.unwrap();
    let sandbox = open(&shop).await;
    every_method_works(&mut node("paytr.cjs", &sandbox, &shop)).await;
}

#[tokio::test]
async fn paytr_node_does_all_but_payment_pages() {
    let shop = Shop::open().await.unwrap();
    let sandbox = open(&shop).await;
    let mut node = node("paytr_node.cjs", &sandbox, &shop);
    every_method_works(node.env("PAYTR_BASE_URL", sandbox.base_url())).await;
}

#[tokio::test]
async fn paytr_node_with_paytrs_host_does_the_same_through_the_proxy() {
    let shop = Shop::open().await.unwrap();
    let sandbox = open(&shop).await;
    let proxy = sandbox.proxy().unwrap();
    let name = format!("npm-ca-{}.pem", std::process::id());
    let certificate = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&certificate, proxy.ca_certificate()).unwrap();
    let mut node = node("paytr_node.cjs", &sandbox, &shop);
    node.env("HTTPS_PROXY", proxy.url())
        .env("NODE_EXTRA_CA_CERTS", &certificate);
    every_method_works(&mut node).await;
    fs::remove_file(certificate).unwrap();
}
