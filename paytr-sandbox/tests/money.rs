//! Refunds, and reports that agree with everything to the kuruş.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed step fails the test"
)]

mod support;

use std::collections::BTreeMap;
use std::time::Duration;

use paytr_core::api::{
    IframeCard, PaymentDetail, PaymentStatement, ReferenceNo, Refund, TransactionKind,
    TransactionReport,
};
use paytr_core::{Currency, Mode, Money, PaytrClient, PaytrError};
use paytr_sandbox::{Sandbox, TestCard};
use support::endpoints::{minor_units, now};
use support::{LIMIT, NEVER, Shop, client, oid};

const DAY: Duration = Duration::from_secs(86_400);

struct Store {
    _shop: Shop,
    sandbox: Sandbox,
    client: PaytrClient,
}

async fn store() -> Store {
    let shop = Shop::answering(Vec::new()).await;
    let sandbox = Sandbox::builder()
        .notify_url(&shop.url)
        .start()
        .await
        .unwrap();
    let client = client(&sandbox);
    Store {
        _shop: shop,
        sandbox,
        client,
    }
}

impl Store {
    async fn paid(&self, request: &IframeCard, installments: u8) {
        let id = request.order.as_str().to_owned();
        self.client.iframe_token(request).await.unwrap();
        let card = TestCard::Mastercard;
        self.sandbox
            .pay_in_installments(&id, card, installments)
            .unwrap();
        self.sandbox
            .wait_until_acknowledged(&id, LIMIT)
            .await
            .unwrap();
    }

    /// The code of a refusal, or nothing when it was refunded.
    async fn refund(&self, id: &str, minor_units: u64) -> Option<String> {
        let request = Refund::new(oid(id), Money::new(minor_units, Currency::TRY));
        match self.client.send(&request).await {
            Ok(_) => None,
            Err(PaytrError::Refused(refusal)) => refusal.code,
            Err(other) => panic!("{other:?}"),
        }
    }

    async fn returned(&self, id: &str) -> Vec<u64> {
        let status = self.client.status(&oid(id)).await.unwrap();
        let returns = status.returns.iter();
        returns.map(|one| one.amount.minor_units()).collect()
    }
}

#[tokio::test]
async fn refunds_are_refused_by_the_published_codes() {
    let shop = Shop::answering(vec![support::reply("500 No", b"")]).await;
    let sandbox = Sandbox::builder().notify_url(&shop.url).resend_every(NEVER);
    let sandbox = sandbox.opening_balance(0).start().await.unwrap();
    support::to_noon(&sandbox);
    let client = client(&sandbox);
    let store = Store {
        _shop: shop,
        sandbox,
        client,
    };
    store
        .client
        .iframe_token(&support::card("A1"))
        .await
        .unwrap();
    assert_eq!(store.refund("NOBODY", 100).await.as_deref(), Some("005"));
    assert_eq!(store.refund("A1", 100).await.as_deref(), Some("005"));
    store.sandbox.pay("A1", TestCard::Visa).unwrap();
    assert_eq!(store.refund("A1", 100).await.as_deref(), Some("007"));
    let is_tried = |order: &paytr_sandbox::OrderSnapshot| !order.attempts.is_empty();
    store
        .sandbox
        .wait_until("A1", LIMIT, is_tried)
        .await
        .unwrap();
    store.sandbox.advance_clock(NEVER + Duration::from_secs(1));
    store
        .sandbox
        .wait_until_acknowledged("A1", LIMIT)
        .await
        .unwrap();
    assert_eq!(store.refund("A1", 3_457).await.as_deref(), Some("009"));
    // The commission is gone, and the account held nothing before.
    assert_eq!(store.refund("A1", 3_456).await.as_deref(), Some("010"));
    assert_eq!(store.refund("A1", 3_000).await, None);
    assert_eq!(store.refund("A1", 457).await.as_deref(), Some("009"));
    store.sandbox.advance_clock(DAY * 366);
    assert_eq!(store.refund("A1", 100).await.as_deref(), Some("011"));
}

#[tokio::test]
async fn the_same_refund_twice_is_two_refunds() {
    let store = store().await;
    store.paid(&support::card("A1"), 1).await;
    let reference = ReferenceNo::new("REFERENCE1").unwrap();
    let request = Refund::new(oid("A1"), Money::new(1_000, Currency::TRY)).reference(reference);
    store.client.send(&request).await.unwrap();
    store.client.send(&request).await.unwrap();
    assert_eq!(store.returned("A1").await, [1_000, 1_000]);
}

#[tokio::test]
async fn the_last_refund_of_an_instalment_order_returns_the_surcharge_too() {
    let store = store().await;
    store.paid(&support::card("A1"), 3).await;
    assert_eq!(store.refund("A1", 1_000).await, None);
    assert_eq!(store.refund("A1", 2_456).await, None);
    assert_eq!(store.returned("A1").await, [1_000, 2_456 + 156]);
    assert_eq!(store.refund("A1", 1).await.as_deref(), Some("009"));
}

