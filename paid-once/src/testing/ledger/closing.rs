//! Orders that nobody paid in time.

use std::time::Duration;

use crate::testing::{OrderInTest, Subject, must, order};
use crate::{Claim, Idempotency, NewOrder, Opened, OrderLedger, OrderState};

fn click<Store: OrderLedger>(here: &OrderInTest<Store>) -> NewOrder {
    here.new_order().with_idempotency(Idempotency {
        key: "cart".to_owned(),
        fingerprint: [1; 32],
        reuse_for: Duration::from_secs(3_600),
    })
}

/// It stays known, and closing it again changes nothing.
pub async fn a_closed_order_is_due_no_more_and_frees_its_key<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let due = click(&here).with_inquire_after(Duration::ZERO);
    assert_eq!(here.open(due).await, Opened::New);
    for _ in 0..2 {
        assert!(here.close().await);
        assert_eq!(here.state().await, OrderState::Closed);
        assert_eq!(here.due().await, []);
    }
    here.hurry().await;
    let pause = here.store.postpone(&here.order, Duration::ZERO);
    must("nothing is put off", pause.await);
    assert_eq!(here.due().await, []);
    assert_eq!(here.open(here.new_order()).await, Opened::OrderExists);

    let second = here.other(order("SECOND"));
    assert_eq!(second.open(click(&second)).await, Opened::New);
    // Too late to free anything: the key belongs to the second order now.
    assert!(here.close().await);
    let third = here.other(order("THIRD"));
    assert!(matches!(
        third.open(click(&third)).await,
        Opened::Existing(_)
    ));

    // A failed order shows its failure.
    let failed = here.other(order("FAILED"));
    failed.open_new().await;
    failed.handle(&failed.failure()).await;
    assert!(failed.close().await);
    assert_eq!(failed.state().await, OrderState::Failed);
    assert!(!here.other(order("UNKNOWN")).close().await);
}

/// Also while the success is handled the first time.
pub async fn an_order_that_is_paid_or_owed_is_not_closed<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let paid = here.other(order("PAID"));
    paid.open_new().await;
    paid.handle(&paid.success()).await;
    assert!(!paid.close().await);
    assert!(matches!(paid.state().await, OrderState::Paid { .. }));

    let owed = here.other(order("OWED"));
    owed.open_due().await;
    let lease = owed.hold(&owed.success()).await;
    assert!(!owed.close().await);
    owed.assert_in_progress(&owed.success()).await;
    owed.release(&lease).await;
    assert!(!owed.close().await);
    assert_eq!(here.due().await, std::slice::from_ref(&owed.order));
}

/// Money moved: the success wins, a failure is as good as known.
pub async fn a_late_success_of_a_closed_order_is_granted<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    assert_eq!(here.open(click(&here)).await, Opened::New);
    assert!(here.close().await);
    assert_eq!(here.claim(&here.failure()).await, Claim::Duplicate);
    let lease = here.hold(&here.success()).await;
    assert_eq!(lease.attempt(), 1);
    here.release(&lease).await;
    assert!(matches!(here.state().await, OrderState::Undelivered(_)));
    // Nobody has taken its key meanwhile, so the buyer who comes back is told of this order.
    let again = here.other(order("AGAIN"));
    let opened = again.open(click(&again)).await;
    assert!(
        matches!(&opened, Opened::Existing(record) if record.order == here.order),
        "{opened:?}"
    );
    // It is asked about again.
    here.hurry().await;
    assert_eq!(here.due().await, std::slice::from_ref(&here.order));
    here.handle(&here.success()).await;
    assert!(matches!(here.state().await, OrderState::Paid { .. }));
    assert_eq!(here.due().await, []);
}
