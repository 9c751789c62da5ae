//! Refunds are exact to the last unit, whatever happens at the same time or to an answer.

use std::time::Duration;

use database_servers::{Proxy, Redis};
use paid_once::refund::{NewRefund, RefundLedger as _, RefundState, Reservation};
use paid_once::{
    Claimant, Currency, Money, OrderLedger as _, OrderState, OrderStore as _, Payment, Resolution,
    Resolving, ReviewFilter, ReviewReason, Settled,
};
use paid_once_redis::{RedisFault, RedisLedger};
use tokio::task::JoinSet;

use crate::shop::{
    AT_ONCE, LONG, ask, fault, granted, options, order, payment, shared_ledger, walk_through,
};

fn lira(minor_units: u64) -> Money {
    Money::new(minor_units, Currency::TRY)
}

/// An order that is paid with this.
async fn pay(ledger: &RedisLedger, order_id: &str, total: u64) {
    let paid = Payment::paid(order(order_id), lira(total));
    let claim = ledger.claim(&paid, Claimant::unique(), LONG).await.unwrap();
    let settled = ledger.settle(&granted(claim)).await.unwrap();
    assert_eq!(settled, Settled::Now);
}

async fn reserve(
    ledger: &RedisLedger,
    order_id: &str,
    reference: &str,
    amount: u64,
) -> Reservation {
    let refund = NewRefund::new(order(order_id), reference, lira(amount));
    ledger.reserve(&refund).await.unwrap()
}

async fn refunded(ledger: &RedisLedger, order_id: &str) -> Money {
    ledger
        .set_expected(&order(order_id), paid_once::Expected::Unknown)
        .await
        .unwrap();
    match ledger.get(&order(order_id)).await.unwrap().unwrap().state {
        OrderState::Paid { refunded, .. } => refunded,
        other => panic!("{order_id} is paid, not {other:?}"),
    }
}

/// Each amount is a third and a little: two fit and three do not, and no double tells a third from less.
#[tokio::test]
async fn eight_at_once_never_pass_the_largest_totals() {
    let prefix = format!("test:{}", Claimant::unique());
    let url = database_servers::shared::redis_url().unwrap();
    let node = || RedisLedger::options().prefix(prefix.parse().unwrap());
    for total in [u64::MAX, i64::MAX.unsigned_abs(), (1 << 53) + 1] {
        let order_id = format!("LARGE{total}");
        pay(&node().connect(&url).await.unwrap(), &order_id, total).await;
        let amount = total / 3 + 1;
        let mut people = JoinSet::new();
        for person in 0..8 {
            let ledger = node().connect(&url).await.unwrap();
            let order_id = order_id.clone();
            people.spawn(async move {
                reserve(&ledger, &order_id, &format!("R{person}"), amount).await
            });
        }
        let left = lira(total - 2 * amount);
        let told = people.join_all().await;
        let exceeding = told
            .iter()
            .filter(|told| **told == Reservation::Exceeds { left });
        assert_eq!(exceeding.count(), 6, "{told:?}");
        let granted = told.iter().filter(|told| **told == Reservation::Granted);
        assert_eq!(granted.count(), 2, "{told:?}");
    }
}

/// The sum of many, to the last unit, and what is left of it.
#[tokio::test]
async fn sums_are_exact_to_the_last_unit() {
    let ledger = shared_ledger().await;
    for total in [
        1,
        9_999_999_999,
        10_000_000_000,
        10_000_000_001,
        (1 << 53) + 1,
        u64::MAX,
    ] {
        let order_id = format!("SUM{total}");
        pay(&ledger, &order_id, total).await;
        let mut left = total;
        for (index, part) in [total / 2, total / 3, total / 7, 0].into_iter().enumerate() {
            let reference = format!("R{index}");
            let told = reserve(&ledger, &order_id, &reference, left.saturating_add(1)).await;
            let exceeds = Reservation::Exceeds { left: lira(left) };
            if left < u64::MAX {
                assert_eq!(told, exceeds, "{total}");
            }
            ledger.cancel(&order(&order_id), &reference).await.unwrap();
            let told = reserve(&ledger, &order_id, &reference, part).await;
            assert_eq!(told, Reservation::Granted, "{total}");
            ledger.confirm(&order(&order_id), &reference).await.unwrap();
            left -= part;
            assert_eq!(refunded(&ledger, &order_id).await, lira(total - left));
        }
        let rest = reserve(&ledger, &order_id, "REST", left).await;
        assert_eq!(rest, Reservation::Granted, "{total}");
        let more = reserve(&ledger, &order_id, "MORE", 1).await;
        assert_eq!(more, Reservation::Exceeds { left: lira(0) });
    }
}

