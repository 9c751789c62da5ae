use crate::testing::{OrderInTest, Subject, granted};
use crate::{Claim, Claimant, Settled};

/// The same claimant asks again because the answer was lost: it gets the lease it has.
pub async fn a_claim_retried_after_a_lost_reply_is_still_its_owners<S: Subject>() {
    let (subject, here) = OrderInTest::fresh::<S>().await;
    let elsewhere = OrderInTest::of(&subject).await;
    let claimant = Claimant::unique();
    let long = OrderInTest::<S::Store>::LONG;
    let first = granted(here.claim_as(claimant, &here.success(), long).await);
    let again = granted(here.claim_as(claimant, &here.success(), long).await);
    let moved = granted(elsewhere.claim_as(claimant, &here.success(), long).await);
    assert_eq!(first, again, "same attempt, same fence");
    assert_eq!(first, moved, "same attempt, same fence");
    assert_eq!(first.attempt(), 1);
    here.assert_still_holds(&moved).await;
    assert_eq!(here.settle(&first).await, Settled::Already);
}

/// A retried claim counts its lease from the retry.
pub async fn a_retried_claim_holds_the_order_for_a_whole_lease_again<S: Subject>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let claimant = Claimant::unique();
    let short = OrderInTest::<S::Store>::SHORT;
    let long = OrderInTest::<S::Store>::LONG;
    let _first = granted(here.claim_as(claimant, &here.success(), short).await);
    let retried = granted(here.claim_as(claimant, &here.success(), long).await);
    here.let_short_leases_run_out().await;
    here.assert_still_holds(&retried).await;
}

/// As long as nobody took the order over, a retry finds the lease again, run out or not.
pub async fn a_retried_claim_after_expiry_is_still_its_owners<S: Subject>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let first = here.hold_until_expiry(&here.success()).await;
    let long = OrderInTest::<S::Store>::LONG;
    let retried = here.claim_as(first.claimant(), &here.success(), long).await;
    let retried = granted(retried);
    assert_eq!(first, retried, "same attempt, same fence");
    here.assert_still_holds(&retried).await;
}

/// A retry that comes after a takeover waits like any other delivery.
pub async fn a_retried_claim_after_a_takeover_is_in_progress<S: Subject>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let first = here.hold_until_expiry(&here.success()).await;
    let holder = here.hold(&here.success()).await;
    let long = OrderInTest::<S::Store>::LONG;
    let retried = here.claim_as(first.claimant(), &here.success(), long).await;
    assert!(matches!(retried, Claim::InProgress { .. }), "{retried:?}");
    here.assert_still_holds(&holder).await;
}

/// A claim that arrives once more after its own settlement starts nothing.
pub async fn a_retried_claim_after_its_own_settle_is_a_duplicate<S: Subject>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let long = OrderInTest::<S::Store>::LONG;
    for payment in [here.failure(), here.success()] {
        let lease = here.handle(&payment).await;
        let claim = here.claim_as(lease.claimant(), &payment, long).await;
        assert_eq!(claim, Claim::Duplicate);
    }
}
