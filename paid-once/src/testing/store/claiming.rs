use crate::testing::{OrderInTest, Subject, order, paid};
use crate::{Claim, Settled};

/// The first claim is granted, as attempt 1, for this order and claimant.
pub async fn the_first_claim_is_granted<S: Subject>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let lease = here.hold(&here.success()).await;
    assert_eq!(lease.attempt(), 1);
    assert_eq!(lease.order(), &here.order);
    here.assert_still_holds(&lease).await;
}

/// While a lease is live, every other delivery waits, on this node and on another.
pub async fn a_second_claim_while_leased_is_in_progress<S: Subject>() {
    let (subject, here) = OrderInTest::fresh::<S>().await;
    let elsewhere = OrderInTest::of(&subject).await;
    let lease = here.hold(&here.success()).await;
    here.assert_in_progress(&here.success()).await;
    elsewhere.assert_in_progress(&here.success()).await;
    here.assert_still_holds(&lease).await;
}

/// Once settled, the same payment is a duplicate, on this node and on another.
pub async fn a_claim_after_settle_is_a_duplicate<S: Subject>() {
    let (subject, here) = OrderInTest::fresh::<S>().await;
    let elsewhere = OrderInTest::of(&subject).await;
    here.handle(&here.success()).await;
    assert_eq!(here.claim(&here.success()).await, Claim::Duplicate);
    assert_eq!(elsewhere.claim(&here.success()).await, Claim::Duplicate);
}

/// Two orders, interleaved, know nothing of each other.
pub async fn two_orders_do_not_meet<S: Subject>() {
    let (_subject, first) = OrderInTest::fresh::<S>().await;
    let second = first.other(order("ORDER2"));
    let lease = first.hold(&first.success()).await;
    let other_lease = second.hold(&second.success()).await;
    assert_eq!(other_lease.attempt(), 1);
    assert_eq!(second.settle(&other_lease).await, Settled::Now);
    first.assert_still_holds(&lease).await;
}

/// Totals are whole numbers up to `i64::MAX`: nothing is rounded on the way.
pub async fn totals_are_kept_to_the_last_unit<S: Subject>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let largest = i64::MAX.unsigned_abs();
    for (index, total) in [0, (1 << 53) + 1, largest].into_iter().enumerate() {
        let here = here.other(order(&format!("TOTAL{index}")));
        here.handle(&paid(&here.order, total)).await;
        let same = here.claim(&paid(&here.order, total)).await;
        assert_eq!(same, Claim::Duplicate, "{total}");
        let one_beside = if total == 0 { 1 } else { total - 1 };
        let other = here.claim(&paid(&here.order, one_beside)).await;
        assert_eq!(other, Claim::Conflict, "{total}");
    }
}