/// A refund that was given up, and whose money somebody else got meanwhile, was executed all the same.
#[tokio::test]
async fn more_than_was_paid_is_told_when_it_happened() {
    let ledger = shared_ledger().await;
    pay(&ledger, "TWICE", u64::MAX).await;
    for reference in ["R1", "R2"] {
        let told = reserve(&ledger, "TWICE", reference, u64::MAX).await;
        assert_eq!(told, Reservation::Granted);
        ledger.cancel(&order("TWICE"), reference).await.unwrap();
    }
    for reference in ["R1", "R2"] {
        ledger.confirm(&order("TWICE"), reference).await.unwrap();
    }
    assert_eq!(refunded(&ledger, "TWICE").await, lira(u64::MAX));
    let more = reserve(&ledger, "TWICE", "R3", 1).await;
    assert_eq!(more, Reservation::Exceeds { left: lira(0) });
}

/// Names are texts: where the order ends and the reference begins matters.
#[tokio::test]
async fn refunds_whose_names_look_alike_do_not_meet() {
    let ledger = shared_ledger().await;
    for (order_id, reference) in [("A", "B:C"), ("A:B", "C"), ("A:B:C", "1:C"), ("A", "B\0:C")] {
        let refund = NewRefund::new(order(order_id), reference, lira(1));
        let told = ledger.reserve(&refund.with_paid(Some(lira(2)))).await;
        assert_eq!(
            told.unwrap(),
            Reservation::Granted,
            "{order_id} {reference}"
        );
    }
    let of_a = ledger.refunds(&order("A")).await.unwrap();
    let references: Vec<_> = of_a.iter().map(|one| one.reference.as_str()).collect();
    assert_eq!(references, ["B:C", "B\0:C"]);
}

/// More than one script reads.
#[tokio::test]
async fn long_lists_are_read_whole_and_in_order() {
    let ledger = shared_ledger().await;
    pay(&ledger, "MANY", 1_000).await;
    let names: Vec<String> = (0..230).map(|index| format!("R{index}")).collect();
    for name in &names {
        assert_eq!(
            reserve(&ledger, "MANY", name, 1).await,
            Reservation::Granted
        );
    }
    let refunds = ledger.refunds(&order("MANY")).await.unwrap();
    let found: Vec<_> = refunds.iter().map(|one| one.reference.clone()).collect();
    assert_eq!(found, names);
    let merchant = order("MANY").merchant().to_owned();
    for limit in [0, 1, 100, 201] {
        let waiting = ledger.undecided_refunds(&merchant, Duration::ZERO, limit);
        let waiting = waiting.await.unwrap();
        assert_eq!(waiting, refunds[..limit as usize]);
    }
}

/// Nobody knows whether it is reserved, so nobody sends it; it is found among the undecided.
#[tokio::test]
async fn a_reservation_whose_answer_is_lost_counts_and_is_found() {
    let redis = Redis::start().unwrap();
    let proxy = Proxy::before(redis.port()).unwrap();
    let url = format!("redis://127.0.0.1:{}", proxy.port());
    let behind = RedisLedger::connect(&url).await.unwrap();
    walk_through(&options().connect(&redis.url()).await.unwrap()).await;
    pay(&behind, "ORDER1", 100).await;
    proxy.lose_next_answer();
    let refund = NewRefund::new(order("ORDER1"), "R1", lira(60));
    let lost = behind.reserve(&refund).await.unwrap_err();
    assert!(
        matches!(fault(&lost), RedisFault::Connection(_)),
        "{lost:?}"
    );
    let again = behind.reserve(&refund).await.unwrap();
    assert_eq!(again, Reservation::Duplicate);
    let merchant = refund.order.merchant();
    let waiting = behind.undecided_refunds(merchant, Duration::ZERO, 10);
    let [waiting] = &waiting.await.unwrap()[..] else {
        panic!("one refund waits")
    };
    assert_eq!(waiting.state, RefundState::Reserved);
    let more = reserve(&behind, "ORDER1", "R2", 41).await;
    assert_eq!(more, Reservation::Exceeds { left: lira(40) });
}

