use std::time::Duration;

use tokio::time::Instant;

use crate::testing::{OrderInTest, Subject, granted, paid};
use crate::{Claim, Claimant, Lease, Settled};

/// Nobody gets the order before the time that was asked for is over.
pub async fn a_lease_is_as_long_as_was_asked<S: Subject>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let asked = Duration::from_millis(400);
    // Stores may keep milliseconds, rounded.
    let at_least = Duration::from_millis(395);
    let before = Instant::now();
    let claim = here
        .claim_as(Claimant::unique(), &here.success(), asked)
        .await;
    let _first = granted(claim);
    here.hold_eventually(&here.success()).await;
    assert!(
        before.elapsed() >= at_least,
        "granted after {:?}",
        before.elapsed()
    );
}

/// After expiry the next delivery is granted, with a larger fence, as attempt 2, then 3.
pub async fn an_expired_lease_gives_a_larger_fence_and_the_next_attempt<S: Subject>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let first = here.hold_until_expiry(&here.success()).await;
    let second = here.hold_until_expiry(&here.success()).await;
    let third = here.hold(&here.success()).await;
    assert_eq!(
        (first.attempt(), second.attempt(), third.attempt()),
        (1, 2, 3)
    );
    assert!(first.fence() < second.fence() && second.fence() < third.fence());
}

/// A released order is free at once, however long its lease was.
pub async fn a_released_lease_is_granted_at_once_as_the_next_attempt<S: Subject>() {
    let (subject, here) = OrderInTest::fresh::<S>().await;
    let elsewhere = OrderInTest::of(&subject).await;
    let first = here.hold(&here.success()).await;
    here.release(&first).await;
    let second = elsewhere.hold(&here.success()).await;
    assert_eq!(second.attempt(), 2);
    assert!(second.fence() > first.fence());
    here.assert_still_holds(&second).await;
}

/// Whoever outlived the lease cannot settle any more, and the new holder does not notice.
pub async fn a_stale_settle_is_lost_and_touches_nothing<S: Subject>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let stale = here.hold_until_expiry(&here.success()).await;
    let holder = here.hold(&here.success()).await;
    assert_eq!(here.settle(&stale).await, Settled::Lost);
    here.assert_still_holds(&holder).await;
    assert_eq!(here.settle(&stale).await, Settled::Lost);
    assert_eq!(here.claim(&here.success()).await, Claim::Duplicate);
}

/// Whoever outlived the lease cannot free the order from under the new holder.
pub async fn a_stale_release_touches_nothing<S: Subject>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let stale = here.hold_until_expiry(&here.success()).await;
    let holder = here.hold(&here.success()).await;
    here.release(&stale).await;
    here.assert_still_holds(&holder).await;
}

/// A settled payment cannot be given back.
pub async fn a_release_after_settle_touches_nothing<S: Subject>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let lease = here.handle(&here.success()).await;
    here.release(&lease).await;
    assert_eq!(here.claim(&here.success()).await, Claim::Duplicate);
}

/// A made-up lease settles nothing, whether the order is known or not.
pub async fn a_lease_that_was_never_granted_is_lost_and_leaves_nothing<S: Subject>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let made_up = Lease::new(here.order.clone(), Claimant::unique(), 1, 1);
    assert_eq!(here.settle(&made_up).await, Settled::Lost);
    here.release(&made_up).await;
    let holder = here.hold(&here.success()).await;
    assert_eq!(holder.attempt(), 1);
    // The fence of the real lease does not help: the claimant decides.
    let copied = Lease::new(
        here.order.clone(),
        Claimant::unique(),
        holder.attempt(),
        holder.fence(),
    );
    assert_eq!(here.settle(&copied).await, Settled::Lost);
    here.assert_still_holds(&holder).await;
}

/// Settling again changes nothing, also after a later payment of the same order is settled.
pub async fn settle_repeated_is_already<S: Subject>() {
    let (subject, here) = OrderInTest::fresh::<S>().await;
    let elsewhere = OrderInTest::of(&subject).await;
    let failed = here.handle(&here.failure()).await;
    assert_eq!(here.settle(&failed).await, Settled::Already);
    let success = here.handle(&here.success()).await;
    assert_eq!(here.settle(&success).await, Settled::Already);
    assert_eq!(elsewhere.settle(&success).await, Settled::Already);
    assert_eq!(here.settle(&failed).await, Settled::Already);
    assert_eq!(here.claim(&here.success()).await, Claim::Duplicate);
}

/// A lease that ran out and was not taken over still settles: the handler did its work.
pub async fn an_expired_lease_that_nobody_took_settles<S: Subject>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let lease = here.hold_until_expiry(&here.success()).await;
    assert_eq!(here.settle(&lease).await, Settled::Now);
    assert_eq!(here.claim(&here.success()).await, Claim::Duplicate);
}

/// The settled total is the one that was claimed first; a message with another total is a conflict,
/// before the settlement and after.
pub async fn a_settled_total_is_the_one_that_was_claimed<S: Subject>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let (first, second) = (paid(&here.order, 100), paid(&here.order, 200));
    here.hold_until_expiry(&first).await;
    assert_eq!(here.claim(&second).await, Claim::Conflict);
    here.handle(&first).await;
    assert_eq!(here.claim(&first).await, Claim::Duplicate);
    assert_eq!(here.claim(&second).await, Claim::Conflict);
}
