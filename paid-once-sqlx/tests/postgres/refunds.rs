//! Refunds of one order by several people, over connections that break.

use database_servers::Proxy;
use paid_once::back_office::BackOfficeLedger as _;
use paid_once::refund::{NewRefund, RefundLedger as _, RefundRecord, RefundState, Reservation};
use paid_once::{
    Currency, FailureReason, Money, OrderKey, OrderLedger as _, OrderStore as _, Payment,
    ReviewFilter, ReviewReason, Settled,
};
use paid_once_sqlx::PostgresLedger;
use tokio::task::JoinSet;

use crate::schema::{LEASE, Schema, claim_of, granted, hold, payment, payment_of};

fn refund_of(order_id: &str, reference: &str, minor_units: u64) -> NewRefund {
    let order = payment_of(order_id).order;
    NewRefund::new(order, reference, Money::new(minor_units, Currency::TRY)).by("ayse")
}

async fn pay(ledger: &PostgresLedger, order_id: &str) -> OrderKey {
    let lease = granted(claim_of(ledger, order_id).await.unwrap());
    assert_eq!(ledger.settle(&lease).await.unwrap(), Settled::Now);
    lease.order().clone()
}

/// The URL with settings for every session.
fn with_settings(url: &str, settings: &str) -> String {
    format!(
        "{url}?options={}",
        settings.replace(' ', "%20").replace('=', "%3D")
    )
}

/// Each of eight people reserves 10 of the 34.56 lira, on both nodes, all at the same time. Says how many may.
async fn all_reserve(nodes: [&PostgresLedger; 2], order_id: &str) -> usize {
    let mut people = JoinSet::new();
    for (person, node) in (0..8).zip(nodes.into_iter().cycle()) {
        let ledger = node.clone();
        let refund = refund_of(order_id, &format!("R{person}"), 1_000);
        people.spawn(async move { ledger.reserve(&refund).await.unwrap() });
    }
    let answers = people.join_all().await;
    let granted = answers.iter().filter(|one| **one == Reservation::Granted);
    granted.count()
}

/// A server may be set to an isolation level under which a statement does not see what was committed while it
/// waited.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_isolation_is_the_default_the_sum_never_passes_what_was_paid() {
    let shop = Schema::new().await.unwrap();
    for level in ["read\\ committed", "repeatable\\ read", "serializable"] {
        let settings = format!("-c default_transaction_isolation={level}");
        let url = with_settings(&shop.url, &settings);
        let one = shop.options().open(&url).await.unwrap();
        let other = shop.options().open(&url).await.unwrap();
        for round in 0..5 {
            let order_id = format!("{}{round}", level.replace(|c: char| !c.is_alphabetic(), ""));
            pay(&one, &order_id).await;
            assert_eq!(all_reserve([&one, &other], &order_id).await, 3, "{level}");
        }
    }
}

/// The nodes of one shop need not name their tables in the same way. Tables with another prefix are another
/// shop's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_find_the_tables_by_schema_and_by_search_path_hold_each_other_off() {
    let shop = Schema::new().await.unwrap();
    let url = with_settings(&shop.url, &format!("-c search_path={}", shop.name));
    let by_path = PostgresLedger::connect(&url).await.unwrap();
    for round in 0..5 {
        let order_id = format!("ORDER{round}");
        pay(&shop.ledger, &order_id).await;
        assert_eq!(all_reserve([&shop.ledger, &by_path], &order_id).await, 3);
    }
    let options = shop.options().prefix("other_".parse().unwrap());
    let other = options.open(&shop.url).await.unwrap();
    let refund = refund_of("ORDER0", "R1", 1);
    let unknown = other.reserve(&refund).await.unwrap();
    assert_eq!(unknown, Reservation::UnknownOrder);
    assert_eq!(other.refunds(&refund.order).await.unwrap(), []);
}

/// Nobody waits for a handler in the middle of its transaction, and no handler for a refund.
#[tokio::test]
async fn a_reservation_does_not_wait_for_a_settlement_that_is_not_committed() {
    let shop = Schema::new().await.unwrap();
    let ledger = &shop.ledger;
    let lease = hold(ledger, LEASE).await;
    let mut transaction = ledger.begin().await.unwrap();
    let settled = ledger.settle_in(&mut transaction, &lease).await.unwrap();
    assert_eq!(settled, Settled::Now);
    let refund = refund_of("ORDER1", "R1", 3_456);
    assert_eq!(ledger.reserve(&refund).await.unwrap(), Reservation::NotPaid);
    transaction.commit().await.unwrap();
    assert_eq!(ledger.reserve(&refund).await.unwrap(), Reservation::Granted);
}

/// What is lost on the way of a reservation.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Lost {
    Question,
    Answer,
}