/// The buyer has the money: that must be written down. A new reservation may wait.
#[tokio::test]
async fn a_full_memory_still_takes_what_was_decided() {
    let redis = Redis::start().unwrap();
    let ledger = RedisLedger::connect(&redis.url()).await.unwrap();
    pay(&ledger, "ORDER1", 100).await;
    for reference in ["R1", "R2", "R3"] {
        let told = reserve(&ledger, "ORDER1", reference, 10).await;
        assert_eq!(told, Reservation::Granted);
    }
    ledger.cancel(&order("ORDER1"), "R3").await.unwrap();
    let why = ReviewReason::TestPayment;
    ledger.review(&payment(), why).await.unwrap();
    let entry = ledger.reviews(&ReviewFilter::open(), 1).await.unwrap()[0].id;

    ask::<()>(&redis.url(), "CONFIG SET maxmemory 1").await;
    let new = NewRefund::new(order("ORDER1"), "R4", lira(10));
    let refused = ledger.reserve(&new).await.unwrap_err();
    assert_eq!(fault(&refused), RedisFault::OutOfMemory);
    ledger.confirm(&order("ORDER1"), "R1").await.unwrap();
    ledger.cancel(&order("ORDER1"), "R2").await.unwrap();
    // It was given up and executed all the same.
    ledger.confirm(&order("ORDER1"), "R3").await.unwrap();
    let resolved = ledger
        .resolve(entry, Resolution::Refunded, "ayşe", "")
        .await;
    assert_eq!(resolved.unwrap(), Resolving::Now);
    ask::<()>(&redis.url(), "CONFIG SET maxmemory 0").await;

    assert_eq!(refunded(&ledger, "ORDER1").await, lira(20));
    let refunds = ledger.refunds(&order("ORDER1")).await.unwrap();
    let references: Vec<_> = refunds.iter().map(|one| one.reference.as_str()).collect();
    assert_eq!(references, ["R1", "R2", "R3"], "nothing of R4 was written");
}

#[tokio::test]
async fn refunds_survive_kill_9_and_a_purge() {
    let mut redis = Redis::start().unwrap();
    let ledger = RedisLedger::connect(&redis.url()).await.unwrap();
    pay(&ledger, "ORDER1", 100).await;
    for (reference, amount) in [("R1", 30), ("R2", 50)] {
        let told = reserve(&ledger, "ORDER1", reference, amount).await;
        assert_eq!(told, Reservation::Granted);
    }
    ledger.confirm(&order("ORDER1"), "R1").await.unwrap();
    let before = ledger.refunds(&order("ORDER1")).await.unwrap();
    redis.crash().unwrap();
    redis.start_again().unwrap();
    let ledger = RedisLedger::connect(&redis.url()).await.unwrap();
    assert_eq!(ledger.refunds(&order("ORDER1")).await.unwrap(), before);
    assert_eq!(ledger.purge(AT_ONCE, 10).await.unwrap(), 1);
    assert_eq!(ledger.refunds(&order("ORDER1")).await.unwrap(), before);
    // Whoever vouches for what was paid cannot give back again what was given back.
    let vouched = NewRefund::new(order("ORDER1"), "R3", lira(21)).with_paid(Some(lira(100)));
    let told = ledger.reserve(&vouched).await.unwrap();
    assert_eq!(told, Reservation::Exceeds { left: lira(20) });
}
