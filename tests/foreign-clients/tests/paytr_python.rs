//! `paytr-python`, a Python package: every method that it has, against the sandbox.

#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::path::Path;

use foreign_clients::{PYTHON, Shop, finish, place};
use paytr_sandbox::Sandbox;
use tokio::process::Command;

const KEY: &str = "pythonKEY1234567";
const SALT: &str = "pythonSALT765432";

#[tokio::test]
async fn every_method_of_paytr_python_works_against_the_sandbox() {
    let shop = Shop::open().await.unwrap();
    let sandbox = Sandbox::builder()
        .credentials(paytr_core::Credentials::new("000042", KEY, SALT).unwrap())
        .notify_url(shop.url())
        .link_notify_url(shop.url())
        .start()
        .await
        .unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("python");
    let mut script = Command::new(place(PYTHON));
    script
        .arg("-I")
        .arg(folder.join("every_method.py"))
        .arg(sandbox.base_url())
        .arg(shop.bodies_url())
        .env("PAYTR_MERCHANT_ID", "000042")
        .env("PAYTR_MERCHANT_KEY", KEY)
        .env("PAYTR_MERCHANT_SALT", SALT);
    let said = finish(&mut script).await.unwrap();
    assert_eq!(said, "every method works\n");
}
