#![allow(clippy::indexing_slicing, reason = "a failed case panics")]

use std::time::Duration;

use tokio::task::JoinSet;

use crate::testing::{OrderInTest, Subject, must, order, total};
use crate::{
    FailureReason, Mode, Opened, OrderLedger, OrderState, Payment, Resolution, Resolving, Review,
    ReviewFilter, ReviewId, ReviewReason,
};

/// Whoever decides later needs all of it.
pub async fn a_review_keeps_the_whole_payment<S: Subject<Store: OrderLedger>>() {
    let (subject, here) = OrderInTest::fresh::<S>().await;
    let reason = FailureReason {
        code: Some("10".to_owned()),
        message: Some("it's \"not\" <b>enough</b> ş\n\u{1f4b8}".to_owned()),
    };
    let payments = [
        here.success(),
        here.success()
            .with_requested(Some(total(3_000)))
            .with_mode(Mode::Test),
        Payment::failed(here.order.clone(), reason),
        here.failure(),
    ];
    for (index, payment) in payments.iter().enumerate() {
        let mut payment = payment.clone();
        payment.order = order(&format!("WHOLE{index}"));
        here.review(&payment, ReviewReason::UnreadableMode).await;
        let found = here.other(payment.order.clone()).only_review().await;
        assert_eq!(found.payment, payment);
        assert_eq!(found.reason, ReviewReason::UnreadableMode);
        assert_eq!((found.seen, found.resolved), (1, None));
    }
    drop(here);
    let subject = must("the store is opened again", subject.reopen().await);
    let here = OrderInTest::of(&subject).await;
    let found = here.reviews(&ReviewFilter::all()).await;
    assert_eq!(found.len(), payments.len());
}

/// The provider asks again and again; the entry says how often, since when and until when.
pub async fn a_review_counts_how_often_it_was_seen<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let why = ReviewReason::AmountMismatch;
    here.review(&here.success(), why).await;
    let first = here.only_review().await;
    for seen in 2..=4 {
        tokio::time::sleep(Duration::from_millis(3)).await;
        here.review(&here.success(), why).await;
        let found = here.only_review().await;
        assert_eq!((found.id, found.seen), (first.id, seen));
        assert_eq!(found.first_seen, first.first_seen);
        assert!(found.last_seen > first.last_seen, "{found:?}");
    }
}

/// An entry is resolved by name, with a note, and stays on the list of the resolved.
pub async fn a_review_is_resolved_once_and_stays<S: Subject<Store: OrderLedger>>() {
    let (subject, here) = OrderInTest::fresh::<S>().await;
    let why = ReviewReason::AmountMismatch;
    for (index, resolution) in Resolution::ALL.into_iter().enumerate() {
        let here = here.other(order(&format!("RESOLVED{index}")));
        here.review(&here.success(), why).await;
        let entry = here.only_review().await.id;
        let note = "o'nun \"notu\" <i>ş</i>\n; DROP TABLE reviews";
        assert_eq!(
            here.resolve(entry, resolution, "ayşe", note).await,
            Resolving::Now
        );
        let resolved = must(
            "it is resolved",
            here.only_review().await.resolved.ok_or("no"),
        );
        assert_eq!(resolved.resolution, resolution);
        assert_eq!(
            (resolved.by.as_str(), resolved.note.as_str()),
            ("ayşe", note)
        );

        // What was written first stays, whoever comes later.
        let later = here
            .resolve(entry, Resolution::Dismissed, "mehmet", "")
            .await;
        assert_eq!(later, Resolving::Already(resolved.clone()));
        assert_eq!(here.only_review().await.resolved, Some(resolved));
    }
    let unknown = ReviewId::new(4_000_000_000);
    let told = here
        .resolve(unknown, Resolution::Dismissed, "ayşe", "")
        .await;
    assert_eq!(told, Resolving::Unknown);

    drop(here);
    let subject = must("the store is opened again", subject.reopen().await);
    let here = OrderInTest::of(&subject).await;
    assert_eq!(here.reviews(&ReviewFilter::open()).await, []);
    let found = here.reviews(&ReviewFilter::all()).await;
    assert!(
        found.iter().all(|review| review.resolved.is_some()),
        "{found:?}"
    );
}

