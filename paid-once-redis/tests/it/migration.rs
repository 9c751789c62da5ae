//! A ledger of layout 1, as the version before wrote it, is read on: nothing that it kept is forgotten.
//!
//! Its orders are named after what was done with them. They are far older than a day.

use std::collections::BTreeSet;
use std::time::Duration;

use database_servers::Redis;
use paid_once::{
    Claim, Claimant, Currency, Expected, Idempotency, Money, NewOrder, Opened, OrderKey,
    OrderLedger as _, OrderState, OrderStore as _, Payment, ReviewFilter, Settled,
};
use paid_once_redis::RedisLedger;
use paid_once_redis::redis;

use tokio::task::JoinSet;

use crate::shop::{LONG, ask, connection};

const MERCHANT: &str = "123456";
const HOUR: Duration = Duration::from_hours(1);

fn key(order_id: &str) -> OrderKey {
    OrderKey::new(MERCHANT, order_id).unwrap()
}

fn price() -> Money {
    Money::new(3_456, Currency::TRY)
}

async fn old_server() -> Redis {
    server_with(include_str!("../data/layout_1.txt")).await
}

/// A server with the data of an older layout.
pub(crate) async fn server_with(data: &str) -> Redis {
    let server = Redis::start().unwrap();
    let mut connection = connection(&server.url()).await;
    for line in data.lines().filter(|line| !line.starts_with('#')) {
        let mut command = redis::Cmd::new();
        for word in line.split('\t') {
            match word {
                "FINGERPRINT" => command.arg(&[7_u8; 32][..]),
                word => command.arg(word),
            };
        }
        let _: redis::Value = command.query_async(&mut connection).await.unwrap();
    }
    server
}

#[tokio::test]
async fn every_order_keeps_its_state_and_a_claim_that_ran_out_is_undelivered() {
    let server = old_server().await;
    let ledger = RedisLedger::connect(&server.url()).await.unwrap();
    for (order_id, state) in [
        ("YOUNG", Some("pending")),
        ("OLD", Some("pending")),
        ("FAILED", Some("failed")),
        ("AFTERFAIL", Some("failed")),
        ("PAID", Some("paid")),
        ("LIVE", Some("pending")),
        ("EXPIRED", Some("undelivered")),
        // Layout 1 forgot the total with the lease. The provider is asked.
        ("RELEASED", Some("pending")),
        ("REFUSED", Some("pending")),
        ("REVIEWED", Some("review")),
        ("UNOPENED-PAID", None),
    ] {
        let record = ledger.get(&key(order_id)).await.unwrap();
        let found = record.as_ref().map(|record| record.state.as_str());
        assert_eq!(found, state, "{order_id}");
        if let Some(record) = record {
            assert_eq!(record.session.as_deref(), Some("session"), "{order_id}");
        }
    }
    // A payment whose process died is listed from when somebody took its order.
    ledger.hurry(&key("EXPIRED")).await.unwrap();
    assert_eq!(ledger.take_due(MERCHANT, 1, HOUR).await.unwrap().len(), 1);
    let owed = ledger.undelivered(10).await.unwrap();
    let owed: Vec<_> = owed.iter().map(|record| record.order.order_id()).collect();
    assert_eq!(owed, ["EXPIRED"]);
    assert_eq!(
        ledger
            .reviews(&ReviewFilter::all(), 10)
            .await
            .unwrap()
            .len(),
        2
    );
    let layout: String = ask(&server.url(), "GET {paid_once}:layout").await;
    assert_eq!(layout, "3");
    let left: u32 = ask(
        &server.url(),
        "EXISTS {paid_once}:unsettled {paid_once}:done",
    )
    .await;
    assert_eq!(left, 0, "what layout 1 alone had is gone");
}

