//! Platform transfers, returned transfers and cashouts.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed step fails the test"
)]

mod support;

use std::time::Duration;

use paytr_core::api::{
    Cashout, Endpoint, Iban, PaymentDetail, PaymentStatement, Payout, PlatformTransfer,
    ReturnedTransfers, TransId,
};
use paytr_core::callback::{CashoutResult, TransferResult};
use paytr_core::wire::DateTime;
use paytr_core::{Currency, Keyring, Money, PaytrClient, PaytrError};
use paytr_sandbox::{Sandbox, StoreKind, TestCard};
use support::endpoints::{body, minor_units, now};
use support::{LIMIT, Shop, client, oid};

const DAY: Duration = Duration::from_secs(86_400);
const IBAN: &str = "TR330006100519786457841326";

struct Market {
    shop: Shop,
    sandbox: Sandbox,
    client: PaytrClient,
}

async fn market(kind: StoreKind) -> Market {
    let shop = Shop::answering(Vec::new()).await;
    let sandbox = Sandbox::builder()
        .notify_url(&shop.url)
        .platform_notify_url(&shop.url)
        .store_kind(kind)
        .start()
        .await
        .unwrap();
    let client = client(&sandbox);
    Market {
        shop,
        sandbox,
        client,
    }
}

impl Market {
    async fn paid(&self, id: &str) {
        self.client.iframe_token(&support::card(id)).await.unwrap();
        self.sandbox.pay(id, TestCard::Visa).unwrap();
        self.sandbox
            .wait_until_acknowledged(id, LIMIT)
            .await
            .unwrap();
    }

    async fn code<E: Endpoint + Sync>(&self, request: &E) -> String {
        match self.client.send(request).await {
            Err(PaytrError::Refused(refusal)) => refusal.code.unwrap_or_default(),
            Err(other) => panic!("{other:?}"),
            Ok(_) => "taken".to_owned(),
        }
    }

