//! Keys and people's data stay where they belong.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result};
use paytr_core::testing::PaymentNotification;

use crate::Program;
use crate::harness::{
    CALLBACK, FORM, KEY, Market, PATIENCE, Purchase, SALT, Shop, notification, request,
};

/// The buyer's address: on loopback, and like no other address in the logs.
const BUYER: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 77, 7));
/// A part of each secret and each datum of the buyer that survives any encoding of forms and JSON.
const CANARIES: [(&str, &str); 8] = [
    ("key", KEY),
    ("salt", SALT),
    ("e-mail", "canary.buyer"),
    ("name", "Zeynep"),
    ("address", "Kanarya"),
    ("phone", Purchase::PHONE),
    ("IP address", "127.0.77.7"),
    ("reason text", "GizliSebep"),
];

/// Over a whole purchase with refusals, at the most talkative log level, no secret and no datum of the
/// buyer appears in the log, in an answer or in the database.
pub async fn no_secret_and_no_personal_data_leaks(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let said = Transcript::default();
    let shop = market.shop().set("RUST_LOG", "trace").start().await?;
    let token = purchase_with_refusals(&market, &shop, &said).await?;
    purchases_that_fail(&market, &shop, &said).await?;
    shop.terminate()?;
    let exit = shop.end().await?;

    // It did log, and the search does find what is there.
    let log = Transcript::default();
    log.add("stderr", &exit.stderr);
    log.add("stdout", &exit.stdout);
    assert!(
        log.find("notification answered").is_some(),
        "{}",
        exit.stderr
    );
    assert_eq!(log.find(&token), None, "the token of a payment page");
    assert_eq!(log.find("hash="), None, "a notification's body");
    for name in ["shop.db", "shop.db-wal"] {
        let bytes = std::fs::read(market.file(name)).unwrap_or_default();
        said.add(name, String::from_utf8_lossy(&bytes));
    }
    assert!(said.find("SHOP").is_some());
    for (what, canary) in CANARIES {
        assert_eq!(log.find(canary), None, "{what}");
        assert_eq!(said.find(canary), None, "{what}");
    }
    Ok(())
}

/// When the database is gone the answer says nothing about it, and nothing is acknowledged.
pub async fn an_error_of_the_database_is_not_shown(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = market.shop().start().await?;
    let oid = shop.open_order().await?;
    // What a broken disk looks like to a running process: the files are no database any more. They keep
    // their length, because the process has one of them mapped.
    for name in ["shop.db", "shop.db-wal", "shop.db-shm"] {
        let mut file = OpenOptions::new().write(true).open(market.file(name))?;
        let length = usize::try_from(file.metadata()?.len())?;
        file.write_all("x".repeat(length).as_bytes())?;
    }
    let notified = shop.notify(&market.paid(&oid)).await?;
    assert_eq!(notified.status, 503, "{notified:?}");
    assert_eq!(notified.text(), "PAYTR notification failed: unavailable");
    let bought = shop.try_buy(&Purchase::pen()).await?;
    assert_eq!(bought.status, 503, "{bought:?}");
    let state = shop.get(&format!("/paytr/orders/{oid}")).await?;
    assert_eq!(state.status, 503, "{state:?}");
    let page = shop.get(&format!("/paytr/ok?oid={oid}")).await?;
    let receipts = shop.get("/receipts").await?;
    assert_eq!(receipts.status, 500, "{receipts:?}");
    for answer in [bought, state, page, receipts] {
        let text = answer.text.to_ascii_lowercase();
        for detail in ["sqlite", "database", "malformed", "shop.db", "select"] {
            assert!(!text.contains(detail), "{detail}: {answer:?}");
        }
    }
    Ok(())
}