#[tokio::test]
async fn a_test_payment_moves_no_money() {
    let store = store().await;
    let mut request = support::card("A1");
    request.mode = Mode::Test;
    store.paid(&request, 1).await;
    let status = store.client.status(&oid("A1")).await.unwrap();
    assert_eq!(minor_units(status.net_amount), 0);
    assert_eq!(minor_units(status.deduction), 0);
    let receipt = Refund::new(oid("A1"), Money::new(3_456, Currency::TRY));
    let receipt = store.client.send(&receipt).await.unwrap();
    assert_eq!(receipt.test_mode, Some(true));
    let at = now(&store.sandbox);
    let report =
        TransactionReport::new(at.plus_seconds(-60).unwrap(), at.plus_seconds(60).unwrap());
    assert_eq!(
        store
            .client
            .transactions(&report)
            .await
            .unwrap()
            .rows()
            .unwrap()
            .len(),
        0
    );
}

/// What a history comes to, from the shop's own point of view.
#[derive(Default, Debug, PartialEq)]
struct Sums {
    sales: i64,
    refunds: i64,
    net: i64,
}

async fn random_history(store: &Store, random: &mut fastrand::Rng) -> Vec<String> {
    let mut orders: Vec<String> = Vec::new();
    for step in 0..24 {
        match random.u8(0..10) {
            0..5 => {
                let mut request = support::card(&format!("P{step}"));
                request.amount = Money::new(random.u64(100..5_000_000), Currency::TRY);
                store.paid(&request, random.u8(1..=12)).await;
                orders.push(format!("P{step}"));
            }
            5..8 if !orders.is_empty() => {
                let order = random.choice(&orders).unwrap();
                let status = store.client.status(&oid(order)).await.unwrap();
                let most = status.refundable().minor_units();
                if most > 0 {
                    let part = if random.bool() {
                        most
                    } else {
                        random.u64(1..=most)
                    };
                    let _ = store.refund(order, part).await;
                }
            }
            _ => store
                .sandbox
                .advance_clock(Duration::from_secs(random.u64(1..200_000))),
        }
    }
    orders
}

/// Orders minus refunds minus what PayTR keeps, from the status inquiries alone.
async fn expected(store: &Store, orders: &[String]) -> Sums {
    let mut sums = Sums::default();
    for order in orders {
        let status = store.client.status(&oid(order)).await.unwrap();
        let total = i64::try_from(status.payment_total.minor_units()).unwrap();
        let amount = i64::try_from(status.payment_amount.minor_units()).unwrap();
        let returned = i64::try_from(status.refunded().minor_units()).unwrap();
        sums.sales += total;
        sums.refunds += returned;
        sums.net += total - minor_units(status.deduction) - returned;
        // What PayTR gives back of its own when everything was returned.
        sums.net += if returned == total { total - amount } else { 0 };
    }
    sums
}

async fn transactions(store: &Store, from: paytr_core::wire::DateTime) -> Sums {
    let mut sums = Sums::default();
    let to = now(&store.sandbox);
    for window in TransactionReport::windows(from, to) {
        for row in store
            .client
            .transactions(&window)
            .await
            .unwrap()
            .rows()
            .unwrap()
        {
            let amount = minor_units(row.amount);
            match row.kind {
                Some(TransactionKind::Sale) => sums.sales += amount,
                _ => sums.refunds += amount,
            }
            sums.net += minor_units(row.net_amount);
        }
    }
    sums
}

/// The statement, and day by day the sums of its details.
async fn payouts(
    store: &Store,
    from: paytr_core::wire::DateTime,
) -> (Sums, BTreeMap<String, (i64, i64)>) {
    let mut sums = Sums::default();
    let mut days = BTreeMap::new();
    let to = now(&store.sandbox).date();
    for window in PaymentStatement::windows(from.date(), to) {
        for row in store
            .client
            .payment_statement(&window)
            .await
            .unwrap()
            .rows()
            .unwrap()
        {
            let net = minor_units(row.net);
            sums.sales += minor_units(row.sales);
            sums.refunds += minor_units(row.refunds);
            sums.net += net;
            let date = row.date.as_ref().unwrap().date().unwrap();
            let detail = PaymentDetail::new(date);
            let detail = store.client.payment_detail(&detail).await.unwrap();
            let parts = detail.rows().unwrap().iter();
            let parts = parts.map(|row| minor_units(row.amount)).sum();
            days.insert(date.to_string(), (net, parts));
        }
    }
    (sums, days)
}

#[tokio::test]
async fn reports_agree_with_every_payment_and_refund_to_the_kurus() {
    for seed in 0..12 {
        let store = store().await;
        let from = now(&store.sandbox).plus_seconds(-1).unwrap();
        let orders = random_history(&store, &mut fastrand::Rng::with_seed(seed)).await;
        store.sandbox.advance_clock(DAY * 2);
        let expected = expected(&store, &orders).await;
        assert_eq!(transactions(&store, from).await, expected, "seed {seed}");
        let (statement, days) = payouts(&store, from).await;
        assert_eq!(statement, expected, "seed {seed}");
        for (day, (net, parts)) in days {
            assert_eq!(net, parts, "seed {seed}, {day}");
        }
    }
}
