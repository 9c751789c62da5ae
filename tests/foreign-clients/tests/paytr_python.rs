//! `paytr-python`, a Python package: every method that it has, against the sandbox.

#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::env;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use foreign_clients::Shop;
use paytr_sandbox::Sandbox;
use tokio::process::Command;

/// The interpreter of an environment where the client is installed.
const PYTHON: &str = "PAYTR_TEST_PYTHON";

const LIMIT: Duration = Duration::from_mins(1);

const KEY: &str = "pythonKEY1234567";
const SALT: &str = "pythonSALT765432";

#[tokio::test]
async fn every_method_of_paytr_python_works_against_the_sandbox() {
    let python = env::var_os(PYTHON).unwrap_or_else(|| {
        panic!(
            "{PYTHON} is not set: `cargo xtask test` makes the Python environment; or make one, \
             `pip install --require-hashes -r tests/foreign-clients/python/requirements.txt` in it, \
             and name its interpreter in {PYTHON}"
        )
    });
    let shop = Shop::open().await.unwrap();
    let sandbox = Sandbox::builder()
        .credentials(paytr_core::Credentials::new("000042", KEY, SALT).unwrap())
        .notify_url(shop.url())
        .link_notify_url(shop.url())
        .start()
        .await
        .unwrap();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("python");
    let script = Command::new(python)
        .arg("-I")
        .arg(folder.join("every_method.py"))
        .arg(sandbox.base_url())
        .arg(shop.url().replace("/paytr/callback", "/bodies"))
        .env("PAYTR_MERCHANT_ID", "000042")
        .env("PAYTR_MERCHANT_KEY", KEY)
        .env("PAYTR_MERCHANT_SALT", SALT)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let ran = tokio::time::timeout(LIMIT, script).await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    let errors = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{said}\n{errors}");
    assert!(said.ends_with("every method works\n"), "{said}\n{errors}");
}
