use std::collections::HashSet;

use tokio::task::JoinSet;

use crate::ReviewReason;
use crate::testing::{OrderInTest, Subject, must, order, paid};

/// The provider repeats its message; the list does not.
pub async fn a_review_repeated_is_recorded_once<S: Subject>() {
    let (subject, here) = OrderInTest::fresh::<S>().await;
    let mut recordings = JoinSet::new();
    for _ in 0..8 {
        let here = OrderInTest::of(&subject).await;
        recordings.spawn(async move {
            for payment in [here.success(), here.failure()] {
                let why = ReviewReason::UnknownOrder;
                here.review(&payment, why).await;
            }
        });
    }
    while let Some(ended) = recordings.join_next().await {
        must("a recording ends", ended);
    }
    let reviews = must("reviews are read", subject.reviews().await);
    assert_eq!(reviews.len(), 2, "a success and a failure: {reviews:?}");
    assert!(reviews.iter().all(|review| *review.order() == here.order));
}

/// Another order, reason or total is another review.
pub async fn reviews_that_differ_are_all_recorded<S: Subject>() {
    let (subject, here) = OrderInTest::fresh::<S>().await;
    let mut expected = HashSet::new();
    for order in [here.order.clone(), order("ORDER2")] {
        for why in ReviewReason::ALL {
            for minor_units in [1, 2] {
                let payment = paid(&order, minor_units);
                here.review(&payment, why).await;
                expected.insert((order.clone(), why, payment.total()));
            }
        }
    }
    let reviews = must("reviews are read", subject.reviews().await);
    assert_eq!(reviews.len(), expected.len(), "{reviews:?}");
    let found: HashSet<_> = reviews
        .into_iter()
        .map(|review| (review.order().clone(), review.reason, review.total()))
        .collect();
    assert_eq!(found, expected);
}

/// What waits for a person can still be delivered after the person mended the record.
pub async fn a_review_takes_no_claim<S: Subject>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let why = ReviewReason::AmountMismatch;
    here.review(&here.success(), why).await;
    assert_eq!(here.hold(&here.success()).await.attempt(), 1);
}
