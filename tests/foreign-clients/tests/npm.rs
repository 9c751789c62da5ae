//! npm `paytr` and `paytr-node`: every method that they have, against the sandbox. Where one of them does not do what
//! PayTR documents, its script says what, and what the sandbox answers.

#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::path::Path;

use foreign_clients::{NODE_MODULES, Shop, finish, place};
use paytr_sandbox::Sandbox;
use tokio::process::Command;

const KEY: &str = "nodeKEY123456789";
const SALT: &str = "nodeSALT98765432";

async fn every_method(script: &str) {
    let shop = Shop::open().await.unwrap();
    let sandbox = Sandbox::builder()
        .credentials(paytr_core::Credentials::new("000042", KEY, SALT).unwrap())
        .notify_url(shop.url())
        .link_notify_url(shop.url())
        .platform_notify_url(shop.url())
        .start()
        .await
        .unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("node");
    let mut node = Command::new("node");
    node.arg(folder.join(script))
        .arg(sandbox.base_url())
        .arg(shop.bodies_url())
        .env("NODE_PATH", place(NODE_MODULES))
        .env("PAYTR_MERCHANT_ID", "000042")
        .env("PAYTR_MERCHANT_KEY", KEY)
        .env("PAYTR_MERCHANT_SALT", SALT);
    let said = finish(&mut node).await.unwrap();
    assert_eq!(said, "every method works\n");
}

#[tokio::test]
async fn paytr_opens_pages_verifies_notifications_and_refunds() {
    every_method("paytr.cjs").await;
}

#[tokio::test]
async fn paytr_node_does_all_but_payment_pages() {
    every_method("paytr_node.cjs").await;
}
