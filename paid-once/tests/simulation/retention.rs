//! What a purge may forget, and what it must keep.

use std::time::Duration;

use paid_once::back_office::BackOfficeLedger as _;
use paid_once::refund::RefundLedger as _;
use paid_once::*;

use crate::story::Script;
use crate::world::World;

/// Purges twice while no node is at work: what is older than drawn, and then everything that may be forgotten.
pub(crate) async fn check(scripts: &[Script], world: &World) {
    let drawn = || Duration::from_millis(world.below(20_000));
    let some = Retention {
        paid: drawn(),
        unpaid: drawn(),
    };
    purge(some, scripts, world).await;
    let all = Retention {
        paid: Duration::ZERO,
        unpaid: Duration::ZERO,
    };
    purge(all, scripts, world).await;
}

async fn purge(retention: Retention, scripts: &[Script], world: &World) {
    let before = kept_for_ever(scripts, world).await;
    let batch = 1 + u32::try_from(world.below(3)).unwrap();
    while world.ledger.purge(retention, batch).await.unwrap() > 0 {}
    let after = kept_for_ever(scripts, world).await;
    assert_eq!(
        after, before,
        "a review or a refund is purged: {retention:?}"
    );
    for script in scripts {
        let order = &script.order;
        let done = {
            let book = world.book();
            let known = book.standings.known(order);
            known.and_then(crate::standing::Known::done_since)
        };
        let is_past = done.is_some_and(|(since, is_paid)| {
            let kept = if is_paid {
                retention.paid
            } else {
                retention.unpaid
            };
            since.elapsed() >= kept
        });
        let is_known = world.ledger.life(order).await.unwrap().is_some();
        let was_known = is_known || done.is_some();
        let is_right = is_known != is_past || !was_known;
        assert!(
            is_right,
            "purged or kept wrongly: {retention:?}, {script:?}, {done:?}, {is_known}"
        );
    }
}

/// The reviews and refunds.
async fn kept_for_ever(scripts: &[Script], world: &World) -> Vec<String> {
    let reviews = world.ledger.reviews(&ReviewFilter::all(), 1_000).await;
    let reviews = reviews.unwrap();
    let mut kept: Vec<String> = reviews.iter().map(|review| format!("{review:?}")).collect();
    for script in scripts {
        let refunds = world.ledger.refunds(&script.order).await.unwrap();
        kept.extend(refunds.iter().map(|refund| format!("{refund:?}")));
    }
    kept
}
