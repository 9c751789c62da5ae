use crate::Claimant;
use crate::testing::{NodeClock, OrderInTest, Subject, granted};

/// For a node an hour ahead, every lease would look expired.
pub async fn a_node_whose_clock_is_ahead_cannot_take_a_live_lease<S: Subject>() {
    let (subject, here) = OrderInTest::fresh::<S>().await;
    let ahead = OrderInTest::seen_by(&subject, NodeClock::HourAhead).await;
    let lease = here.hold(&here.success()).await;
    ahead.assert_in_progress(&here.success()).await;
    here.assert_still_holds(&lease).await;
}

/// For a node an hour behind, an expired lease would look live.
pub async fn a_node_whose_clock_is_behind_takes_an_expired_lease<S: Subject>() {
    let (subject, here) = OrderInTest::fresh::<S>().await;
    let behind = OrderInTest::seen_by(&subject, NodeClock::HourBehind).await;
    let expired = here.hold_until_expiry(&here.success()).await;
    let lease = behind.hold(&here.success()).await;
    assert!(lease.fence() > expired.fence());
    behind.assert_still_holds(&lease).await;
}

/// A lease is as long as was asked, whatever the node that made it takes for now.
pub async fn a_lease_made_by_a_node_with_a_wrong_clock_has_its_true_length<S: Subject>() {
    let (subject, here) = OrderInTest::fresh::<S>().await;
    let behind = OrderInTest::seen_by(&subject, NodeClock::HourBehind).await;
    let lease = behind.hold(&here.success()).await;
    here.assert_in_progress(&here.success()).await;
    here.release(&lease).await;

    let ahead = OrderInTest::seen_by(&subject, NodeClock::HourAhead).await;
    let short = OrderInTest::<S::Store>::SHORT;
    let payment = here.success();
    let claim = ahead.claim_as(Claimant::unique(), &payment, short);
    let lease = granted(claim.await);
    let next = here.hold_eventually(&here.success()).await;
    assert!(next.fence() > lease.fence());
}
