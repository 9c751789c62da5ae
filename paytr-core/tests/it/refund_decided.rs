//! Reserved refunds whose outcome is unknown: PayTR is asked, and nothing is sent again.

use std::sync::Arc;
use std::time::Duration;

use paytr_core::client::RefundDecision;
use paytr_core::refund_ledger::{
    NewRefund, RefundLedger as _, RefundRecord, RefundState, Reservation,
};
use paytr_core::{Currency, MemoryStore, Money, OrderKey, PaytrClient, PaytrError};

use crate::common::refunds::{REFUND, listing, order, paid_ledger, refund, refunds_of, stands};
use crate::common::server::{Answer, Server, client_of_nobody, ok, reply};
use crate::common::shop::lira;

/// A ledger in which 7.00 lira are reserved as `R1`.
async fn reserved() -> Arc<MemoryStore> {
    let ledger = paid_ledger().await;
    reserve(&ledger, order(), "R1").await;
    ledger
}

async fn reserve(ledger: &MemoryStore, order: OrderKey, reference: &str) {
    let new = NewRefund::new(order, reference, lira(700)).with_paid(Some(lira(1_000)));
    let granted = ledger.reserve(&new).await.unwrap();
    assert_eq!(granted, Reservation::Granted);
}

async fn decide(client: &PaytrClient, ledger: &MemoryStore) -> Vec<(RefundRecord, RefundDecision)> {
    let decided = client.decide_refunds(ledger, Duration::ZERO, 9).await;
    decided.unwrap()
}

async fn first_record(ledger: &MemoryStore) -> RefundRecord {
    ledger.refunds(&order()).await.unwrap().remove(0)
}

fn with_total(total: &str, amount: &str) -> Answer {
    ok(&format!(
        r#"{{"status":"success","payment_amount":"10.00","payment_total":"{total}","currency":"TL",
            "returns":[{{"return_amount":"{amount}","reference_no":"R1"}}]}}"#
    ))
}

#[tokio::test]
async fn a_refund_is_confirmed_when_paytr_lists_it_with_its_amount() {
    for (answer, name) in [
        (listing(&[("R1", "7.00")]), "executed"),
        (listing(&[("R0", "1.00"), ("R1", "7")]), "executed"),
        // A share of the surcharge may be in it, and never more than the whole of it.
        (with_total("10.90", "7.63"), "executed"),
        (with_total("10.90", "7.90"), "executed"),
        (with_total("10.90", "7.91"), "other_amount"),
        (with_total("10.90", "6.99"), "other_amount"),
        (listing(&[("R1", "7.01")]), "other_amount"),
        (listing(&[("R1", "7.00"), ("R1", "1.00")]), "other_amount"),
        (listing(&[]), "not_listed"),
        (listing(&[("R2", "7.00")]), "not_listed"),
    ] {
        let (server, ledger) = (Server::always(answer).await, reserved().await);
        let decided = decide(&server.client(), &ledger).await;
        let [(record, decision)] = &decided[..] else {
            panic!("{decided:?}");
        };
        assert_eq!((&*record.reference, decision.as_str()), ("R1", name));
        let executed = name == "executed";
        assert_eq!(decision.is_decided(), executed);
        let state = if executed {
            RefundState::Executed
        } else {
            RefundState::Reserved
        };
        assert_eq!(refunds_of(&ledger).await, [stands("R1", 700, state)]);
        assert_eq!(server.posts_to(REFUND), 0);
        let again = decide(&server.client(), &ledger).await;
        assert_eq!(
            again.is_empty(),
            executed,
            "what is decided is not asked about"
        );
    }
}

#[tokio::test]
async fn a_refund_in_another_currency_than_the_order_at_paytr_stays_reserved() {
    let euros = r#"{"status":"success","payment_amount":"10.00","payment_total":"10.00",
        "currency":"EUR","returns":[{"return_amount":"7.00","reference_no":"R1"}]}"#;
    let (server, ledger) = (Server::always(ok(euros)).await, reserved().await);
    let decided = decide(&server.client(), &ledger).await;
    let listed = Money::new(700, Currency::EUR);
    assert!(
        matches!(decided[..], [(_, RefundDecision::OtherAmount { listed: seen })] if seen == listed),
        "{decided:?}"
    );
}

#[tokio::test]
async fn without_a_usable_answer_a_refund_stays_reserved() {
    let no_amount = r#"{"status":"success","payment_amount":"10.00","payment_total":"10.00",
        "currency":"TL","returns":[{"reference_no":"R1"}]}"#;
    let mut clients = vec![client_of_nobody().await];
    for answer in [
        reply("503 Service Unavailable", ""),
        ok("<html>"),
        ok(no_amount),
        ok(r#"{"status":"error","err_no":"004","err_msg":"yok"}"#),
    ] {
        clients.push(Server::always(answer).await.client());
    }
    for client in clients {
        let ledger = reserved().await;
        let decided = decide(&client, &ledger).await;
        assert!(
            matches!(decided[..], [(_, RefundDecision::Unavailable(_))]),
            "{decided:?}"
        );
        let record = first_record(&ledger).await;
        let cancelled = client.cancel_refund(&*ledger, &record).await.unwrap();
        assert!(
            matches!(cancelled, RefundDecision::Unavailable(_)),
            "{cancelled:?}"
        );
        let kept = stands("R1", 700, RefundState::Reserved);
        assert_eq!(refunds_of(&ledger).await, [kept]);
    }
}

