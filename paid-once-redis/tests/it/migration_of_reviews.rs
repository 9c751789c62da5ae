//! A ledger of layout 2, as the version before wrote it: its reviews become entries that can be resolved, its
//! orders are listed, and a node of that version that still runs can spoil nothing.

use database_servers::{Proxy, Redis};
use paid_once::back_office::{BackOfficeLedger as _, OrderFilter};
use paid_once::{
    Currency, FailureReason, Mode, Money, OrderKey, OrderLedger as _, OrderStore as _, Outcome,
    Payment, Resolution, Resolving, ReviewFilter, ReviewReason,
};
use paid_once_redis::{RedisLedger, redis};
use tokio::task::JoinSet;

use crate::migration::server_with;
use crate::shop::{ask, connection};

const DATA: &str = include_str!("../data/layout_2.txt");

fn key(order_id: &str) -> OrderKey {
    OrderKey::new("123456", order_id).unwrap()
}

async fn state(ledger: &RedisLedger, order_id: &str) -> &'static str {
    let record = ledger.get(&key(order_id)).await.unwrap();
    record.unwrap().state.as_str()
}

/// Layout 2 and so many more reviews, the oldest first: more than one step rewrites.
async fn server_with_reviews(more: u64) -> Redis {
    let server = server_with(DATA).await;
    let mut connection = connection(&server.url()).await;
    for index in 0..more {
        let mut add = redis::cmd("ZADD");
        let review = format!("conflict|{index} TRY|6:123456:MANY{index}");
        add.arg("{paid_once}:reviews")
            .arg(1_000 + index)
            .arg(review);
        add.query_async::<()>(&mut connection).await.unwrap();
        let mut add = redis::cmd("SADD");
        add.arg("{paid_once}:reviewed");
        add.arg(format!("6:123456:MANY{index}"));
        add.query_async::<()>(&mut connection).await.unwrap();
    }
    server
}

#[tokio::test]
async fn every_review_becomes_an_entry_and_every_order_keeps_its_state() {
    let server = server_with(DATA).await;
    let ledger = RedisLedger::connect(&server.url()).await.unwrap();
    let reviews = ledger.reviews(&ReviewFilter::all(), 10).await.unwrap();
    let found: Vec<_> = reviews
        .iter()
        .map(|one| (one.id.get(), one.order().order_id(), one.reason))
        .collect();
    let expected = [
        (5, "ODD|1 TRY|:", ReviewReason::UnreadableMode),
        (4, "PAIDREVIEWED", ReviewReason::Conflict),
        (3, "REVIEWED", ReviewReason::TestPayment),
        (2, "REVIEWED", ReviewReason::AmountMismatch),
        (1, "STRAY", ReviewReason::UnknownOrder),
    ];
    assert_eq!(found, expected);
    for one in &reviews {
        assert!(one.is_open() && one.seen == 1, "{one:?}");
        assert_eq!(one.first_seen, one.last_seen);
        assert_eq!(
            (one.payment.mode, one.payment.requested),
            (Mode::Live, None)
        );
    }
    let largest = Money::new(u64::MAX, Currency::EUR);
    assert_eq!(reviews[4].total(), Some(largest));
    // Layout 2 kept no words of the provider.
    let reason = FailureReason::default();
    assert_eq!(reviews[0].payment.outcome, Outcome::Failed { reason });

    for (order_id, expected) in [
        ("PENDING", "pending"),
        ("FAILED", "failed"),
        ("PAID", "paid"),
        ("LIVE", "pending"),
        ("RELEASED", "undelivered"),
        ("EXPIRED", "undelivered"),
        ("CLOSED", "closed"),
        ("REVIEWED", "review"),
        ("PAIDREVIEWED", "paid"),
    ] {
        assert_eq!(state(&ledger, order_id).await, expected, "{order_id}");
    }
}

#[tokio::test]
async fn what_layout_2_recorded_is_counted_on_and_resolved() {
    let server = server_with(DATA).await;
    let ledger = RedisLedger::connect(&server.url()).await.unwrap();
    let again = Payment::paid(key("REVIEWED"), Money::new(1, Currency::TRY));
    let why = ReviewReason::AmountMismatch;
    ledger.review(&again, why).await.unwrap();
    let of_order = ReviewFilter::of_order(key("REVIEWED"));
    let found = ledger.reviews(&of_order, 10).await.unwrap();
    let seen: Vec<_> = found.iter().map(|one| one.seen).collect();
    assert_eq!(seen, [1, 2], "no new entry");
    for one in found {
        assert_eq!(state(&ledger, "REVIEWED").await, "review");
        let resolved = ledger.resolve(one.id, Resolution::Dismissed, "ayşe", "");
        assert_eq!(resolved.await.unwrap(), Resolving::Now);
    }
    assert_eq!(state(&ledger, "REVIEWED").await, "pending");
}

