use std::time::Duration;

use crate::testing::{OrderInTest, Subject, eventually, must, order};
use crate::{
    Claim, Expected, Idempotency, Opened, OrderLedger, Retention, ReviewFilter, ReviewReason,
};

const HOUR: Duration = Duration::from_secs(3_600);

/// Both ages the same.
fn older_than(age: Duration) -> Retention {
    Retention {
        paid: age,
        unpaid: age,
    }
}

async fn purge<Store: OrderLedger>(
    here: &OrderInTest<Store>,
    retention: Retention,
    batch: u32,
) -> u64 {
    let purged = here.store.purge(retention, batch).await;
    must("the ledger purges", purged)
}

/// Paid orders go by the time of their settlement, failed and closed ones by when they became so.
pub async fn purge_removes_only_what_is_past_it<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let names = ["PAID", "FAILED", "CLOSED"];
    for name in names {
        here.other(order(name)).open_new().await;
    }
    let paid = here.other(order("PAID"));
    paid.handle(&paid.success()).await;
    let failed = here.other(order("FAILED"));
    failed.handle(&failed.failure()).await;
    assert!(here.other(order("CLOSED")).close().await);

    assert_eq!(purge(&here, older_than(HOUR), 100).await, 0);
    for name in names {
        assert!(here.other(order(name)).get().await.is_some(), "{name}");
    }
    eventually("all three are older than 60 ms and gone", || async {
        purge(&here, older_than(Duration::from_millis(60)), 100).await;
        for name in names {
            if here.other(order(name)).get().await.is_some() {
                return None;
            }
        }
        Some(())
    })
    .await;
    assert_eq!(purge(&here, older_than(Duration::ZERO), 100).await, 0);
}

/// What was paid may be refunded for a year; what was not paid is soon of no use.
pub async fn paid_and_unpaid_orders_have_ages_of_their_own<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let paid = here.other(order("PAID"));
    paid.open_new().await;
    // A failure before it does not make it an unpaid one.
    paid.handle(&paid.failure()).await;
    paid.handle(&paid.success()).await;
    let failed = here.other(order("FAILED"));
    failed.open_new().await;
    failed.handle(&failed.failure()).await;
    let closed = here.other(order("CLOSED"));
    closed.open_new().await;
    assert!(closed.close().await);

    let unpaid_only = Retention {
        paid: HOUR,
        unpaid: Duration::ZERO,
    };
    assert_eq!(purge(&here, unpaid_only, 100).await, 2);
    assert!(paid.get().await.is_some());
    failed.open_new().await;
    failed.handle(&failed.failure()).await;
    let paid_only = Retention {
        paid: Duration::ZERO,
        unpaid: HOUR,
    };
    assert_eq!(purge(&here, paid_only, 100).await, 1);
    assert!(failed.get().await.is_some());
    assert_eq!(paid.get().await, None);
}

/// Money may come, or came and is not delivered: pending, live, expired or released.
pub async fn purge_keeps_what_is_pending_or_owed<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    for name in ["PENDING", "LIVE", "EXPIRED", "RELEASED", "RETRIED"] {
        here.other(order(name)).open_new().await;
    }
    let live = here.other(order("LIVE"));
    let lease = live.hold(&live.success()).await;
    let expired = here.other(order("EXPIRED"));
    expired.hold_until_expiry(&expired.success()).await;
    let released = here.other(order("RELEASED"));
    let given_back = released.hold(&released.success()).await;
    released.release(&given_back).await;
    // A buyer whose card was declined and who has paid with another since.
    let retried = here.other(order("RETRIED"));
    retried.handle(&retried.failure()).await;
    let retry = retried.hold(&retried.success()).await;
    retried.release(&retry).await;

    assert_eq!(purge(&here, older_than(Duration::ZERO), 100).await, 0);
    assert_eq!(expired.hold(&expired.success()).await.attempt(), 2);
    assert_eq!(released.hold(&released.success()).await.attempt(), 2);
    assert_eq!(retried.claim(&retried.failure()).await, Claim::Superseded);
    live.assert_still_holds(&lease).await;
    // A settled success covers the claims before it.
    retried.handle(&retried.success()).await;
    assert_eq!(purge(&here, older_than(Duration::ZERO), 100).await, 2);
}

/// No call removes more than its batch; calls repeated until 0 remove all.
pub async fn purge_works_in_batches<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    for index in 0..7 {
        let here = here.other(order(&format!("OLD{index}")));
        here.open_new().await;
        here.handle(&here.success()).await;
    }
    let mut removed = Vec::new();
    for _ in 0..4 {
        removed.push(purge(&here, older_than(Duration::ZERO), 3).await);
    }
    assert_eq!(removed, [3, 3, 1, 0]);
}

/// A store may settle for a shop that keeps its orders elsewhere.
pub async fn purge_removes_settlements_of_orders_that_were_never_opened<
    S: Subject<Store: OrderLedger>,
>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    here.handle(&here.success()).await;
    assert_eq!(purge(&here, older_than(HOUR), 100).await, 0);
    assert_eq!(here.claim(&here.success()).await, Claim::Duplicate);
    assert_eq!(purge(&here, older_than(Duration::ZERO), 100).await, 1);
    assert_eq!(here.hold(&here.success()).await.attempt(), 1);
}

/// What waits for a person waits on.
pub async fn purge_keeps_reviews<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    here.open_new().await;
    let why = ReviewReason::TestPayment;
    here.review(&here.success(), why).await;
    assert!(here.close().await);
    assert_eq!(purge(&here, older_than(Duration::ZERO), 100).await, 1);
    let reviews = must(
        "reviews are read",
        here.store.reviews(&ReviewFilter::all(), 10).await,
    );
    assert_eq!(reviews.len(), 1, "{reviews:?}");
}

/// Nothing of a purged order is left that could confuse a new one.
pub async fn a_purged_order_is_unknown_and_frees_its_key<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let click = here.new_order().with_idempotency(Idempotency {
        key: "cart".to_owned(),
        fingerprint: [1; 32],
        reuse_for: HOUR,
    });
    assert_eq!(here.open(click.clone()).await, Opened::New);
    here.handle(&here.success()).await;
    assert_eq!(purge(&here, older_than(Duration::ZERO), 100).await, 1);
    assert_eq!(here.get().await, None);
    assert_eq!(here.expected_amount().await, Expected::Unknown);
    assert_eq!(here.open(click).await, Opened::New);
}
