//! Notifications of platform transfers and cashouts: signed, and repeated until `OK` like any other.

#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

mod support;

use std::time::Duration;

use paytr_core::api::{Cashout, Iban, Payout, PlatformTransfer, TransId};
use paytr_core::callback::{CashoutResult, TransferResult};
use paytr_core::{Currency, Keyring, Money};
use paytr_sandbox::{Sandbox, StoreKind, TestCard};
use support::{FAST, Fields, LIMIT, Shop, client, http, oid, open_card, reply};

const DAY: Duration = Duration::from_secs(24 * 3_600);

fn lira(minor_units: u64) -> Money {
    Money::new(minor_units, Currency::TRY)
}

fn iban() -> Iban {
    Iban::new("TR330006100519786457841326").unwrap()
}

fn body(fields: &Fields) -> Vec<u8> {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(fields).finish().into_bytes()
}

async fn marketplace(payments: &Shop, results: &Shop, attempts: u32) -> Sandbox {
    let builder = Sandbox::builder()
        .notify_url(&payments.url)
        .platform_notify_url(&results.url)
        .store_kind(StoreKind::Marketplace)
        .max_attempts(attempts)
        .resend_every(FAST);
    builder.start().await.unwrap()
}

/// Waits until the shop has been told so often.
async fn told(shop: &Shop, count: usize) -> Vec<Fields> {
    let all = async {
        loop {
            let received = shop.received();
            if received.len() >= count {
                return received;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(LIMIT, all).await.unwrap()
}

async fn dashboard(sandbox: &Sandbox) -> String {
    let page = http().get(sandbox.base_url()).send().await.unwrap();
    page.text().await.unwrap()
}

#[tokio::test]
async fn a_made_transfer_is_told_until_ok_and_a_cashout_likewise() {
    let payments = Shop::answering(vec![]).await;
    let refusals = vec![reply("200 OK", b"OK\n"), reply("200 OK", b"\"OK\"")];
    let results = Shop::answering(refusals).await;
    let sandbox = marketplace(&payments, &results, 60).await;
    let client = client(&sandbox);
    open_card(&sandbox, "A1").await;
    sandbox.pay("A1", TestCard::Visa).unwrap();
    sandbox.wait_until_acknowledged("A1", LIMIT).await.unwrap();

    sandbox.advance_clock(2 * DAY);
    let id = TransId::new("T1").unwrap();
    let parts = (lira(3_000), lira(3_456));
    let transfer = PlatformTransfer::new(oid("A1"), id, parts.0, parts.1, "Ali Veli", iban());
    client.transfer(&transfer).await.unwrap();
    sandbox.advance_clock(DAY);
    let keyring = Keyring::new(sandbox.credentials());
    for fields in told(&results, 3).await {
        let result = TransferResult::verify(&keyring, &body(&fields)).unwrap();
        assert_eq!(result.trans_ids(), ["T1"]);
    }

    let payout = |amount| Payout::new(lira(amount), "Ali Veli", iban());
    let id = TransId::new("C1").unwrap();
    let cashout = Cashout::new(id, vec![payout(1_000), payout(2_000)]);
    client.cashout(&cashout).await.unwrap();
    sandbox.advance_clock(Duration::from_secs(6 * 60));
    let fields = told(&results, 4).await.remove(3);
    let result = CashoutResult::verify(&keyring, &body(&fields)).unwrap();
    assert_eq!(result.trans_id(), "C1");
}

#[tokio::test]
async fn a_stopped_transfer_result_is_restarted_by_its_button() {
    let payments = Shop::answering(vec![]).await;
    let results = Shop::answering(vec![reply("500 Internal Server Error", b"no")]).await;
    let sandbox = marketplace(&payments, &results, 1).await;
    open_card(&sandbox, "A1").await;
    sandbox.pay("A1", TestCard::Visa).unwrap();
    sandbox.wait_until_acknowledged("A1", LIMIT).await.unwrap();
    sandbox.advance_clock(2 * DAY);
    let id = TransId::new("T1").unwrap();
    let parts = (lira(3_000), lira(3_456));
    let transfer = PlatformTransfer::new(oid("A1"), id, parts.0, parts.1, "Ali Veli", iban());
    client(&sandbox).transfer(&transfer).await.unwrap();
    sandbox.advance_clock(DAY);
    told(&results, 1).await;
    let stopped = async {
        while !dashboard(&sandbox).await.contains("Bildirim Durdu") {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(LIMIT, stopped).await.unwrap();

    let button = format!("{}/_sandbox/dashboard/resend", sandbox.base_url());
    let request = http().post(button).body("subject=transfer%3AT1");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(request.send().await.unwrap().status(), 200);
    told(&results, 2).await;
    let back = format!(
        "{}/_sandbox/dashboard/transfers/T1/return",
        sandbox.base_url()
    );
    assert_eq!(http().post(&back).send().await.unwrap().status(), 200);
    assert!(dashboard(&sandbox).await.contains("sent back"));
    assert_eq!(http().post(&back).send().await.unwrap().status(), 409);
}
