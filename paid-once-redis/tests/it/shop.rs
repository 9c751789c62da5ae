//! A ledger on some server, and the steps that tests are made of.

use std::error::Error;
use std::time::Duration;

use database_servers::shared;
use paid_once::back_office::{BackOfficeLedger as _, OrderFilter};
use paid_once::refund::{NewRefund, RefundLedger as _, Reservation};
use paid_once::{
    Claim, Claimant, Currency, Expected, ExpectedAmount as _, HandlerFailure, Idempotency, Lease,
    Money, NewOrder, Opened, OrderKey, OrderLedger as _, OrderState, OrderStore as _, Payment,
    PriceList as _, Resolution, Resolving, Retention, ReviewFilter, ReviewReason, Settled,
    Standing, StoreError,
};
use paid_once_redis::redis::aio::MultiplexedConnection;
use paid_once_redis::redis::{self, Client, FromRedisValue};
use paid_once_redis::{RedisFault, RedisLedger, RedisLedgerOptions};

/// Longer than any test runs.
pub(crate) const LONG: Duration = Duration::from_mins(10);
/// No order is kept.
pub(crate) const AT_ONCE: Retention = Retention {
    paid: Duration::ZERO,
    unpaid: Duration::ZERO,
};

pub(crate) fn order(order_id: &str) -> OrderKey {
    OrderKey::new("100001", order_id).unwrap()
}

pub(crate) fn payment() -> Payment {
    Payment::paid(order("ORDER1"), Money::new(3_456, Currency::TRY))
}

/// Options with a prefix that no other test has.
pub(crate) fn options() -> RedisLedgerOptions {
    let prefix = format!("test:{}", Claimant::unique());
    RedisLedger::options().prefix(prefix.parse().unwrap())
}

/// A ledger on the server of the whole test run.
pub(crate) async fn shared_ledger() -> RedisLedger {
    let url = shared::redis_url().unwrap();
    options().connect(&url).await.unwrap()
}

/// A plain connection, to look behind the ledger.
pub(crate) async fn connection(url: &str) -> MultiplexedConnection {
    let client = Client::open(url).unwrap();
    client.get_multiplexed_async_connection().await.unwrap()
}

pub(crate) async fn shared_connection() -> MultiplexedConnection {
    connection(&shared::redis_url().unwrap()).await
}

/// What Redis answers to a command, its words separated by spaces.
pub(crate) async fn ask<T: FromRedisValue>(url: &str, words: &str) -> T {
    let mut words = words.split(' ');
    let mut command = redis::cmd(words.next().unwrap());
    command.arg(words.collect::<Vec<_>>());
    let mut connection = connection(url).await;
    command.query_async(&mut connection).await.unwrap()
}

pub(crate) async fn claim(ledger: &RedisLedger) -> Claim {
    claim_as(ledger, Claimant::unique()).await.unwrap()
}

pub(crate) async fn claim_as(
    ledger: &RedisLedger,
    claimant: Claimant,
) -> Result<Claim, StoreError> {
    ledger.claim(&payment(), claimant, LONG).await
}

pub(crate) async fn hold(ledger: &RedisLedger) -> Lease {
    granted(claim(ledger).await)
}

pub(crate) fn granted(claim: Claim) -> Lease {
    match claim {
        Claim::Granted(lease) => lease,
        other => panic!("granted, not {other:?}"),
    }
}

/// The fault behind an error of the store.
pub(crate) fn fault(error: &StoreError) -> RedisFault {
    let source = error.source().unwrap();
    *source.downcast_ref::<RedisFault>().unwrap()
}