    /// Waits until the shop was told something with this field.
    async fn told(&self, name: &str) -> String {
        let told = async {
            loop {
                if let Some(value) = self.shop.field(name).into_iter().flatten().next() {
                    return value;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(LIMIT, told).await.unwrap()
    }
}

fn lira(minor_units: u64) -> Money {
    Money::new(minor_units, Currency::TRY)
}

fn transfer(order: &str, id: &str, seller: u64, total: u64) -> PlatformTransfer {
    PlatformTransfer::new(
        oid(order),
        TransId::new(id).unwrap(),
        lira(seller),
        lira(total),
        "Ali Veli",
        Iban::new(IBAN).unwrap(),
    )
}

fn cashout(id: &str, amounts: &[u64]) -> Cashout {
    let payout = |amount: &u64| Payout::new(lira(*amount), "Ali Veli", Iban::new(IBAN).unwrap());
    Cashout::new(
        TransId::new(id).unwrap(),
        amounts.iter().map(payout).collect(),
    )
}

#[tokio::test]
async fn only_a_marketplace_may_transfer() {
    let shop = market(StoreKind::Shop).await;
    shop.paid("A1").await;
    assert_eq!(shop.code(&transfer("A1", "T1", 100, 200)).await, "002");
    assert_eq!(shop.code(&cashout("C1", &[100, 200])).await, "002");
    let from: DateTime = "2026-06-01 00:00:00".parse().unwrap();
    assert_eq!(shop.code(&ReturnedTransfers::new(from, from)).await, "002");
}

#[tokio::test]
async fn a_running_sandbox_becomes_a_marketplace_by_the_control_api_and_by_a_button() {
    let market = market(StoreKind::Shop).await;
    let base = market.sandbox.base_url().to_owned();
    let put = support::http().put(format!("{base}/_sandbox/store"));
    put.body(r#"{"kind": "marketplace"}"#).send().await.unwrap();
    assert_eq!(market.code(&cashout("C1", &[100, 200])).await, "taken");
    let button = support::http().post(format!("{base}/_sandbox/dashboard/store"));
    let button = button.header("content-type", "application/x-www-form-urlencoded");
    let page = button.body("kind=shop").send().await.unwrap();
    let page = page.text().await.unwrap();
    assert!(
        page.contains("ordinary store: transfers answer 002"),
        "{page}"
    );
    assert_eq!(market.sandbox.store_kind(), StoreKind::Shop);
    assert_eq!(market.code(&cashout("C2", &[100, 200])).await, "002");
    market.sandbox.set_store_kind(StoreKind::Marketplace);
    assert_eq!(market.code(&cashout("C2", &[100, 200])).await, "taken");
}

#[tokio::test]
async fn transfers_are_refused_by_the_published_codes() {
    let market = market(StoreKind::Marketplace).await;
    market
        .client
        .iframe_token(&support::card("A0"))
        .await
        .unwrap();
    assert_eq!(market.code(&transfer("A0", "T1", 100, 200)).await, "006");
    assert_eq!(
        market.code(&transfer("NOBODY", "T1", 100, 200)).await,
        "006"
    );
    market.paid("A1").await;
    assert_eq!(market.code(&transfer("A1", "T1", 100, 200)).await, "008");
    market.sandbox.advance_clock(DAY);
    assert_eq!(
        market.code(&transfer("A1", "T1", 3_400, 3_456)).await,
        "012"
    );
    assert_eq!(
        market.code(&transfer("A1", "T1", 3_000, 3_457)).await,
        "010"
    );
    assert_eq!(
        market.code(&transfer("A1", "T1", 1_000, 2_000)).await,
        "taken"
    );
    assert_eq!(
        market.code(&transfer("A1", "T1", 1_000, 1_000)).await,
        "009"
    );
    assert_eq!(
        market.code(&transfer("A1", "T2", 1_000, 1_457)).await,
        "010"
    );
    assert_eq!(
        market.code(&transfer("A1", "T3", 1_000, 1_456)).await,
        "taken"
    );
}

#[tokio::test]
async fn a_transfer_is_made_told_reported_and_returned() {
    let market = market(StoreKind::Marketplace).await;
    market.paid("A1").await;
    market.sandbox.advance_clock(DAY);
    let given = market
        .client
        .transfer(&transfer("A1", "T1", 3_000, 3_456))
        .await
        .unwrap();
    assert_eq!(given.submerchant_amount.as_deref(), Some("30.00"));
    // 34.56 less 30.00 less 2.99 %.
    assert_eq!(given.merchant_amount.as_deref(), Some("3.53"));
    assert!(market.sandbox.return_transfer("T1").is_err());
    market.sandbox.advance_clock(DAY);
    market.told("trans_ids").await;
    let keyring = Keyring::new(market.sandbox.credentials());
    let body = body(&market.shop, "trans_ids");
    let result = TransferResult::verify(&keyring, body.as_bytes()).unwrap();
    assert_eq!(result.trans_ids(), ["T1"]);

    let today = now(&market.sandbox).date();
    let day = |days| today.plus_days(days).unwrap();
    let statement = PaymentStatement::new(day(-5), day(5));
    let rows = market.client.payment_statement(&statement).await.unwrap();
    let rows = rows.into_rows().unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(minor_units(rows[0].net), 3_353);
    let date = rows[0].date.as_ref().unwrap().date().unwrap();
    let detail = market
        .client
        .payment_detail(&PaymentDetail::new(date))
        .await
        .unwrap();
    let parts: Vec<_> = detail
        .rows()
        .unwrap()
        .iter()
        .map(|row| minor_units(row.amount))
        .collect();
    assert_eq!(parts, [3_000, 353]);
    assert_eq!(detail.rows().unwrap()[0].iban.as_deref(), Some(IBAN));

    market.sandbox.return_transfer("T1").unwrap();
    assert!(market.sandbox.return_transfer("T1").is_err());
    let at = now(&market.sandbox);
    let span = ReturnedTransfers::new(
        at.plus_seconds(-3_600).unwrap(),
        at.plus_seconds(3_600).unwrap(),
    );
    let returned = market.client.returned_transfers(&span).await.unwrap();
    let rows = returned.rows().unwrap();
    assert_eq!(minor_units(rows[0].amount), 3_000);
    assert_eq!(rows[0].reference, given.reference);
}

#[tokio::test]
async fn a_cashout_is_processed_after_five_minutes_as_far_as_the_account_reaches() {
    let shop = Shop::answering(Vec::new()).await;
    let sandbox = Sandbox::builder()
        .platform_notify_url(&shop.url)
        .store_kind(StoreKind::Marketplace)
        .opening_balance(10_000)
        .start()
        .await
        .unwrap();
    let client = client(&sandbox);
    let market = Market {
        shop,
        sandbox,
        client,
    };
    assert_eq!(
        market.code(&cashout("C1", &[6_000, 5_000, 4_000])).await,
        "taken"
    );
    assert_eq!(market.code(&cashout("C1", &[1, 2])).await, "203");
    assert!(market.shop.received().is_empty());
    market.sandbox.advance_clock(Duration::from_secs(301));
    assert_eq!(market.told("success_total").await, "2");
    assert_eq!(market.told("failed_total").await, "1");
    assert_eq!(market.told("transfer_total").await, "100.00");
    assert_eq!(market.told("account_balance").await, "0.00");
    let keyring = Keyring::new(market.sandbox.credentials());
    let body = body(&market.shop, "mode");
    CashoutResult::verify(&keyring, body.as_bytes()).unwrap();
}
