//! Long lists are read in small steps, and counted wherever they end.

use std::time::{Duration, SystemTime};

use database_servers::Redis;
use paid_once::back_office::{BackOfficeLedger as _, HourCount, OrderFilter};
use paid_once::refund::{NewRefund, RefundLedger as _, Reservation};
use paid_once::{
    Claimant, Currency, Expected, Money, NewOrder, Opened, OrderKey, OrderLedger as _,
    OrderStore as _, Payment, ReviewFilter, ReviewReason,
};
use paid_once_redis::{RedisLedger, redis};

use crate::shop::{AT_ONCE, LONG, ask, connection, granted, order, shared_ledger};

async fn open(ledger: &RedisLedger, order: OrderKey) {
    let new = NewOrder::new(order, Expected::Unknown).with_inquire_after(Duration::ZERO);
    assert_eq!(ledger.open(new).await.unwrap(), Opened::New);
}

fn numbered(index: usize) -> OrderKey {
    order(&format!("ORDER{index}"))
}

/// Every hundredth is closed: to find them, step after step is read.
#[tokio::test]
async fn orders_are_found_however_many_lie_between() {
    let ledger = shared_ledger().await;
    for index in 0..450 {
        open(&ledger, numbered(index)).await;
        if index % 100 == 0 {
            assert!(ledger.close(&numbered(index)).await.unwrap());
        }
    }
    let ids = async |filter: &OrderFilter, limit: u32| -> Vec<String> {
        let found = ledger.orders(filter, limit).await.unwrap().into_iter();
        found.map(|one| one.order.order_id().to_owned()).collect()
    };
    let closed = OrderFilter::all().in_state("closed");
    let expected = ["ORDER400", "ORDER300", "ORDER200", "ORDER100", "ORDER0"];
    assert_eq!(ids(&closed, 10).await, expected);
    let page = closed.clone().after(numbered(300));
    assert_eq!(ids(&page, 2).await, &expected[2..4]);
    let start = OrderFilter::of_merchant("100001").starting_with("ORDER1");
    assert_eq!(ids(&start, 1_000).await.len(), 111);
    assert_eq!(ids(&start, 3).await, ["ORDER199", "ORDER198", "ORDER197"]);
    let all = ids(&OrderFilter::all(), u32::MAX).await;
    let newest_first: Vec<_> = (0..450)
        .rev()
        .map(|index| format!("ORDER{index}"))
        .collect();
    assert_eq!(all, newest_first);
    assert_eq!(ids(&OrderFilter::all(), 0).await, Vec::<String>::new());
    let elsewhere = OrderFilter::of_merchant("1");
    assert_eq!(ids(&elsewhere, 10).await, Vec::<String>::new());

    // What is purged is listed no more, and nothing is listed after it.
    assert_eq!(ledger.purge(AT_ONCE, 10).await.unwrap(), 5);
    assert_eq!(ids(&closed, 10).await, Vec::<String>::new());
    assert_eq!(ids(&OrderFilter::all(), u32::MAX).await.len(), 445);
    let after = OrderFilter::all().after(numbered(100));
    assert_eq!(ids(&after, 10).await, Vec::<String>::new());
}

/// Of one moment, by falling id.
#[tokio::test]
async fn orders_of_one_moment_are_listed_by_falling_id() {
    let redis = Redis::start().unwrap();
    let ledger = RedisLedger::connect(&redis.url()).await.unwrap();
    for index in [2, 0, 10, 1] {
        open(&ledger, numbered(index)).await;
        let moment = format!("ZADD {{paid_once}}:opened 7 6:100001:ORDER{index}");
        ask::<()>(&redis.url(), &moment).await;
    }
    let mut filter = OrderFilter::all();
    for id in ["ORDER2", "ORDER10", "ORDER1", "ORDER0"] {
        let page = ledger.orders(&filter, 1).await.unwrap();
        assert_eq!(page[0].order.order_id(), id);
        filter = filter.after(page[0].order.clone());
    }
    assert_eq!(ledger.orders(&filter, 1).await.unwrap(), []);
}