/// Whichever message is lost: of two people who send one refund at most one is told to, and what is reserved is
/// found.
#[tokio::test]
async fn a_reservation_whose_message_is_lost_is_granted_once_and_found() {
    let shop = Schema::new().await.unwrap();
    let (before, port_and_path) = shop.url.rsplit_once(':').unwrap();
    let (port, path) = port_and_path.split_once('/').unwrap();
    let proxy = Proxy::before(port.parse().unwrap()).unwrap();
    let url = format!("{before}:{}/{path}", proxy.port());
    let ledger = shop.options().max_connections(1).open(&url).await.unwrap();
    let mut ends = Vec::new();
    for lost in [Lost::Question, Lost::Answer] {
        for step in 0..12 {
            let order_id = format!("{lost:?}{step}");
            let order = pay(&shop.ledger, &order_id).await;
            let refund = refund_of(&order_id, "R1", 3_456);
            match lost {
                Lost::Question => proxy.lose_question_after(step),
                Lost::Answer => proxy.lose_answer_after(step),
            }
            let first = ledger.reserve(&refund).await.ok();
            proxy.go_on();
            let second = shop.ledger.reserve(&refund).await.unwrap();
            let undecided: Vec<RefundRecord> = shop.ledger.refunds(&order).await.unwrap();
            let [one] = undecided.as_slice() else {
                panic!("one refund, not {undecided:?}");
            };
            assert_eq!(
                (one.amount, one.state),
                (refund.amount, RefundState::Reserved)
            );
            ends.push((first, second));
        }
    }
    let (granted, duplicate) = (Reservation::Granted, Reservation::Duplicate);
    let possible = [
        (Some(granted), duplicate),
        (None, granted),
        (None, duplicate),
    ];
    for end in &ends {
        assert!(possible.contains(end), "{end:?}");
    }
    for end in possible {
        assert!(ends.contains(&end), "{end:?} did not happen: {ends:?}");
    }
}

/// Sent again it could cancel what somebody reserved in between.
#[tokio::test]
async fn a_cancellation_whose_answer_is_lost_is_an_error_and_not_sent_again() {
    let shop = Schema::new().await.unwrap();
    let (before, port_and_path) = shop.url.rsplit_once(':').unwrap();
    let (port, path) = port_and_path.split_once('/').unwrap();
    let proxy = Proxy::before(port.parse().unwrap()).unwrap();
    let url = format!("{before}:{}/{path}", proxy.port());
    let ledger = shop.options().open(&url).await.unwrap();
    let order = pay(&shop.ledger, "ORDER1").await;
    let reserve = async || {
        let refund = refund_of("ORDER1", "R1", 1);
        shop.ledger.reserve(&refund).await.unwrap()
    };
    // The first of a connection is more than one question and answer.
    ledger.cancel(&order, "NONE").await.unwrap();
    assert_eq!(reserve().await, Reservation::Granted);
    proxy.lose_next_answer();
    assert!(ledger.cancel(&order, "R1").await.is_err());
    assert_eq!(reserve().await, Reservation::Granted);
    ledger.confirm(&order, "R1").await.unwrap();
    let refunds = ledger.refunds(&order).await.unwrap();
    assert_eq!(refunds[0].state, RefundState::Executed);
}

/// A reference that was cancelled and is reserved again is the newest.
#[tokio::test]
async fn refunds_are_listed_as_they_were_reserved() {
    let shop = Schema::new().await.unwrap();
    let ledger = &shop.ledger;
    let order = pay(ledger, "ORDER1").await;
    for reference in ["B", "C", "A"] {
        let refund = refund_of("ORDER1", reference, 1);
        assert_eq!(ledger.reserve(&refund).await.unwrap(), Reservation::Granted);
    }
    ledger.cancel(&order, "B").await.unwrap();
    let again = refund_of("ORDER1", "B", 2);
    assert_eq!(ledger.reserve(&again).await.unwrap(), Reservation::Granted);
    let listed = ledger.refunds(&order).await.unwrap();
    let references = listed.iter().map(|refund| refund.reference.as_str());
    assert_eq!(references.collect::<Vec<_>>(), ["C", "A", "B"]);
}

/// What PostgreSQL cannot hold: in words it is replaced, in keys it is an error, in a search it finds nothing.
#[tokio::test]
async fn nul_keeps_no_review_and_no_refund_from_being_written() {
    let shop = Schema::new().await.unwrap();
    let ledger = &shop.ledger;
    let reason = FailureReason {
        code: Some("1\0".to_owned()),
        message: Some("\0no".to_owned()),
    };
    let failed = Payment::failed(payment().order, reason);
    ledger
        .review(&failed, ReviewReason::TestPayment)
        .await
        .unwrap();
    let reviews = ledger.reviews(&ReviewFilter::all(), 10).await.unwrap();
    let why = FailureReason {
        code: Some("1\u{fffd}".to_owned()),
        message: Some("\u{fffd}no".to_owned()),
    };
    assert_eq!(reviews[0].payment, Payment::failed(payment().order, why));

    let order = pay(ledger, "ORDER1").await;
    let refund = refund_of("ORDER1", "R1", 1).by("ay\0se");
    assert_eq!(ledger.reserve(&refund).await.unwrap(), Reservation::Granted);
    let refund = refund_of("ORDER1", "R\0", 1);
    assert!(ledger.reserve(&refund).await.is_err());
    assert_eq!(ledger.refunds(&order).await.unwrap().len(), 1);
    let search = paid_once::back_office::OrderFilter::all().starting_with("\0");
    assert_eq!(ledger.orders(&search, 10).await.unwrap(), []);
}