/// Buys, and sends everything that must be refused before the genuine notification. Returns the token of
/// the payment page.
async fn purchase_with_refusals(market: &Market, shop: &Shop, said: &Transcript) -> Result<String> {
    let buyer = reqwest::Client::builder()
        .no_proxy()
        .local_address(BUYER)
        .timeout(PATIENCE)
        .build()?;
    let purchase = Purchase::pen().with("idempotency_key", "click-1").to_json();
    let answer = buyer
        .post(shop.url("/paytr/pay"))
        .json(&purchase)
        .send()
        .await?;
    let answer = answer.text().await?;
    said.add("POST /paytr/pay", &answer);
    let order: crate::harness::Order = serde_json::from_str(&answer)?;
    let oid = order.merchant_oid;
    let genuine = market.paid(&oid);
    let stranger = genuine.replace(&oid, "SHOP0000000000000000000000000000");
    let reason = PaymentNotification::failed(&oid, "6").field("failed_reason_msg", "GizliSebep");
    let test = PaymentNotification::success(&oid, Purchase::PEN_PRICE).field("test_mode", "1");
    let bodies = [
        stranger,
        format!("email={}&{genuine}&{genuine}", Purchase::EMAIL),
        market.paid_total(&oid, 1),
        market.sign(reason),
        market.sign(test),
        genuine.clone(),
        genuine.clone(),
    ];
    for body in bodies {
        let answer = shop.exchange(&notification(&body)).await?;
        said.add(
            "a notification",
            format!("{}\n{}", answer.head, answer.text()),
        );
    }
    let wrong_type = request(
        &format!("PUT {CALLBACK}?{KEY}"),
        &format!("Content-Type: {FORM}\r\n"),
        b"",
    );
    said.add("PUT", shop.exchange(&wrong_type).await?.text());
    for path in [
        format!("/paytr/pay/{oid}"),
        format!("/paytr/ok?oid={oid}"),
        format!("/paytr/fail?oid={oid}&lang=en"),
        format!("/paytr/orders/{oid}"),
        "/receipts".to_owned(),
        "/cart?cam-kalem=1".to_owned(),
        "/".to_owned(),
    ] {
        let answer = buyer.get(shop.url(&path)).send().await?;
        said.add(path, answer.text().await?);
    }
    assert_eq!(shop.state(&oid).await?, "paid");
    order.token.context("a token")
}

/// Purchases that the shop or PayTR refuses.
async fn purchases_that_fail(market: &Market, shop: &Shop, said: &Transcript) -> Result<()> {
    let wrong = [
        Purchase::pen().with("email", "canary.buyer at example"),
        Purchase::pen().with("user_name", "Zeynep ".repeat(20)),
        Purchase::of(&[("bedava", 1)]),
        Purchase::of(&[("cam-kalem", 2)]).with("idempotency_key", "click-1"),
    ];
    for purchase in wrong {
        let answer = shop.try_buy(&purchase).await?;
        assert!((400..500).contains(&answer.status), "{answer:?}");
        said.add("a refused purchase", answer.text);
    }
    // Two shops that PayTR refuses, or that do not reach it.
    let trace = market.shop().set("RUST_LOG", "trace");
    let broken = [
        trace.clone().set("PAYTR_MERCHANT_SALT", "aN0tHeRsAlT77"),
        trace.set("PAYTR_BASE_URL", "http://127.0.0.1:9"),
    ];
    for program in broken {
        let database = market.file("broken.db");
        let program = program.set("DATABASE_URL", format!("sqlite:{}", database.display()));
        let shop = program.start().await?;
        let answer = shop.try_buy(&Purchase::pen()).await?;
        assert_eq!(answer.status, 502, "{answer:?}");
        said.add("a purchase without PayTR", answer.text);
        let exit = shop.stop().await?;
        said.add("its stderr", exit.stderr);
        said.add("its stdout", exit.stdout);
    }
    Ok(())
}

/// Everything a shop said to anybody.
#[derive(Default)]
struct Transcript {
    said: Mutex<Vec<(String, String)>>,
}

impl Transcript {
    fn add(&self, what: impl Into<String>, text: impl Into<String>) {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.push((what.into(), text.into()));
    }

    /// Where a text stands in it, with the line around it.
    fn find(&self, text: &str) -> Option<String> {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.iter().find_map(|(what, whole)| {
            let line = whole.lines().find(|line| line.contains(text))?;
            Some(format!("{what}: {line}"))
        })
    }
}
