//! The table of `docs/attacks.md` with what other libraries say to the same notifications: made anew by running
//! them, and compared with the page.

#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::path::Path;

use foreign_clients::{NODE_MODULES, PYTHON, finish, place};
use kasapay_core::{Delivery, Webhook as _};
use paytr_core::credentials::SignedPart;
use paytr_core::testing::PaymentNotification;
use paytr_core::{Credentials, Keyring, PaymentCallback};
use serde_json::Value;
use tokio::process::Command;

const MERCHANT: &str = "000042";
const KEY: &str = "attackKEY1234567";
const SALT: &str = "attackSALT765432";

/// One of whose hash both `+` and `/` are letters, so that other alphabets spell it differently.
const ORDER: &str = "SIPARIS0008";

fn credentials() -> Credentials {
    Credentials::new(MERCHANT, KEY, SALT).unwrap()
}

fn success() -> PaymentNotification {
    PaymentNotification::success(ORDER, 3_456)
}

fn body_with_hash(hash: &str) -> String {
    success().field("hash", hash).to_body()
}

fn signed_by(key: &str, salt: &str) -> String {
    let signer = Credentials::new(MERCHANT, key, salt).unwrap();
    success().sign(&signer).to_body()
}

/// The hash over these texts, with the salt where it is `None`.
fn hash_of(texts: &[Option<&str>]) -> String {
    let parts: Vec<_> = texts
        .iter()
        .map(|text| text.map_or(SignedPart::Salt, |text| SignedPart::Field(text.as_bytes())))
        .collect();
    credentials().sign(&parts).to_base64()
}

fn without(name: &str) -> String {
    let body = success().sign(&credentials()).to_body();
    let kept: Vec<_> = body
        .split('&')
        .filter(|pair| !pair.starts_with(&format!("{name}=")))
        .collect();
    assert_eq!(kept.len() + 1, body.split('&').count());
    kept.join("&")
}

/// What is tried, and the bodies of it.
fn requests() -> Vec<(&'static str, Vec<String>)> {
    let right = hash_of(&[Some(ORDER), None, Some("success"), Some("3456")]);
    assert!(right.contains('+') && right.contains('/'), "{right}");
    let under_right = |oid: &str, status: &str, total: &str| {
        PaymentNotification::new(oid, status, total)
            .field("hash", &right)
            .to_body()
    };
    let flipped: String = right
        .char_indices()
        .map(|(at, letter)| match (at, letter.is_ascii_lowercase()) {
            (0, true) => letter.to_ascii_uppercase(),
            (0, false) => letter.to_ascii_lowercase(),
            _ => letter,
        })
        .collect();
    assert_ne!(flipped, right);
    let salt_moved = [
        hash_of(&[None, Some(ORDER), Some("success"), Some("3456")]),
        hash_of(&[Some(ORDER), Some("success"), Some("3456"), None]),
        hash_of(&[Some(ORDER), Some("success"), Some("3456")]),
    ];
    let more = success().field("utoken", "1").field("extra", "x");
    vec![
        (
            "a success and a failure, rightly signed",
            vec![
                success().sign(&credentials()).to_body(),
                more.sign(&credentials()).to_body(),
                PaymentNotification::failed(ORDER, "6")
                    .sign(&credentials())
                    .to_body(),
            ],
        ),
        (
            "another key, another salt, both swapped",
            vec![
                signed_by("otherKEY12345678", SALT),
                signed_by(KEY, "otherSALT1234567"),
                signed_by(SALT, KEY),
            ],
        ),
        (
            "the salt in another place, or left out",
            salt_moved.iter().map(|hash| body_with_hash(hash)).collect(),
        ),
        (
            "no hash, an empty one",
            vec![without("hash"), body_with_hash("")],
        ),
        (
            "no order id, no status, no total",
            ["merchant_oid", "status", "total_amount"]
                .map(without)
                .to_vec(),
        ),
        (
            "43 and 45 characters, a newline behind it",
            vec![
                body_with_hash(right.trim_end_matches('=')),
                body_with_hash(&format!("{right}=")),
                body_with_hash(&format!("{right}\n")),
            ],
        ),
        (
            "the URL-safe alphabet, `+` sent raw",
            vec![
                body_with_hash(&right.replace('+', "-").replace('/', "_")),
                body_with_hash(&right.replace('+', " ")),
            ],
        ),
        ("the case of a letter", vec![body_with_hash(&flipped)]),
        (
            "a right hash beside another order id, status or total",
            vec![
                under_right("SIPARIS0002", "success", "3456"),
                under_right(ORDER, "failed", "3456"),
                under_right(ORDER, "Success", "3456"),
                under_right(ORDER, " success", "3456"),
                under_right(ORDER, "success", "1"),
                under_right(ORDER, "success", "+3456"),
                under_right(ORDER, "success", "3456.00"),
            ],
        ),
        (
            "the token of a status inquiry",
            vec![body_with_hash(&hash_of(&[
                Some(MERCHANT),
                Some(ORDER),
                None,
            ]))],
        ),
    ]
}

