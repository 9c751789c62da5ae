//! Scripts are found again, numbers are exact, and a purge is small.

use std::time::Duration;

use database_servers::Redis;
use paid_once::{
    Claim, Claimant, Currency, Expected, ExpectedAmount as _, HandlerFailure, Idempotency, Money,
    NewOrder, Opened, OrderLedger as _, OrderState, OrderStore as _, Payment, Retention,
    ReviewFilter, ReviewReason, Settled,
};
use paid_once_redis::RedisLedger;

use crate::shop::{LONG, ask, claim, granted, hold, order, payment, shared_ledger};

#[tokio::test]
async fn scripts_that_redis_forgot_are_sent_again() {
    let redis = Redis::start().unwrap();
    let ledger = RedisLedger::connect(&redis.url()).await.unwrap();
    let lease = hold(&ledger).await;
    ask::<()>(&redis.url(), "SCRIPT FLUSH").await;
    assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Now);
    ask::<()>(&redis.url(), "SCRIPT FLUSH").await;
    assert_eq!(claim(&ledger).await, Claim::Duplicate);
}

/// A double holds 2^53 and not 2^53 + 1: a total that went through one would be another.
#[tokio::test]
async fn totals_that_no_double_can_hold_stay_exact() {
    let ledger = shared_ledger().await;
    let largest = [
        (u64::MAX, u64::MAX - 1),
        (9_007_199_254_740_993, 9_007_199_254_740_992),
        (1_000_000_000_000_000, 1_000_000_000_000_001),
    ];
    for (units, other_units) in largest {
        let order = order(&format!("LARGE{units}"));
        let total = Money::new(units, Currency::TRY);
        let expected = Expected::Exactly(total);
        let opened = ledger.open(NewOrder::new(order.clone(), expected)).await;
        assert_eq!(opened.unwrap(), Opened::New);
        assert_eq!(ledger.expected_amount(&order).await.unwrap(), expected);
        let paid = Payment::paid(order.clone(), total);
        let lease = ledger.claim(&paid, Claimant::unique(), LONG).await.unwrap();
        let settled = ledger.settle(&granted(lease)).await.unwrap();
        assert_eq!(settled, Settled::Now);
        let record = ledger.get(&order).await.unwrap().unwrap();
        assert_eq!(record.state, OrderState::paid(total));

        let again = ledger.claim(&paid, Claimant::unique(), LONG).await;
        assert_eq!(again.unwrap(), Claim::Duplicate);
        let other = Payment::paid(order, Money::new(other_units, Currency::TRY));
        let conflict = ledger.claim(&other, Claimant::unique(), LONG).await;
        assert_eq!(conflict.unwrap(), Claim::Conflict);
        let why = ReviewReason::Conflict;
        ledger.review(&other, why).await.unwrap();
        let reviews = ledger.reviews(&ReviewFilter::all(), 1).await.unwrap();
        assert_eq!(reviews.first().unwrap().total(), other.total());
    }
}

/// The same number in another currency is another total.
#[tokio::test]
async fn a_settled_total_has_a_currency() {
    let ledger = shared_ledger().await;
    let lease = hold(&ledger).await;
    assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Now);
    let euro = Payment::paid(payment().order, Money::new(3_456, Currency::EUR));
    let conflict = ledger.claim(&euro, Claimant::unique(), LONG).await;
    assert_eq!(conflict.unwrap(), Claim::Conflict);
}

/// Times are of Redis' clock, to the microsecond, and come back as they are.
#[tokio::test]
async fn opening_times_are_those_of_redis() {
    let redis = Redis::start().unwrap();
    let ledger = RedisLedger::connect(&redis.url()).await.unwrap();
    let since_1970 =
        |[seconds, micros]: [u64; 2]| Duration::from_secs(seconds) + Duration::from_micros(micros);
    let before = since_1970(ask(&redis.url(), "TIME").await);
    let new = NewOrder::new(order("ORDER1"), Expected::Unknown);
    assert_eq!(ledger.open(new).await.unwrap(), Opened::New);
    let after = since_1970(ask(&redis.url(), "TIME").await);
    let record = ledger.get(&order("ORDER1")).await.unwrap().unwrap();
    let opened_at = record
        .opened_at
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    assert!(before <= opened_at && opened_at <= after);
}

