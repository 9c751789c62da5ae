//! Every row of the table in the [crate docs](crate).

use crate::testing::{OrderInTest, Subject, order, paid};
use crate::{Claim, Currency, Money, Payment};

/// Row "nothing yet".
pub async fn nothing_yet_grants_a_success_and_a_failure<S: Subject>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let other = here.other(order("ORDER2"));
    assert_eq!(here.hold(&here.success()).await.attempt(), 1);
    assert_eq!(other.hold(&other.failure()).await.attempt(), 1);
}

/// Row "failed settled".
pub async fn a_settled_failure_grants_a_success_and_makes_failures_duplicates<S: Subject>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let failed = here.handle(&here.failure()).await;
    assert_eq!(here.claim(&here.failure()).await, Claim::Duplicate);
    let success = here.hold(&here.success()).await;
    assert!(success.fence() > failed.fence());
    here.assert_still_holds(&success).await;
}

/// Rows "in progress": it does not matter what is in progress, nor what comes.
pub async fn a_live_lease_holds_off_successes_and_failures<S: Subject>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    for (name, held) in held_payments() {
        let here = here.other(order(name));
        let lease = here.hold(&held(&here)).await;
        here.assert_in_progress(&here.success()).await;
        here.assert_in_progress(&paid(&here.order, 1)).await;
        here.assert_in_progress(&here.failure()).await;
        here.assert_still_holds(&lease).await;
    }
}

/// Row "lease expired".
pub async fn an_expired_lease_is_granted_to_successes_and_failures<S: Subject>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    for (name, held) in held_payments() {
        for (next_name, next) in held_payments() {
            let here = here.other(order(&format!("{name}{next_name}")));
            let first = here.hold_until_expiry(&held(&here)).await;
            let second = here.hold(&next(&here)).await;
            assert_eq!(second.attempt(), 2, "{name} then {next_name}");
            assert!(second.fence() > first.fence(), "{name} then {next_name}");
        }
    }
}

/// Row "lease released".
pub async fn a_released_lease_is_granted_to_successes_and_failures<S: Subject>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    for (name, held) in held_payments() {
        for (next_name, next) in held_payments() {
            let here = here.other(order(&format!("{name}{next_name}")));
            let first = here.hold(&held(&here)).await;
            here.release(&first).await;
            let second = here.hold(&next(&here)).await;
            assert_eq!(second.attempt(), 2, "{name} then {next_name}");
            assert!(second.fence() > first.fence(), "{name} then {next_name}");
        }
    }
}

/// Rows "success settled".
pub async fn a_settled_success_decides_every_later_payment<S: Subject>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let lease = here.handle(&paid(&here.order, 500)).await;
    let in_euro = Payment::paid(here.order.clone(), Money::new(500, Currency::EUR));
    // Twice: no answer may change what the next one is.
    for _ in 0..2 {
        let same = here.claim(&paid(&here.order, 500)).await;
        assert_eq!(same, Claim::Duplicate);
        assert_eq!(here.claim(&here.failure()).await, Claim::Superseded);
        assert_eq!(here.claim(&paid(&here.order, 499)).await, Claim::Conflict);
        assert_eq!(here.claim(&paid(&here.order, 501)).await, Claim::Conflict);
        assert_eq!(here.claim(&in_euro).await, Claim::Conflict);
    }
    here.release(&lease).await;
    assert_eq!(here.claim(&here.failure()).await, Claim::Superseded);
}

/// A settled failure stays a duplicate for later failures when a success was claimed after it and
/// its lease ran out or was released. While that lease is live they wait.
pub async fn a_failure_stays_settled_while_a_success_comes_and_goes<S: Subject>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    here.handle(&here.failure()).await;

    let released = here.hold(&here.success()).await;
    here.assert_in_progress(&here.failure()).await;
    here.release(&released).await;
    assert_eq!(here.claim(&here.failure()).await, Claim::Duplicate);

    here.hold_until_expiry(&here.success()).await;
    assert_eq!(here.claim(&here.failure()).await, Claim::Duplicate);

    let last = here.handle(&here.success()).await;
    assert_eq!(last.attempt(), 3);
    assert_eq!(here.claim(&here.failure()).await, Claim::Superseded);
}

/// A settled claim does not count as an attempt of what comes after it.
pub async fn a_success_after_a_settled_failure_is_attempt_one<S: Subject>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    here.handle(&here.failure()).await;
    let success = here.hold(&here.success()).await;
    assert_eq!(success.attempt(), 1);
}

type PaymentOf<Store> = fn(&OrderInTest<Store>) -> Payment;

fn held_payments<Store: crate::OrderStore>() -> [(&'static str, PaymentOf<Store>); 2] {
    [
        ("SUCCESS", OrderInTest::success),
        ("FAILURE", OrderInTest::failure),
    ]
}
