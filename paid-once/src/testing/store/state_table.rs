//! Every row of the table in the [crate docs](crate).

use crate::testing::{OrderInTest, Subject, must, order, paid};
use crate::{Claim, Currency, Lease, Money, Payment, Settled, Standing};

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

/// Row "lease of a failure expired or released".
pub async fn a_failure_that_nobody_handled_holds_nobody_off<S: Subject>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    for (next_name, next) in held_payments() {
        let expired = here.other(order(&format!("EXPIRED{next_name}")));
        let first = expired.hold_until_expiry(&expired.failure()).await;
        assert_next_attempt(&expired, &first, &next(&expired)).await;

        let released = here.other(order(&format!("RELEASED{next_name}")));
        let first = released.hold(&released.failure()).await;
        released.release(&first).await;
        assert_next_attempt(&released, &first, &next(&released)).await;
    }
}

/// Row "undelivered with T": the same success is granted again, and nothing else is.
pub async fn an_undelivered_success_is_granted_again_and_decides_every_other_payment<S: Subject>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let released = here.other(order("RELEASED"));
    let lease = released.hold(&released.success()).await;
    released.release(&lease).await;
    let expired = here.other(order("EXPIRED"));
    let ran_out = expired.hold_until_expiry(&expired.success()).await;
    for (here, first) in [(released, lease), (expired, ran_out)] {
        let in_euro = Payment::paid(here.order.clone(), Money::new(3_456, Currency::EUR));
        // Twice: no answer may change what the next one is.
        for _ in 0..2 {
            assert_eq!(here.claim(&here.failure()).await, Claim::Superseded);
            let (less, more) = (paid(&here.order, 3_455), paid(&here.order, 3_457));
            assert_eq!(here.claim(&less).await, Claim::Conflict);
            assert_eq!(here.claim(&more).await, Claim::Conflict);
            assert_eq!(here.claim(&in_euro).await, Claim::Conflict);
        }
        let second = assert_next_attempt(&here, &first, &here.success()).await;
        here.assert_in_progress(&here.failure()).await;
        here.release(&second).await;
        assert_eq!(here.claim(&here.failure()).await, Claim::Superseded);
        here.handle(&here.success()).await;
        assert_eq!(here.claim(&here.success()).await, Claim::Duplicate);
    }
}

/// The total of a success is kept from its claim on, also across a takeover and a restart.
pub async fn an_undelivered_success_survives_a_restart<S: Subject>() {
    let (subject, here) = OrderInTest::fresh::<S>().await;
    let first = here.hold(&here.success()).await;
    here.release(&first).await;
    drop(here);
    let subject = must("the store is opened again", subject.reopen().await);
    let here = OrderInTest::of(&subject).await;
    assert_eq!(here.claim(&here.failure()).await, Claim::Superseded);
    assert_eq!(here.claim(&paid(&here.order, 1)).await, Claim::Conflict);
    assert_eq!(here.hold(&here.success()).await.attempt(), 2);
}

/// What `standing` says is what a claim would be answered, and it claims nothing.
pub async fn standing_says_what_a_claim_would_be_answered<S: Subject>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let (success, failure) = (here.success(), here.failure());
    let other = paid(&here.order, 1);
    for _ in 0..2 {
        assert_eq!(here.standing(&success).await, Standing::Open);
        assert_eq!(here.standing(&failure).await, Standing::Open);
    }
    here.handle(&failure).await;
    assert_eq!(here.standing(&success).await, Standing::Open);
    assert_eq!(here.standing(&failure).await, Standing::Duplicate);

    let lease = here.hold(&success).await;
    for payment in [&success, &failure, &other] {
        match here.standing(payment).await {
            Standing::InProgress { retry_after } => {
                assert!(retry_after <= OrderInTest::<S::Store>::LONG);
            }
            stands => panic!("the order is in progress, not {stands:?}"),
        }
    }
    here.release(&lease).await;
    assert_eq!(here.standing(&success).await, Standing::Open);
    assert_eq!(here.standing(&failure).await, Standing::Superseded);
    assert_eq!(here.standing(&other).await, Standing::Conflict);

    let lease = here.hold(&success).await;
    assert_eq!(lease.attempt(), 2, "asking claimed nothing");
    assert_eq!(here.settle(&lease).await, Settled::Now);
    assert_eq!(here.standing(&success).await, Standing::Duplicate);
    assert_eq!(here.standing(&failure).await, Standing::Superseded);
    assert_eq!(here.standing(&other).await, Standing::Conflict);
}

async fn assert_next_attempt<Store: crate::OrderStore>(
    here: &OrderInTest<Store>,
    first: &Lease,
    next: &Payment,
) -> Lease {
    let second = here.hold(next).await;
    assert_eq!(second.attempt(), first.attempt() + 1, "{}", here.order);
    assert!(second.fence() > first.fence(), "{}", here.order);
    second
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

/// A success that was claimed after a settled failure and not delivered outweighs it: money moved.
pub async fn a_success_after_a_settled_failure_is_owed_until_it_is_settled<S: Subject>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    here.handle(&here.failure()).await;

    let released = here.hold(&here.success()).await;
    here.assert_in_progress(&here.failure()).await;
    here.release(&released).await;
    assert_eq!(here.claim(&here.failure()).await, Claim::Superseded);

    here.hold_until_expiry(&here.success()).await;
    assert_eq!(here.claim(&here.failure()).await, Claim::Superseded);

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