#[tokio::test]
async fn only_this_merchants_refunds_are_asked_about_the_oldest_first() {
    let ledger = MemoryStore::new();
    let others = OrderKey::new("654321", "SIPARIS0001").unwrap();
    reserve(&ledger, others.clone(), "R1").await;
    for id in ["A", "B", "C"] {
        let order = OrderKey::new("123456", id).unwrap();
        reserve(&ledger, order, "R1").await;
    }
    let server = Server::always(listing(&[])).await;
    let client = server.client();
    let decided = client.decide_refunds(&ledger, Duration::ZERO, 2).await;
    let decided = decided.unwrap();
    let asked: Vec<_> = decided
        .iter()
        .map(|(one, _)| one.order.order_id())
        .collect();
    assert_eq!(asked, ["A", "B"]);
    let hour = Duration::from_secs(3_600);
    let old = client.decide_refunds(&ledger, hour, 9).await.unwrap();
    assert!(old.is_empty());
    assert_eq!(server.requests().len(), 2);

    // A record of another merchant, or of no refund at PayTR, is refused before anything is asked.
    let foreign = ledger.refunds(&others).await.unwrap().remove(0);
    let mut odd = foreign.clone();
    odd.order = OrderKey::new("123456", "A").unwrap();
    odd.reference = "R-1".to_owned();
    for record in [foreign, odd] {
        let decision = client.decide_refund(&ledger, &record).await.unwrap();
        assert!(
            matches!(
                decision,
                RefundDecision::Unavailable(PaytrError::Invalid(_))
            ),
            "{decision:?}"
        );
    }
    assert_eq!(server.requests().len(), 2);
}

/// Lets time pass for the ledger, and for nobody else.
async fn pass(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

#[tokio::test]
async fn a_person_cancels_only_what_is_not_listed_and_cannot_be_on_its_way() {
    let server = Server::always(listing(&[])).await;
    let (client, ledger) = (server.client(), reserved().await);
    let record = first_record(&ledger).await;
    let early = client.cancel_refund(&*ledger, &record).await.unwrap();
    assert!(matches!(early, RefundDecision::TooEarly), "{early:?}");
    assert_eq!(
        refunds_of(&ledger).await,
        [stands("R1", 700, RefundState::Reserved)]
    );
    pass(PaytrClient::CANCEL_REFUNDS_AFTER).await;
    let cancelled = client.cancel_refund(&*ledger, &record).await.unwrap();
    assert!(
        matches!(cancelled, RefundDecision::Cancelled),
        "{cancelled:?}"
    );
    assert_eq!(
        refunds_of(&ledger).await,
        [stands("R1", 700, RefundState::Cancelled)]
    );
    let again = client.cancel_refund(&*ledger, &record).await.unwrap();
    assert!(matches!(again, RefundDecision::AlreadyDecided), "{again:?}");
    assert_eq!(server.posts_to(REFUND), 0);
}

#[tokio::test]
async fn an_old_record_does_not_cancel_a_refund_that_was_sent_again() {
    let lost = reply("502 Bad Gateway", "");
    let nothing = listing(&[]);
    let answers = vec![nothing.clone(), nothing.clone(), lost, nothing];
    let server = Server::scripted(answers).await;
    let (client, ledger) = (server.client(), reserved().await);
    let old = first_record(&ledger).await;
    pass(PaytrClient::CANCEL_REFUNDS_AFTER).await;
    let cancelled = client.cancel_refund(&*ledger, &old).await.unwrap();
    assert!(cancelled.is_decided(), "{cancelled:?}");
    let unknown = client.refund_reserved(&*ledger, &refund("R1", 700)).await;
    assert!(unknown.is_err(), "{unknown:?}");
    assert_eq!(server.posts_to(REFUND), 1);
    let early = client.cancel_refund(&*ledger, &old).await.unwrap();
    assert!(matches!(early, RefundDecision::TooEarly), "{early:?}");
    let kept = stands("R1", 700, RefundState::Reserved);
    assert_eq!(refunds_of(&ledger).await, [kept]);
}

#[tokio::test]
async fn a_refund_that_is_listed_after_all_is_confirmed_instead_of_cancelled() {
    let server = Server::always(listing(&[("R1", "7.00")])).await;
    let ledger = reserved().await;
    pass(PaytrClient::CANCEL_REFUNDS_AFTER).await;
    let record = first_record(&ledger).await;
    let decision = server.client().cancel_refund(&*ledger, &record).await;
    assert!(matches!(
        decision.unwrap(),
        RefundDecision::Executed { amount } if amount == lira(700)
    ));
    assert_eq!(
        refunds_of(&ledger).await,
        [stands("R1", 700, RefundState::Executed)]
    );
}
