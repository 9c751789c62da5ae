//! What must become of the reviews of a ledger of version 2, on every database.

use paid_once::back_office::{BackOfficeLedger, OrderFilter};
use paid_once::{
    Currency, FailureReason, Mode, Money, OrderKey, Payment, Resolution, Resolving, Review,
    ReviewFilter, ReviewReason,
};

/// What version 2 wrote beside the review that version 1 had left: a failure and a success of one order.
pub(crate) const REVIEWS: [&str; 2] = ["NULL, NULL", "3456, 'TRY'"];

fn key(order_id: &str) -> OrderKey {
    OrderKey::new("100001", order_id).unwrap()
}

/// All of them are open, live and seen once; they are counted, resolved and listed like later ones.
pub(crate) async fn old_reviews_are_worked_like_new_ones(ledger: &impl BackOfficeLedger) {
    let list = async || ledger.reviews(&ReviewFilter::open(), 10).await.unwrap();
    let [success, failure, oldest] = <[Review; 3]>::try_from(list().await).unwrap();
    for review in [&success, &failure, &oldest] {
        assert_eq!(review.payment.mode, Mode::Live);
        assert_eq!(review.payment.requested, None);
        assert_eq!((review.seen, review.last_seen), (1, review.first_seen));
    }
    let price = Money::new(3_456, Currency::TRY);
    assert_eq!(success.payment, Payment::paid(key("PAID"), price));
    let unsaid = FailureReason::default();
    assert_eq!(failure.payment, Payment::failed(key("PAID"), unsaid));
    assert_eq!(oldest.order(), &key("REVIEW"));

    let again = Payment::paid(key("PAID"), price).with_mode(Mode::Test);
    let why = ReviewReason::Conflict;
    ledger.review(&again, why).await.unwrap();
    let [seen, ..] = <[Review; 3]>::try_from(list().await).unwrap();
    assert_eq!(
        (seen.id, seen.seen, &seen.payment),
        (success.id, 2, &success.payment)
    );
    assert!(seen.last_seen > seen.first_seen);

    let in_review = OrderFilter::all().in_state("review");
    assert_eq!(ledger.orders(&in_review, 10).await.unwrap().len(), 1);
    let resolving = ledger
        .resolve(oldest.id, Resolution::Dismissed, "ayse", "")
        .await;
    assert_eq!(resolving.unwrap(), Resolving::Now);
    assert_eq!(ledger.orders(&in_review, 10).await.unwrap(), []);
    assert_eq!(list().await.len(), 2);
    let opened = ledger.orders(&OrderFilter::all(), 100).await.unwrap();
    assert_eq!(opened.len(), 11);
}
