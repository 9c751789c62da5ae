use crate::testing::{OrderInTest, Subject, must, order};
use crate::{Claim, ReviewReason, Settled};

/// A restart does not free an order that another node may be handling.
pub async fn a_live_lease_survives_a_restart<S: Subject>() {
    let (subject, here) = OrderInTest::fresh::<S>().await;
    let lease = here.hold(&here.success()).await;
    let (_subject, here) = restarted(subject, here).await;
    here.assert_still_holds(&lease).await;
}

/// A settled payment stays settled, with its total and its settler.
pub async fn a_settlement_survives_a_restart<S: Subject>() {
    let (subject, here) = OrderInTest::fresh::<S>().await;
    let failed = here.other(order("FAILED1"));
    let lease = here.handle(&here.success()).await;
    failed.handle(&failed.failure()).await;
    drop(failed);
    let (_subject, here) = restarted(subject, here).await;
    assert_eq!(here.claim(&here.success()).await, Claim::Duplicate);
    assert_eq!(here.claim(&here.failure()).await, Claim::Superseded);
    assert_eq!(here.settle(&lease).await, Settled::Already);
    let failed = here.other(order("FAILED1"));
    assert_eq!(failed.claim(&failed.failure()).await, Claim::Duplicate);
    assert_eq!(failed.hold(&failed.success()).await.attempt(), 1);
}

/// Fences go on rising after a restart, and the attempt counts the claim before it.
pub async fn the_fence_and_the_attempt_survive_a_restart<S: Subject>() {
    let (subject, here) = OrderInTest::fresh::<S>().await;
    let before = here.hold(&here.success()).await;
    here.release(&before).await;
    let (_subject, here) = restarted(subject, here).await;
    let after = here.hold(&here.success()).await;
    assert_eq!(after.attempt(), 2);
    assert!(after.fence() > before.fence());
}

/// A person still finds what was recorded before the restart.
pub async fn a_review_survives_a_restart<S: Subject>() {
    let (subject, here) = OrderInTest::fresh::<S>().await;
    let why = ReviewReason::AmountMismatch;
    here.review(&here.success(), why).await;
    let (subject, here) = restarted(subject, here).await;
    here.review(&here.success(), why).await;
    let reviews = must("reviews are read", subject.reviews().await);
    assert_eq!(reviews.len(), 1, "{reviews:?}");
    for review in reviews {
        assert_eq!(*review.order(), here.order);
        assert_eq!(review.reason, why);
        assert_eq!(review.total(), here.success().total());
    }
}

async fn restarted<S: Subject>(
    subject: S,
    here: OrderInTest<S::Store>,
) -> (S, OrderInTest<S::Store>) {
    // No handle of the time before may keep the store alive.
    drop(here);
    let subject = must("the store is opened again", subject.reopen().await);
    let here = OrderInTest::of(&subject).await;
    (subject, here)
}
