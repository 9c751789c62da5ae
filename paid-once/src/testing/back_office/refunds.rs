use std::time::Duration;

use tokio::task::JoinSet;

use crate::back_office::BackOfficeLedger;
use crate::refund::{RefundLedger as _, RefundRecord, RefundState, Reservation};
use crate::testing::{OrderInTest, Subject, must, order, polled, total};
use crate::{Currency, Expected, Money, OrderLedger as _, OrderState, Payment};

/// Two parts and a third that is one kuruş too much.
pub async fn refunds_never_add_up_to_more_than_was_paid<S: Subject<Store: BackOfficeLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    here.open_new().await;
    here.handle(&here.success()).await;
    assert_eq!(
        here.reserve(&here.refund("R1", 3_000)).await,
        Reservation::Granted
    );
    here.confirm("R1").await;
    assert_eq!(
        here.reserve(&here.refund("R2", 400)).await,
        Reservation::Granted
    );
    let left = total(56);
    assert_eq!(
        here.reserve(&here.refund("R3", 57)).await,
        Reservation::Exceeds { left }
    );
    let lira = here.refund("R3", 56);
    let mut euro = lira.clone();
    euro.amount = Money::new(56, Currency::EUR);
    assert_eq!(here.reserve(&euro).await, Reservation::Exceeds { left });
    assert_eq!(here.reserve(&lira).await, Reservation::Granted);
    let left = total(0);
    assert_eq!(
        here.reserve(&here.refund("R4", 1)).await,
        Reservation::Exceeds { left }
    );
}

/// Sums are exact up to the largest amount that a ledger holds.
pub async fn refunds_are_counted_to_the_last_unit<S: Subject<Store: BackOfficeLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let largest = i64::MAX.unsigned_abs();
    here.handle(&Payment::paid(here.order.clone(), total(largest)))
        .await;
    let parts = [largest - 3, 1, 1];
    for (index, part) in parts.into_iter().enumerate() {
        let refund = here.refund(&format!("R{index}"), part);
        assert_eq!(here.reserve(&refund).await, Reservation::Granted, "{part}");
        here.confirm(&refund.reference).await;
    }
    let left = total(1);
    assert_eq!(
        here.reserve(&here.refund("MORE", 2)).await,
        Reservation::Exceeds { left }
    );
    assert_eq!(
        here.reserve(&here.refund("LAST", 1)).await,
        Reservation::Granted
    );
}

/// Nobody gives back money that the shop has not, or that a handler may be delivering for.
pub async fn an_order_without_a_settled_success_is_not_refunded<
    S: Subject<Store: BackOfficeLedger>,
>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let refund = here.refund("R1", 1).with_paid(Some(total(3_456)));
    here.open_new().await;
    assert_eq!(here.reserve(&refund).await, Reservation::NotPaid, "pending");
    here.handle(&here.failure()).await;
    assert_eq!(here.reserve(&refund).await, Reservation::NotPaid, "failed");
    let lease = here.hold(&here.success()).await;
    assert_eq!(
        here.reserve(&refund).await,
        Reservation::NotPaid,
        "in progress"
    );
    here.release(&lease).await;
    assert_eq!(
        here.reserve(&refund).await,
        Reservation::NotPaid,
        "undelivered"
    );
    here.handle(&here.success()).await;
    assert_eq!(here.reserve(&refund).await, Reservation::Granted, "paid");
}

/// An order that the ledger does not know is refunded only up to a total that somebody vouches for; what the
/// ledger knows itself counts more.
pub async fn an_unknown_order_is_refunded_only_with_a_paid_total<
    S: Subject<Store: BackOfficeLedger>,
>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let part = |reference: &str, units| here.refund(reference, units);
    assert_eq!(
        here.reserve(&part("R1", 1)).await,
        Reservation::UnknownOrder
    );
    let vouched = |reference: &str, units| part(reference, units).with_paid(Some(total(100)));
    assert_eq!(here.reserve(&vouched("R1", 60)).await, Reservation::Granted);
    assert_eq!(
        here.reserve(&part("R2", 1)).await,
        Reservation::UnknownOrder
    );
    let left = total(40);
    assert_eq!(
        here.reserve(&vouched("R2", 41)).await,
        Reservation::Exceeds { left }
    );
    assert_eq!(here.reserve(&vouched("R2", 40)).await, Reservation::Granted);

    let known = here.other(order("KNOWN"));
    known.handle(&known.success()).await;
    let generous = known.refund("R1", 3_457).with_paid(Some(total(9_999)));
    let left = total(3_456);
    assert_eq!(
        known.reserve(&generous).await,
        Reservation::Exceeds { left }
    );
}