/// Every call of the ledger once, on orders of its own.
pub(crate) async fn walk_through(ledger: &RedisLedger) {
    let price = Money::new(u64::MAX, Currency::EUR);
    let new = |order_id: &str| {
        NewOrder::new(order(order_id), Expected::Exactly(price)).with_idempotency(Idempotency {
            key: "cart".to_owned(),
            fingerprint: [7; 32],
            reuse_for: LONG,
        })
    };
    assert_eq!(ledger.open(new("WALK1")).await.unwrap(), Opened::New);
    let again = ledger.open(new("WALK2")).await.unwrap();
    assert!(matches!(again, Opened::Existing(_)), "{again:?}");
    let walk = order("WALK1");
    ledger.attach_session(&walk, "session").await.unwrap();
    let expected = Expected::AtLeast(price);
    ledger.set_expected(&walk, expected).await.unwrap();
    assert_eq!(ledger.expected_amount(&walk).await.unwrap(), expected);
    ledger.hurry(&walk).await.unwrap();
    let due = ledger.due(walk.merchant(), 10).await.unwrap();
    assert_eq!(due.len(), 1);
    let taken = ledger.take_due(walk.merchant(), 10, LONG).await.unwrap();
    let record = &taken.first().unwrap().record;
    assert_eq!(record.session.as_deref(), Some("session"));
    ledger.postpone(&walk, LONG).await.unwrap();

    let paid = Payment::paid(walk.clone(), price);
    let why = ReviewReason::TestPayment;
    ledger.review(&paid, why).await.unwrap();
    let reviews = ledger.reviews(&ReviewFilter::all(), 10).await.unwrap();
    let entry = reviews.first().unwrap();
    assert_eq!(entry.total(), Some(price));
    let dismissed = Resolution::Dismissed;
    let resolving = ledger.resolve(entry.id, dismissed, "ayşe", "").await;
    assert_eq!(resolving.unwrap(), Resolving::Now);
    let first = ledger.claim(&paid, Claimant::unique(), LONG).await.unwrap();
    let why = HandlerFailure::Error;
    ledger.release(&granted(first), why).await.unwrap();
    assert_eq!(ledger.standing(&paid).await.unwrap(), Standing::Open);
    assert!(!ledger.close(&walk).await.unwrap());
    assert_eq!(ledger.undelivered(10).await.unwrap().len(), 1);
    let second = ledger.claim(&paid, Claimant::unique(), LONG).await.unwrap();
    let lease = granted(second);
    assert_eq!((lease.attempt(), lease.fence()), (2, 2));
    let mut writes = redis::pipe();
    writes.incr(ledger.own_key("walks"), 1);
    let settled = ledger.settle_with(&lease, &writes).await.unwrap();
    assert_eq!(settled, Settled::Now);
    let again = ledger.settle(&lease).await.unwrap();
    assert_eq!(again, Settled::Already);
    let record = ledger.get(&walk).await.unwrap().unwrap();
    assert_eq!(record.state, OrderState::paid(price));
    look_through(ledger, &walk, price).await;
    let record = ledger.get(&walk).await.unwrap().unwrap();

    let existing = Opened::Existing(record);
    assert_eq!(ledger.open(new("WALK3")).await.unwrap(), existing);
    ledger.abandon(&walk).await.unwrap();
    assert_eq!(ledger.open(new("WALK4")).await.unwrap(), Opened::New);
    // The paid order, and the one that was opened last.
    assert!(ledger.close(&order("WALK4")).await.unwrap());
    assert_eq!(ledger.purge(AT_ONCE, 10).await.unwrap(), 2);
    assert_eq!(ledger.get(&walk).await.unwrap(), None);
    let walked = ledger.claim(&paid, Claimant::unique(), LONG).await.unwrap();
    let _now = ledger.settle(&granted(walked)).await.unwrap();
}

/// What the back office asks of a paid order.
async fn look_through(ledger: &RedisLedger, paid: &OrderKey, price: Money) {
    for reference in ["R1", "R2"] {
        let some = Money::new(7, price.currency());
        let refund = NewRefund::new(paid.clone(), reference, some);
        let reserved = ledger.reserve(&refund).await.unwrap();
        assert_eq!(reserved, Reservation::Granted);
    }
    ledger.confirm(paid, "R1").await.unwrap();
    ledger.cancel(paid, "R2").await.unwrap();
    assert_eq!(ledger.refunds(paid).await.unwrap().len(), 2);
    let undecided = ledger.undecided_refunds(paid.merchant(), Duration::ZERO, 10);
    assert_eq!(undecided.await.unwrap(), []);
    let all = OrderFilter::all();
    let listed = ledger.orders(&all, 10).await.unwrap();
    assert_eq!(listed.first().unwrap().order, *paid);
    let after = all.after(paid.clone());
    assert_eq!(ledger.orders(&after, 10).await.unwrap(), []);
    assert_eq!(ledger.life(paid).await.unwrap().unwrap().attempts, 2);
    let [now] = ledger.hours(1).await.unwrap()[..] else {
        panic!("one hour")
    };
    assert!(now.paid <= 1);
    assert_eq!(ledger.gauges().await.unwrap().refunds_undecided, 0);
    let expected = Expected::AtLeast(price);
    ledger.set_price("100001", "link", expected).await.unwrap();
    let found = ledger.price("100001", "link").await.unwrap();
    assert_eq!(found, expected);
    let off = Expected::Unknown;
    ledger.set_price("100001", "link", off).await.unwrap();
    assert_eq!(ledger.price("100001", "link").await.unwrap(), off);
}