#[tokio::test]
async fn orders_that_were_opened_before_are_listed() {
    let server = server_with(DATA).await;
    let ledger = RedisLedger::connect(&server.url()).await.unwrap();
    let listed = ledger.orders(&OrderFilter::all(), 100).await.unwrap();
    let listed: Vec<_> = listed.iter().map(|one| one.order.order_id()).collect();
    let newest_first = [
        "PAIDREVIEWED",
        "REVIEWED",
        "CLOSED",
        "EXPIRED",
        "RELEASED",
        "LIVE",
        "PAID",
        "FAILED",
        "PENDING",
    ];
    assert_eq!(listed, newest_first);
    let gauges = ledger.gauges().await.unwrap();
    assert_eq!((gauges.undelivered, gauges.reviews_open), (2, 5));
    assert!(gauges.oldest_due.is_some(), "its merchant is known");
}

/// It reads `reviewed` to tell how an order stands, and writes `reviews` first of all.
#[tokio::test]
async fn a_node_of_layout_2_that_still_runs_is_refused_where_reviews_were() {
    let server = server_with(DATA).await;
    RedisLedger::connect(&server.url()).await.unwrap();
    let mut connection = connection(&server.url()).await;
    for words in [
        ["ZADD", "{paid_once}:reviews", "1", "review"].as_slice(),
        &["ZREVRANGEBYSCORE", "{paid_once}:reviews", "+inf", "-inf"],
        &["SISMEMBER", "{paid_once}:reviewed", "member"],
        &["SADD", "{paid_once}:reviewed", "member"],
    ] {
        let mut command = redis::Cmd::new();
        command.arg(words);
        let refused = command.query_async::<redis::Value>(&mut connection).await;
        let refused = refused.unwrap_err();
        assert_eq!(refused.code(), Some("WRONGTYPE"), "{words:?}");
    }
}

#[tokio::test]
async fn many_processes_rewrite_each_review_once() {
    let server = server_with_reviews(730).await;
    let mut opening = JoinSet::new();
    for _ in 0..8 {
        let url = server.url();
        opening.spawn(async move { RedisLedger::connect(&url).await });
    }
    for opened in opening.join_all().await {
        assert_all_are_rewritten(&opened.unwrap(), 730).await;
    }
}

/// Whatever answer is lost, the next who opens the ledger goes on.
#[tokio::test]
async fn a_migration_that_was_cut_short_is_finished_by_the_next() {
    let server = server_with_reviews(430).await;
    let proxy = Proxy::before(server.port()).unwrap();
    let mut cuts = 0;
    let ledger = loop {
        proxy.lose_answer_after(8 + cuts % 3);
        let url = format!("redis://127.0.0.1:{}", proxy.port());
        match RedisLedger::connect(&url).await {
            Err(_) => cuts += 1,
            Ok(ledger) => break ledger,
        }
        assert!(cuts < 100, "it never ends");
    };
    assert!(cuts > 1, "it was cut short {cuts} times");
    drop(proxy);
    drop(ledger);
    let ledger = RedisLedger::connect(&server.url()).await.unwrap();
    assert_all_are_rewritten(&ledger, 430).await;
    let layout: String = ask(&server.url(), "GET {paid_once}:layout").await;
    assert_eq!(layout, "3");
}

async fn assert_all_are_rewritten(ledger: &RedisLedger, more: u64) {
    let all = ledger.reviews(&ReviewFilter::open(), 10_000).await.unwrap();
    let ids: Vec<u64> = all.iter().map(|one| one.id.get()).rev().collect();
    assert_eq!(ids, (1..=more + 5).collect::<Vec<_>>(), "oldest first");
    for (index, one) in (0..more).zip(all.iter().rev()) {
        assert_eq!(one.order(), &key(&format!("MANY{index}")));
        assert_eq!(one.total(), Some(Money::new(index, Currency::TRY)));
    }
}