/// A reference names one refund of its order, whatever became of it, unless it was cancelled.
pub async fn a_reference_is_reserved_once<S: Subject<Store: BackOfficeLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    here.handle(&here.success()).await;
    let refund = here.refund("R1", 100);
    assert_eq!(here.reserve(&refund).await, Reservation::Granted);
    assert_eq!(here.reserve(&refund).await, Reservation::Duplicate);
    here.cancel("R1").await;
    let more = here.refund("R1", 200);
    assert_eq!(here.reserve(&more).await, Reservation::Granted);
    here.confirm("R1").await;
    assert_eq!(here.reserve(&refund).await, Reservation::Duplicate);
    let refunds = here.refunds().await;
    assert_eq!(refunds.len(), 1, "{refunds:?}");
    assert_eq!(refunds[0].amount, total(200));

    // Of another order it is another refund.
    let other = here.other(order("OTHER"));
    other.handle(&other.success()).await;
    assert_eq!(
        other.reserve(&other.refund("R1", 100)).await,
        Reservation::Granted
    );
}

/// What was surely not given back is free again; what was given back stays given back.
pub async fn a_cancelled_refund_frees_its_amount_and_a_confirmed_one_never<
    S: Subject<Store: BackOfficeLedger>,
>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    here.handle(&here.success()).await;
    assert_eq!(
        here.reserve(&here.refund("R1", 3_456)).await,
        Reservation::Granted
    );
    here.cancel("R1").await;
    here.cancel("NEVER").await;
    here.confirm("NEVER").await;
    assert_eq!(
        here.reserve(&here.refund("R2", 3_456)).await,
        Reservation::Granted
    );
    here.confirm("R2").await;
    here.cancel("R2").await;
    let left = total(0);
    assert_eq!(
        here.reserve(&here.refund("R3", 1)).await,
        Reservation::Exceeds { left }
    );
    // The provider executed it after all: that is written down, even above the total.
    here.confirm("R1").await;
    let executed = RefundState::Executed;
    let states = here.refund_states().await;
    assert_eq!(
        states,
        [("R1".to_owned(), executed), ("R2".to_owned(), executed)]
    );
}

/// What the shop and its buyer read: paid, and how much of it was given back.
pub async fn an_order_says_what_was_given_back<S: Subject<Store: BackOfficeLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    here.open_new().await;
    here.handle(&here.success()).await;
    assert_eq!(here.state().await, OrderState::paid(total(3_456)));
    let mut sum = 0;
    for (reference, part) in [("R1", 1_000), ("R2", 2_456)] {
        let _granted = here.reserve(&here.refund(reference, part)).await;
        assert_eq!(here.state().await.refunded(), (sum > 0).then(|| total(sum)));
        here.confirm(reference).await;
        sum += part;
        let (paid, refunded) = (total(3_456), total(sum));
        let state = OrderState::Paid {
            total: paid,
            refunded,
        };
        assert_eq!(here.state().await, state);
    }
}