#[tokio::test]
async fn what_is_open_is_due_within_a_day_and_what_is_paid_never() {
    let server = old_server().await;
    let ledger = RedisLedger::connect(&server.url()).await.unwrap();
    let due = "ZRANGE {paid_once}:due:123456 0 -1 WITHSCORES";
    let filed: Vec<(String, f64)> = ask(&server.url(), due).await;
    let orders: BTreeSet<_> = filed
        .iter()
        .map(|(member, _)| member.trim_start_matches("6:123456:"))
        .collect();
    let open = [
        "YOUNG",
        "OLD",
        "FAILED",
        "AFTERFAIL",
        "LIVE",
        "EXPIRED",
        "RELEASED",
        "REFUSED",
        "REVIEWED",
        "UNOPENED-LIVE",
    ];
    assert_eq!(orders, BTreeSet::from(open));
    let now: Vec<String> = ask(&server.url(), "TIME").await;
    let now: f64 = now[0].parse::<f64>().unwrap() * 1e6;
    for (member, at) in &filed {
        let within_a_day = now - 60e6..now + 86_460e6;
        assert!(
            within_a_day.contains(at),
            "{member} is due at {at}, it is {now}"
        );
    }
    // They are handed out when their time comes.
    ledger.hurry(&key("OLD")).await.unwrap();
    let taken = ledger.take_due(MERCHANT, 10, HOUR).await.unwrap();
    let taken: Vec<_> = taken
        .iter()
        .map(|due| due.record.order.order_id())
        .collect();
    assert_eq!(taken, ["OLD"]);
}

#[tokio::test]
async fn claims_go_on_where_they_were() {
    let server = old_server().await;
    let ledger = RedisLedger::connect(&server.url()).await.unwrap();
    let claim = async |order_id: &str| {
        let payment = Payment::paid(key(order_id), price());
        ledger
            .claim(&payment, Claimant::unique(), LONG)
            .await
            .unwrap()
    };
    assert!(matches!(claim("LIVE").await, Claim::InProgress { .. }));
    assert_eq!(claim("PAID").await, Claim::Duplicate);
    assert_eq!(claim("UNOPENED-PAID").await, Claim::Duplicate);
    for (order_id, attempt) in [
        ("OLD", 1),
        ("EXPIRED", 2),
        ("RELEASED", 2),
        ("AFTERFAIL", 2),
    ] {
        let Claim::Granted(lease) = claim(order_id).await else {
            panic!("{order_id} is free")
        };
        assert_eq!(lease.attempt(), attempt, "{order_id}");
        assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Now);
        let record = ledger.get(&key(order_id)).await.unwrap().unwrap();
        assert!(
            matches!(record.state, OrderState::Paid { .. }),
            "{order_id}"
        );
    }
}

#[tokio::test]
async fn an_idempotency_key_still_belongs_to_its_order() {
    let server = old_server().await;
    let ledger = RedisLedger::connect(&server.url()).await.unwrap();
    for (cart, is_taken) in [
        ("PAID", true),
        ("EXPIRED", true),
        ("LIVE", true),
        ("FAILED", false),
    ] {
        let click = Idempotency {
            key: format!("cart-{cart}"),
            fingerprint: [7; 32],
            reuse_for: Duration::from_mins(25),
        };
        let new = NewOrder::new(key(&format!("AGAIN{cart}")), Expected::AtLeast(price()));
        let opened = ledger.open(new.with_idempotency(click)).await.unwrap();
        match opened {
            Opened::Existing(record) if is_taken => assert_eq!(record.order, key(cart)),
            Opened::New if !is_taken => {}
            other => panic!("{cart}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn many_processes_may_open_it_at_once() {
    let server = old_server().await;
    let url = server.url();
    let mut opening = JoinSet::new();
    for _ in 0..8 {
        let url = url.clone();
        opening.spawn(async move { RedisLedger::connect(&url).await });
    }
    while let Some(opened) = opening.join_next().await {
        let ledger = opened.unwrap().unwrap();
        let expired = ledger.get(&key("EXPIRED")).await.unwrap().unwrap();
        assert_eq!(expired.state.as_str(), "undelivered");
    }
    let filed: u32 = ask(&url, "ZCARD {paid_once}:due:123456").await;
    assert_eq!(filed, 10);
}
