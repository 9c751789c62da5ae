use std::time::Duration;

use super::usual_price;
use crate::testing::{OrderInTest, Subject, must, order};
use crate::{OrderKey, OrderLedger, OrderState, ReviewReason};

async fn unsettled<Store: OrderLedger>(
    here: &OrderInTest<Store>,
    age: Duration,
    limit: u32,
) -> Vec<OrderKey> {
    let records = here.store.unsettled_since(age, limit).await;
    let records = must("unsettled orders are read", records);
    records.into_iter().map(|record| record.order).collect()
}

/// Oldest first, at most as many as asked for; a live claim, a released one and a review do not
/// hide an order.
pub async fn unsettled_orders_are_listed_oldest_first<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let names = ["Z-OLDEST", "Y", "X", "W-YOUNGEST"];
    for name in names {
        let here = here.other(order(name));
        here.open_new().await;
        // Stores may keep milliseconds.
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
    let claimed = here.other(order("Y"));
    let lease = claimed.hold(&claimed.success()).await;
    let reviewed = here.other(order("X"));
    let why = ReviewReason::AmountMismatch;
    reviewed.review(&reviewed.success(), why).await;

    let all: Vec<_> = names.into_iter().map(order).collect();
    assert_eq!(unsettled(&here, Duration::ZERO, 100).await, all);
    assert_eq!(unsettled(&here, Duration::ZERO, 4).await, all);
    let oldest: Vec<_> = all.iter().take(2).cloned().collect();
    assert_eq!(unsettled(&here, Duration::ZERO, 2).await, oldest);
    assert_eq!(unsettled(&here, Duration::ZERO, 0).await, []);
    claimed.release(&lease).await;
    assert_eq!(unsettled(&here, Duration::ZERO, 100).await, all);

    let records = here.store.unsettled_since(Duration::ZERO, 100).await;
    for record in must("unsettled orders are read", records) {
        let state = if record.order == reviewed.order {
            OrderState::Review
        } else {
            OrderState::Pending
        };
        assert_eq!(record.state, state);
        assert_eq!(record.expected, usual_price());
    }
}

/// Paid and failed orders are done with; young ones may still be paid.
pub async fn settled_and_young_orders_are_not_listed<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    for name in ["PAID", "FAILED", "PENDING"] {
        here.other(order(name)).open_new().await;
    }
    let paid = here.other(order("PAID"));
    paid.handle(&paid.success()).await;
    let failed = here.other(order("FAILED"));
    failed.handle(&failed.failure()).await;
    let never_opened = here.other(order("CLAIMED"));
    never_opened.hold(&never_opened.success()).await;

    assert_eq!(
        unsettled(&here, Duration::ZERO, 100).await,
        [order("PENDING")]
    );
    assert_eq!(unsettled(&here, Duration::from_secs(3_600), 100).await, []);
}

/// A person reads the newest first.
pub async fn reviews_are_listed_newest_first<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let names = ["FIRST", "SECOND", "THIRD"];
    for name in names {
        let here = here.other(order(name));
        let why = ReviewReason::UnknownOrder;
        here.review(&here.success(), why).await;
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
    for limit in [0, 2, 3, 100] {
        let reviews = must("reviews are read", here.store.reviews(limit).await);
        let found: Vec<_> = reviews.into_iter().map(|review| review.order).collect();
        let newest = names.into_iter().rev().take(limit as usize);
        assert_eq!(found, newest.map(order).collect::<Vec<_>>());
    }
}