/// More hours than one script counts, and events at their very ends.
#[tokio::test]
async fn an_hour_begins_with_its_first_microsecond_and_ends_before_the_next() {
    let redis = Redis::start().unwrap();
    let ledger = RedisLedger::connect(&redis.url()).await.unwrap();
    let hours = HourCount::last(250, SystemTime::now());
    let mut connection = connection(&redis.url()).await;
    for (index, hour) in hours.iter().enumerate() {
        let begin = hour.begin.duration_since(SystemTime::UNIX_EPOCH).unwrap();
        let first = begin.as_micros();
        let last = first + 3_600_000_000 - 1;
        for (set, at) in [("paid", first), ("paid", last), ("refused", last)] {
            let mut add = redis::cmd("ZADD");
            add.arg(format!("{{paid_once}}:{set}"));
            add.arg(at.to_string()).arg(format!("{index} {at}"));
            add.query_async::<()>(&mut connection).await.unwrap();
        }
    }
    let counted = ledger.hours(250).await.unwrap();
    // Should the hour have ended just now, the last one is empty.
    for hour in &counted[..249] {
        assert_eq!((hour.paid, hour.refused), (2, 1), "{hour:?}");
    }
    assert_eq!(counted.len(), 250);
    assert_eq!(ledger.hours(0).await.unwrap(), []);
}

/// Of several merchants, among more due orders than one script looks through.
#[tokio::test]
async fn gauges_count_every_merchant_and_every_lease_that_ran_out() {
    let ledger = shared_ledger().await;
    let of = |merchant: &str, index: usize| OrderKey::new(merchant, format!("O{index}")).unwrap();
    for index in 0..350 {
        open(&ledger, of("1", index)).await;
    }
    let total = Money::new(5, Currency::TRY);
    let brief = Duration::from_micros(1);
    for index in (0..350).step_by(50) {
        let paid = Payment::paid(of("1", index), total);
        let claim = ledger.claim(&paid, Claimant::unique(), brief).await;
        granted(claim.unwrap());
    }
    // Never opened, of merchants who open nothing.
    for merchant in ["2", "3"] {
        let paid = Payment::paid(of(merchant, 0), total);
        let claim = ledger.claim(&paid, Claimant::unique(), brief).await;
        granted(claim.unwrap());
    }
    for merchant in ["4", "5"] {
        let refund = NewRefund::new(of(merchant, 1), "R", total).with_paid(Some(total));
        let reserved = ledger.reserve(&refund).await.unwrap();
        assert_eq!(reserved, Reservation::Granted);
    }
    let held = Payment::paid(of("1", 1), total);
    granted(ledger.claim(&held, Claimant::unique(), LONG).await.unwrap());
    let gauges = ledger.gauges().await.unwrap();
    assert_eq!(gauges.claims_over_lease, 9);
    assert_eq!(gauges.undelivered, 9);
    assert_eq!(gauges.refunds_undecided, 2);
    assert!(gauges.oldest_due.is_some());

    // What is listed as undelivered meanwhile is counted once.
    assert_eq!(ledger.take_due("1", 350, LONG).await.unwrap().len(), 350);
    assert_eq!(ledger.undelivered(100).await.unwrap().len(), 7);
    let gauges = ledger.gauges().await.unwrap();
    assert_eq!((gauges.undelivered, gauges.claims_over_lease), (9, 9));
    assert_eq!(gauges.oldest_due, None);
}

/// Entries that the filter passes over fill steps of their own.
#[tokio::test]
async fn a_long_queue_is_read_to_its_end() {
    let ledger = shared_ledger().await;
    for index in 0..330_usize {
        let why = match index % 110 {
            0 => ReviewReason::Disputed,
            _ => ReviewReason::PaidTwice,
        };
        let paid = Payment::paid(numbered(index), Money::new(1, Currency::TRY));
        ledger.review(&paid, why).await.unwrap();
    }
    let disputed = ReviewFilter::open().because(ReviewReason::Disputed);
    for limit in [1, 2, 3, 100] {
        let found = ledger.reviews(&disputed, limit).await.unwrap();
        let ids: Vec<_> = found.iter().map(|one| one.order().clone()).collect();
        let expected = [numbered(220), numbered(110), numbered(0)];
        assert_eq!(ids, expected[..expected.len().min(limit as usize)]);
    }
    let all = ledger.reviews(&ReviewFilter::all(), u32::MAX).await;
    assert_eq!(all.unwrap().len(), 330);
    let none = ledger.reviews(&ReviewFilter::all(), 0).await.unwrap();
    assert_eq!(none, []);
}