#[tokio::test]
async fn a_purge_leaves_nothing_and_takes_more_than_one_step_for_a_large_batch() {
    let redis = Redis::start_with(&["--appendfsync", "no"]).unwrap();
    let ledger = RedisLedger::connect(&redis.url()).await.unwrap();
    for index in 0..250 {
        let new = NewOrder::new(order(&format!("OLD{index}")), Expected::Unknown);
        let click = Idempotency {
            key: format!("cart\0{index}"),
            fingerprint: [0; 32],
            reuse_for: LONG,
        };
        let opened = ledger.open(new.with_idempotency(click)).await.unwrap();
        assert_eq!(opened, Opened::New);
    }
    for index in 0..250 {
        let order = order(&format!("OLD{index}"));
        assert!(ledger.close(&order).await.unwrap());
    }
    let at_once = Retention {
        paid: Duration::ZERO,
        unpaid: Duration::ZERO,
    };
    assert_eq!(ledger.purge(at_once, 240).await.unwrap(), 240);
    assert_eq!(ledger.purge(at_once, 1_000).await.unwrap(), 10);
    let mut keys: Vec<String> = ask(&redis.url(), "KEYS *").await;
    // Which merchants there are is not forgotten.
    keys.sort();
    assert_eq!(keys, ["{paid_once}:layout", "{paid_once}:merchants"]);
}

/// Later failures bring nothing forward: by then the reconciler says when.
#[tokio::test]
async fn the_first_failure_makes_an_order_due_within_a_minute() {
    let redis = Redis::start().unwrap();
    let ledger = RedisLedger::connect(&redis.url()).await.unwrap();
    let paid = payment();
    let new = NewOrder::new(paid.order.clone(), Expected::Unknown).with_inquire_after(LONG);
    assert_eq!(ledger.open(new).await.unwrap(), Opened::New);
    let due_in = async || {
        let due = format!(
            "ZRANGE {{paid_once}}:due:{} 0 -1 WITHSCORES",
            paid.order.merchant()
        );
        let due: Vec<(String, f64)> = ask(&redis.url(), &due).await;
        let (now, _): (f64, f64) = ask(&redis.url(), "TIME").await;
        due[0].1 / 1e6 - now
    };
    assert!(due_in().await > 100.0);
    let lease = hold(&ledger).await;
    ledger.release(&lease, HandlerFailure::Error).await.unwrap();
    let seconds = due_in().await;
    assert!((50.0..=61.0).contains(&seconds), "{seconds}");
    ledger.postpone(&paid.order, LONG).await.unwrap();
    let lease = hold(&ledger).await;
    ledger
        .release(&lease, HandlerFailure::Panicked)
        .await
        .unwrap();
    assert!(due_in().await > 100.0);
}

/// What is left of it in the list of due orders takes no order's place and makes no order again.
#[tokio::test]
async fn an_order_whose_key_was_deleted_is_due_no_more() {
    let redis = Redis::start().unwrap();
    let ledger = RedisLedger::connect(&redis.url()).await.unwrap();
    for order_id in ["GONE1", "GONE2", "THERE"] {
        let new = NewOrder::new(order(order_id), Expected::Unknown);
        let opened = ledger.open(new.with_inquire_after(Duration::ZERO)).await;
        assert_eq!(opened.unwrap(), Opened::New);
    }
    let mut keys: Vec<String> = ask(&redis.url(), "KEYS {paid_once}:order:*:GONE?").await;
    keys.sort();
    assert_eq!(keys.len(), 2);
    for key in &keys {
        ask::<()>(&redis.url(), &format!("DEL {key}")).await;
    }
    let merchant = order("THERE").merchant().to_owned();
    let taken = ledger.take_due(&merchant, 1, LONG).await.unwrap();
    let [there] = &taken[..] else {
        panic!("one order is there: {taken:?}");
    };
    assert_eq!(there.record.order, order("THERE"));
    let left: Vec<String> = ask(&redis.url(), "KEYS {paid_once}:order:*:GONE?").await;
    assert_eq!(left, Vec::<String>::new());
    let due = format!("ZCARD {{paid_once}}:due:{merchant}");
    assert_eq!(ask::<u64>(&redis.url(), &due).await, 1);
}

/// The layout is never an order's, whatever the order is called.
#[tokio::test]
async fn no_order_can_be_named_like_a_key_of_the_ledger() {
    let redis = Redis::start().unwrap();
    let ledger = RedisLedger::connect(&redis.url()).await.unwrap();
    for (merchant, order_id) in [("done", "x"), ("}:done", "{"), ("*", "?"), ("layout", "1")] {
        let order = paid_once::OrderKey::new(merchant, order_id).unwrap();
        let paid = Payment::paid(order, Money::new(1, Currency::TRY));
        let lease = ledger.claim(&paid, Claimant::unique(), LONG).await.unwrap();
        let settled = ledger.settle(&granted(lease)).await.unwrap();
        assert_eq!(settled, Settled::Now);
    }
    let keys: Vec<String> = ask(&redis.url(), "KEYS {paid_once}:order:*").await;
    assert_eq!(keys.len(), 4, "{keys:?}");
}