/// One of two people wins, and the other is told who.
pub async fn of_16_concurrent_resolutions_one_wins<S: Subject<Store: OrderLedger>>() {
    let (subject, here) = OrderInTest::fresh::<S>().await;
    here.review(&here.success(), ReviewReason::UnknownOrder)
        .await;
    let entry = here.only_review().await.id;
    let mut people = JoinSet::new();
    for person in 0..16 {
        let here = OrderInTest::of(&subject).await;
        people.spawn(async move {
            let resolution = Resolution::ALL[person % 3];
            let by = format!("person {person}");
            let told = here.resolve(entry, resolution, &by, "").await;
            (by, told)
        });
    }
    let mut winners = Vec::new();
    let mut named = Vec::new();
    while let Some(told) = people.join_next().await {
        match must("a person is told", told) {
            (by, Resolving::Now) => winners.push(by),
            (_, Resolving::Already(resolved)) => named.push(resolved.by),
            (by, Resolving::Unknown) => panic!("{by} is told that there is no such entry"),
        }
    }
    assert_eq!(winners.len(), 1, "{winners:?}");
    assert_eq!(named, vec![winners[0].clone(); 15]);
}

/// A person has decided: the provider's next message does not ask the person again.
pub async fn a_resolved_review_seen_again_stays_resolved<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let why = ReviewReason::AmountMismatch;
    here.review(&here.success(), why).await;
    let entry = here.only_review().await.id;
    let _now = here.resolve(entry, Resolution::Dismissed, "ayşe", "").await;
    here.review(&here.success(), why).await;
    let found = here.only_review().await;
    assert_eq!((found.id, found.seen), (entry, 2));
    assert!(!found.is_open());

    // Another reason is another question.
    here.review(&here.success(), ReviewReason::TestPayment)
        .await;
    assert_eq!(here.reviews(&ReviewFilter::open()).await.len(), 1);
}

/// The order and its key wait for the last open entry, not for those that are resolved.
pub async fn an_order_is_under_review_until_its_last_entry_is_resolved<
    S: Subject<Store: OrderLedger>,
>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let click = here.new_order().with_idempotency(crate::Idempotency {
        key: "cart".to_owned(),
        fingerprint: [1; 32],
        reuse_for: Duration::ZERO,
    });
    assert_eq!(here.open(click.clone()).await, Opened::New);
    let mut again = click.clone();
    again.order = order("AGAIN");
    for why in [ReviewReason::AmountMismatch, ReviewReason::TestPayment] {
        here.review(&here.success(), why).await;
    }
    for review in here.reviews(&ReviewFilter::open()).await {
        assert_eq!(here.state().await, OrderState::Review);
        let told = here.open(again.clone()).await;
        assert!(matches!(told, Opened::Existing(_)), "{told:?}");
        let now = here
            .resolve(review.id, Resolution::Dismissed, "ayşe", "")
            .await;
        assert_eq!(now, Resolving::Now);
    }
    assert_eq!(here.state().await, OrderState::Pending);
    assert_eq!(here.open(again).await, Opened::New);
}

/// A long queue is read page by page, by the state of its entries, by order and by reason.
pub async fn reviews_are_listed_by_filter_and_page<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let reasons = [ReviewReason::UnknownOrder, ReviewReason::Conflict];
    for index in 0..7 {
        let here = here.other(order(&format!("PAGE{index}")));
        here.review(&here.success(), reasons[index % 2]).await;
    }
    let all = here.reviews(&ReviewFilter::all()).await;
    assert!(
        all.is_sorted_by(|newer, older| newer.id > older.id),
        "{all:?}"
    );
    let dismissed = all[2].id;
    let _now = here
        .resolve(dismissed, Resolution::Dismissed, "ayşe", "")
        .await;

    let mut filters = vec![ReviewFilter::all(), ReviewFilter::open()];
    filters.push(ReviewFilter {
        open: Some(false),
        ..ReviewFilter::all()
    });
    filters.push(ReviewFilter::of_order(order("PAGE3")));
    filters.push(ReviewFilter::open().because(ReviewReason::Conflict));
    let all = here.reviews(&ReviewFilter::all()).await;
    for filter in filters {
        let expected: Vec<_> = all.iter().filter(|review| filter.lists(review)).collect();
        let mut paged = Vec::new();
        let mut page = filter.clone();
        loop {
            let found = must("a page is read", here.store.reviews(&page, 2).await);
            let Some(last) = found.last() else { break };
            page = page.before(last.id);
            assert!(found.len() <= 2);
            paged.extend(found);
        }
        assert_eq!(paged.iter().collect::<Vec<_>>(), expected, "{filter:?}");
    }
}

impl<Store: OrderLedger> OrderInTest<Store> {
    async fn reviews(&self, filter: &ReviewFilter) -> Vec<Review> {
        must("reviews are read", self.store.reviews(filter, 1_000).await)
    }

    /// The one entry of this order.
    async fn only_review(&self) -> Review {
        let mut found = self
            .reviews(&ReviewFilter::of_order(self.order.clone()))
            .await;
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    }

    async fn resolve(
        &self,
        entry: ReviewId,
        resolution: Resolution,
        by: &str,
        note: &str,
    ) -> Resolving {
        let told = self.store.resolve(entry, resolution, by, note).await;
        must("the ledger answers a resolution", told)
    }
}
