use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::testing::{OrderInTest, Subject, must};
use crate::{Claim, Lease, Settled};

/// Of 64 claims at the same time, over two nodes, one is granted and 63 wait.
pub async fn of_64_concurrent_claims_one_wins<S: Subject>() {
    let (subject, here) = OrderInTest::fresh::<S>().await;
    let winner = winner_of(&subject, 64).await;
    assert_eq!(winner.attempt(), 1);
    here.assert_still_holds(&winner).await;
}

/// When a lease runs out, one of those who wait for it gets it.
pub async fn of_16_concurrent_claims_on_an_expired_lease_one_wins<S: Subject>() {
    let (subject, here) = OrderInTest::fresh::<S>().await;
    let expired = here.hold_until_expiry(&here.success()).await;
    let winner = winner_of(&subject, 16).await;
    assert_eq!(winner.attempt(), 2);
    assert!(winner.fence() > expired.fence());
    assert_eq!(here.settle(&expired).await, Settled::Lost);
    here.assert_still_holds(&winner).await;
}

/// 32 deliveries that claim, handle, settle and come again until they may stop: one handles.
pub async fn concurrent_deliveries_are_handled_once<S: Subject>() {
    let (subject, _here) = OrderInTest::fresh::<S>().await;
    let handled = Arc::new(AtomicU32::new(0));
    let mut deliveries = JoinSet::new();
    for _ in 0..32 {
        let here = OrderInTest::of(&subject).await;
        let handled = handled.clone();
        deliveries.spawn(async move {
            loop {
                match here.claim(&here.success()).await {
                    Claim::Granted(lease) => {
                        handled.fetch_add(1, Ordering::SeqCst);
                        tokio::task::yield_now().await;
                        assert_eq!(here.settle(&lease).await, Settled::Now);
                        break;
                    }
                    Claim::Duplicate => break,
                    Claim::InProgress { .. } => tokio::task::yield_now().await,
                    other => panic!("no delivery is {other:?}"),
                }
            }
        });
    }
    while let Some(ended) = deliveries.join_next().await {
        must("a delivery ends", ended);
    }
    assert_eq!(handled.load(Ordering::SeqCst), 1);
}

/// Lets `count` claims start together on two nodes; gives the lease of the only winner.
async fn winner_of<S: Subject>(subject: &S, count: usize) -> Lease {
    let nodes = [
        OrderInTest::of(subject).await.store,
        OrderInTest::of(subject).await.store,
    ];
    let start = Arc::new(Barrier::new(count));
    let mut claims = JoinSet::new();
    for store in nodes.iter().cycle().take(count) {
        let here = OrderInTest {
            store: store.clone(),
            order: crate::testing::order("ORDER1"),
        };
        let start = start.clone();
        claims.spawn(async move {
            start.wait().await;
            here.claim(&here.success()).await
        });
    }
    let mut winners = Vec::new();
    while let Some(claim) = claims.join_next().await {
        match must("a claim ends", claim) {
            Claim::Granted(lease) => winners.push(lease),
            Claim::InProgress { .. } => {}
            other => panic!("a claim is granted or in progress, not {other:?}"),
        }
    }
    assert_eq!(winners.len(), 1, "one claim wins: {winners:?}");
    must("there is a winner", winners.pop().ok_or("none"))
}
