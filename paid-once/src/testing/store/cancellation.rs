//! Futures dropped after 1, 2, 3, … polls. Every poll but the first comes from a real wake-up, so
//! each case passes every await of the store, with whatever the store had started by then.

use crate::testing::{OrderInTest, Subject, eventually, granted, must, order, polled};
use crate::{Claim, Claimant, HandlerFailure, OrderStore, Settled};

/// More awaits than any store has on one path.
const MOST_POLLS: u32 = 1_000;

/// Whatever a dropped claim left behind, the next delivery is handled, and once.
pub async fn a_claim_dropped_at_any_await_is_healed_by_the_next_delivery<S: Subject>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    for polls in 1..MOST_POLLS {
        let here = here.other(order(&format!("POLLS{polls}")));
        let payment = here.success();
        let short = OrderInTest::<S::Store>::SHORT;
        let claim = here.store.claim(&payment, Claimant::unique(), short);
        let finished = polled(polls, claim).await.is_some();

        let lease = here.hold_eventually(&payment).await;
        assert!(lease.attempt() <= 2, "{lease:?}");
        assert_eq!(here.settle(&lease).await, Settled::Now);
        assert_eq!(here.claim(&payment).await, Claim::Duplicate);
        if finished {
            return;
        }
    }
    panic!("a claim never finished");
}

/// After a dropped settle the payment is settled or comes again; never both.
pub async fn a_settle_dropped_at_any_await_is_healed_by_the_next_delivery<S: Subject>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    for polls in 1..MOST_POLLS {
        let here = here.other(order(&format!("POLLS{polls}")));
        let payment = here.success();
        let short = OrderInTest::<S::Store>::SHORT;
        let claim = here.claim_as(Claimant::unique(), &payment, short).await;
        let dropped = granted(claim);
        let finished = polled(polls, here.store.settle(&dropped)).await;

        let next = eventually("the next delivery is decided", || async {
            match here.claim(&payment).await {
                Claim::InProgress { .. } => None,
                decided => Some(decided),
            }
        });
        match next.await {
            Claim::Duplicate => assert_eq!(here.settle(&dropped).await, Settled::Already),
            Claim::Granted(lease) => {
                assert!(finished.is_none(), "a settled payment was granted again");
                assert_eq!(lease.attempt(), 2);
                assert_eq!(here.settle(&dropped).await, Settled::Lost);
                assert_eq!(here.settle(&lease).await, Settled::Now);
            }
            other => panic!("the next delivery is granted or a duplicate, not {other:?}"),
        }
        assert_eq!(here.claim(&payment).await, Claim::Duplicate);
        if let Some(answer) = finished {
            assert_eq!(must("the store answers settle", answer), Settled::Now);
            return;
        }
    }
    panic!("a settle never finished");
}

/// After a dropped release the order is free, at the latest when the lease runs out.
pub async fn a_release_dropped_at_any_await_is_healed_by_the_next_delivery<S: Subject>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    for polls in 1..MOST_POLLS {
        let here = here.other(order(&format!("POLLS{polls}")));
        let payment = here.success();
        let short = OrderInTest::<S::Store>::SHORT;
        let claim = here.claim_as(Claimant::unique(), &payment, short).await;
        let dropped = granted(claim);
        let finished = polled(polls, here.store.release(&dropped, HandlerFailure::Error))
            .await
            .is_some();

        let lease = here.hold_eventually(&payment).await;
        assert_eq!(lease.attempt(), 2);
        assert!(lease.fence() > dropped.fence());
        here.assert_still_holds(&lease).await;
        if finished {
            return;
        }
    }
    panic!("a release never finished");
}