/// A library with its version, and whether it takes each body.
struct Column {
    name: String,
    takes: Vec<bool>,
}

fn here(bodies: &[String]) -> Column {
    let keyring = Keyring::new(credentials());
    let verdict = |body: &String| PaymentCallback::verify(&keyring, body.as_bytes()).is_ok();
    Column {
        name: "here".to_owned(),
        takes: bodies.iter().map(verdict).collect(),
    }
}

/// Of one that runs in a process of its own and prints its verdicts.
async fn printed(mut command: Command, bodies: &[String], clients: &[(&str, &str)]) -> Vec<Column> {
    command
        .arg(serde_json::to_string(bodies).unwrap())
        .env("PAYTR_MERCHANT_ID", MERCHANT)
        .env("PAYTR_MERCHANT_KEY", KEY)
        .env("PAYTR_MERCHANT_SALT", SALT);
    let said: Value = serde_json::from_str(&finish(&mut command).await.unwrap()).unwrap();
    let columns = clients.iter().map(|(client, registry)| {
        let of_client = said.get(client).unwrap();
        let version = of_client.get("version").unwrap().as_str().unwrap();
        let takes = of_client.get("takes").unwrap().as_array().unwrap();
        Column {
            name: format!("{client} {version} ({registry})"),
            takes: takes.iter().map(|taken| taken.as_bool().unwrap()).collect(),
        }
    });
    columns.collect()
}

async fn of_kasapay(bodies: &[String]) -> Column {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock");
    let lock = std::fs::read_to_string(lock).unwrap();
    let locked = lock.split("name = \"kasapay-paytr\"\nversion = \"").nth(1);
    let version = locked.unwrap().split('"').next().unwrap();
    let credentials = kasapay_paytr::Credentials::new(MERCHANT, KEY, SALT);
    let client = kasapay_paytr::PayTr::new(kasapay_paytr::Config::new(credentials)).unwrap();
    let mut takes = Vec::new();
    for body in bodies {
        takes.push(
            client
                .verify(&Delivery::new(&[], body.as_bytes()))
                .await
                .is_ok(),
        );
    }
    Column {
        name: format!("kasapay-paytr {version} (crates.io)"),
        takes,
    }
}

fn verdict(takes: &[bool]) -> &'static str {
    match (takes.contains(&true), takes.contains(&false)) {
        (true, false) => "accepts",
        (false, true) => "refuses",
        _ => "differs",
    }
}

fn table(requests: &[(&str, Vec<String>)], columns: &[Column]) -> String {
    let names: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
    let mut lines = vec![
        format!("| request | {} |", names.join(" | ")),
        format!("|---|{}", "---|".repeat(columns.len())),
    ];
    let mut first = 0;
    for (request, bodies) in requests {
        let verdicts = columns.iter().map(|column| {
            let takes = column.takes.iter().skip(first).take(bodies.len());
            verdict(&takes.copied().collect::<Vec<_>>())
        });
        let verdicts: Vec<_> = verdicts.collect();
        lines.push(format!("| {request} | {} |", verdicts.join(" | ")));
        first += bodies.len();
    }
    lines.join("\n")
}

#[tokio::test]
async fn the_attack_page_has_what_other_libraries_say_to_the_same_notifications() {
    let requests = requests();
    let bodies: Vec<_> = requests
        .iter()
        .flat_map(|(_, bodies)| bodies.clone())
        .collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut node = Command::new("node");
    node.arg(folder.join("node/verdicts.cjs"))
        .env("NODE_PATH", place(NODE_MODULES));
    let mut python = Command::new(place(PYTHON));
    python.arg("-I").arg(folder.join("python/verdicts.py"));

    let mut columns = vec![here(&bodies)];
    columns.extend(printed(node, &bodies, &[("paytr", "npm"), ("paytr-node", "npm")]).await);
    columns.extend(printed(python, &bodies, &[("paytr-python", "PyPI")]).await);
    columns.push(of_kasapay(&bodies).await);
    for column in &columns {
        assert_eq!(column.takes.len(), bodies.len(), "{}", column.name);
    }
    let seen = table(&requests, &columns);
    let page = std::fs::read_to_string(folder.join("../../docs/attacks.md")).unwrap();
    assert!(
        page.contains(&seen),
        "docs/attacks.md has another table than this:\n\n{seen}"
    );
}
