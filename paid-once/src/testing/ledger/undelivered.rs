//! A success that was claimed and that no handler has taken.

use std::time::{Duration, SystemTime};

use crate::testing::{OrderInTest, Subject, must, order, total};
use crate::{
    Claim, HandlerFailure, OrderLedger, OrderState, OrderStore as _, Retention, ReviewReason,
    Undelivered,
};

/// The order is undelivered with the usual total.
fn undelivered(state: OrderState) -> Undelivered {
    match state {
        OrderState::Undelivered(undelivered) => {
            assert_eq!(undelivered.total, total(3_456));
            undelivered
        }
        other => panic!("the order is undelivered, not {other:?}"),
    }
}

/// From the first release or expiry on, through each later attempt, until a success is settled.
pub async fn an_undelivered_success_is_told_with_its_total_attempts_and_last_failure<
    S: Subject<Store: OrderLedger>,
>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    here.open_new().await;
    let lease = here.hold(&here.success()).await;
    assert_eq!(here.state().await, OrderState::Pending, "the first attempt");

    let mut since = None;
    let mut lease = Some(lease);
    for (attempt, why) in (1..).zip(HandlerFailure::ALL) {
        let held = match lease.take() {
            Some(lease) => lease,
            None => here.hold(&here.success()).await,
        };
        if attempt > 1 {
            let at_work = undelivered(here.state().await);
            assert_eq!((at_work.attempts, at_work.last_failure), (attempt, None));
        }
        let released = here.store.release(&held, why).await;
        must("the lease is released", released);
        let told = undelivered(here.state().await);
        assert_eq!((told.attempts, told.last_failure), (attempt, Some(why)));
        assert_same_time(told.since, *since.get_or_insert(told.since));
    }
    here.handle(&here.success()).await;
    let total = total(3_456);
    assert_eq!(here.state().await, OrderState::paid(total));

    let expired = here.other(order("EXPIRED"));
    expired.open_new().await;
    expired.hold_until_expiry(&expired.success()).await;
    let told = undelivered(expired.state().await);
    assert_eq!((told.attempts, told.last_failure), (1, None));
    expired.hold(&expired.success()).await;
    let told_later = undelivered(expired.state().await);
    assert_eq!(told_later.attempts, 2);
    assert_same_time(told_later.since, told.since);
}

/// A store without a wall clock of its own works it out each time.
fn assert_same_time(one: SystemTime, other: SystemTime) {
    let apart = one.duration_since(other).or(other.duration_since(one));
    let apart = must("times are compared", apart);
    assert!(
        apart < Duration::from_millis(5),
        "it stays, not {apart:?} on"
    );
}

/// A failure before it or after it, a review, another total, a purge: it stays owed.
pub async fn an_undelivered_success_stays_whatever_comes_after_it<
    S: Subject<Store: OrderLedger>,
>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    here.open_new().await;
    here.handle(&here.failure()).await;
    let lease = here.hold(&here.success()).await;
    here.release(&lease).await;
    undelivered(here.state().await);
    assert_eq!(here.claim(&here.failure()).await, Claim::Superseded);
    here.review(&here.success(), ReviewReason::Conflict).await;
    let all = Retention {
        paid: Duration::ZERO,
        unpaid: Duration::ZERO,
    };
    assert_eq!(must("the ledger purges", here.store.purge(all, 9).await), 0);
    assert!(!here.close().await);
    undelivered(here.state().await);

    // A lease of a failure does not make anything owed.
    let failed = here.other(order("FAILED"));
    failed.open_new().await;
    let lease = failed.hold(&failed.failure()).await;
    failed.release(&lease).await;
    assert_eq!(failed.state().await, OrderState::Pending);
    failed.hold_until_expiry(&failed.failure()).await;
    assert_eq!(failed.state().await, OrderState::Pending);
}

/// A person reads those that wait longest first; also orders that were never opened.
pub async fn undelivered_orders_are_listed_longest_first<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let names = ["Z-LONGEST", "Y", "X-LAST"];
    for name in names {
        let here = here.other(order(name));
        if name != "Y" {
            here.open_new().await;
        }
        let lease = here.hold(&here.success()).await;
        here.release(&lease).await;
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
    let paid = here.other(order("PAID"));
    paid.open_new().await;
    paid.handle(&paid.success()).await;
    let died = here.other(order("DIED"));
    died.open_due().await;
    died.hold_until_expiry(&died.success()).await;
    // It is listed from when it is taken, if not before.
    assert_eq!(here.take(9, Duration::from_secs(3_600)).await.len(), 1);

    let all = ["Z-LONGEST", "Y", "X-LAST", "DIED"];
    for limit in [0, 2, 4, 100] {
        let listed = must("they are read", here.store.undelivered(limit).await);
        let listed: Vec<_> = listed.into_iter().map(|record| record.order).collect();
        let expected: Vec<_> = all.into_iter().take(limit as usize).map(order).collect();
        assert_eq!(listed, expected);
    }
    for name in all {
        let here = here.other(order(name));
        here.handle(&here.success()).await;
    }
    let listed = must("they are read", here.store.undelivered(100).await);
    assert_eq!(listed, []);
}