/// Reserved first, reserved before anything is sent, and so found after a crash.
pub async fn a_reservation_survives_a_restart_as_undecided<S: Subject<Store: BackOfficeLedger>>() {
    let (subject, here) = OrderInTest::fresh::<S>().await;
    let other = here.other(order("OTHER"));
    for (here, reference) in [(&here, "R1"), (&other, "R2")] {
        here.handle(&here.success()).await;
        assert_eq!(
            here.reserve(&here.refund(reference, 100)).await,
            Reservation::Granted
        );
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
    assert_eq!(
        here.reserve(&here.refund("R3", 100)).await,
        Reservation::Granted
    );
    here.confirm("R3").await;
    drop((here, other));
    let subject = must("the store is opened again", subject.reopen().await);
    let here = OrderInTest::of(&subject).await;
    let references = |found: Vec<RefundRecord>| -> Vec<String> {
        found.into_iter().map(|refund| refund.reference).collect()
    };
    let undecided = here.undecided("100001", Duration::ZERO, 10).await;
    assert!(
        undecided.iter().all(|refund| refund.by == "ayşe"),
        "{undecided:?}"
    );
    assert!(undecided.iter().all(|refund| refund.decided_at.is_none()));
    assert_eq!(references(undecided), ["R1", "R2"]);
    assert_eq!(
        references(here.undecided("100001", Duration::ZERO, 1).await),
        ["R1"]
    );
    assert_eq!(here.undecided("100002", Duration::ZERO, 10).await, []);
    let hour = Duration::from_secs(3_600);
    assert_eq!(here.undecided("100001", hour, 10).await, [], "too young");
    here.confirm("R1").await;
    assert_eq!(
        references(here.undecided("100001", Duration::ZERO, 9).await),
        ["R2"]
    );
    let confirmed = here.refunds().await;
    assert!(confirmed[0].decided_at.is_some(), "{confirmed:?}");
}

/// Two people refund at the same time: what is reserved never passes what was paid.
pub async fn of_16_concurrent_refunds_only_what_was_paid_is_reserved<
    S: Subject<Store: BackOfficeLedger>,
>() {
    let (subject, here) = OrderInTest::fresh::<S>().await;
    here.handle(&here.success()).await;
    let vouched = order("VOUCHED");
    let mut people = JoinSet::new();
    for person in 0..16 {
        let here = OrderInTest::of(&subject).await;
        let vouched = here.other(vouched.clone());
        people.spawn(async move {
            let reference = format!("R{person}");
            let known = here.reserve(&here.refund(&reference, 1_000)).await;
            let refund = vouched.refund(&reference, 1_000);
            let unknown = vouched.reserve(&refund.with_paid(Some(total(3_456)))).await;
            (known, unknown)
        });
    }
    let mut granted = (0, 0);
    while let Some(answers) = people.join_next().await {
        let (known, unknown) = must("a person is answered", answers);
        granted.0 += u32::from(known == Reservation::Granted);
        granted.1 += u32::from(unknown == Reservation::Granted);
    }
    assert_eq!(granted, (3, 3));
}

/// Of two senders of one refund one may send it.
pub async fn of_16_concurrent_reservations_of_one_reference_one_is_granted<
    S: Subject<Store: BackOfficeLedger>,
>() {
    let (subject, here) = OrderInTest::fresh::<S>().await;
    here.handle(&here.success()).await;
    let mut senders = JoinSet::new();
    for _ in 0..16 {
        let here = OrderInTest::of(&subject).await;
        senders.spawn(async move { here.reserve(&here.refund("R1", 10)).await });
    }
    let mut granted = 0;
    while let Some(answer) = senders.join_next().await {
        match must("a sender is answered", answer) {
            Reservation::Granted => granted += 1,
            other => assert_eq!(other, Reservation::Duplicate),
        }
    }
    assert_eq!(granted, 1);
}

/// Dropped at any await, a reservation is there or not; where it is, it is found and counts.
pub async fn a_reservation_dropped_at_any_await_counts_or_is_not_there<
    S: Subject<Store: BackOfficeLedger>,
>() {
    for polls in 1..=16 {
        let (_subject, here) = OrderInTest::fresh::<S>().await;
        here.handle(&here.success()).await;
        let refund = here.refund("R1", 3_456);
        let _ = polled(polls, here.store.reserve(&refund)).await;
        // What was sent to a database may still arrive: once the order answers a second person, it has.
        let other = here.reserve(&here.refund("R2", 1)).await;
        let undecided = here.undecided("100001", Duration::ZERO, 10).await;
        let sum: u64 = undecided.iter().map(|one| one.amount.minor_units()).sum();
        assert!(
            sum <= 3_456,
            "after {polls} polls: {undecided:?}, {other:?}"
        );
    }
}

/// A purged order keeps what was given back of it.
pub async fn purge_keeps_refunds<S: Subject<Store: BackOfficeLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    here.handle(&here.success()).await;
    assert_eq!(
        here.reserve(&here.refund("R1", 3_000)).await,
        Reservation::Granted
    );
    here.confirm("R1").await;
    let all = crate::Retention {
        paid: Duration::ZERO,
        unpaid: Duration::ZERO,
    };
    assert_eq!(
        must("orders are purged", here.store.purge(all, 10).await),
        1
    );
    assert_eq!(here.refunds().await.len(), 1);
    let more = here.refund("R2", 457).with_paid(Some(total(3_456)));
    let left = total(456);
    assert_eq!(here.reserve(&more).await, Reservation::Exceeds { left });
}

/// Keys and references are plain text.
pub async fn refunds_keep_strange_texts_apart<S: Subject<Store: BackOfficeLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let known = here
        .store
        .set_expected(&here.order, Expected::Unknown)
        .await;
    must("the order is known", known);
    here.handle(&here.success()).await;
    let references = ["A", "a", "' OR '1'='1", "%", "A:B", "ş\u{1f4b8}", "A B"];
    for reference in references {
        let refund = here.refund(reference, 1);
        assert_eq!(
            here.reserve(&refund).await,
            Reservation::Granted,
            "{reference}"
        );
    }
    here.confirm("%").await;
    let executed = here.refund_states().await.into_iter();
    let executed: Vec<_> = executed
        .filter(|(_, state)| *state == RefundState::Executed)
        .collect();
    assert_eq!(executed, [("%".to_owned(), RefundState::Executed)]);
    assert_eq!(here.refunds().await.len(), references.len());
}

impl<Store: BackOfficeLedger> OrderInTest<Store> {
    async fn undecided(&self, merchant: &str, age: Duration, limit: u32) -> Vec<RefundRecord> {
        let found = self.store.undecided_refunds(merchant, age, limit).await;
        must("undecided refunds are read", found)
    }
}
