//! What PayTR says when it is asked about an order, and what the reconciler makes of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use paytr_core::client::StatusOfOrders;
use paytr_core::inquiry::{Answer, Found, Inquiry as _};
use paytr_core::paid_once::{Decision, FailureReason, OrderRecord, Payment, ReviewReason};
use paytr_core::{
    BoxError, CallbackGate, Credentials, Disposition, Expected, Gate, Keyring, MemoryStore, Mode,
    NewOrder, OrderKey, OrderLedger as _, OrderState, VerifiedPayment, reconciler,
};

use crate::common::server::{Answer as Sent, Server, lost_replies, ok, reply};
use crate::common::shop::{Shop, failed, lira, success};
use crate::common::{credentials, oid};

fn key() -> OrderKey {
    oid("SIPARIS0001").order_key(credentials().merchant_id())
}

fn record(order: OrderKey, mode: Mode) -> OrderRecord {
    let (expected, state) = (Expected::AtLeast(lira(1_000)), OrderState::Pending);
    OrderRecord::new(order, expected, mode, None, state, std::time::UNIX_EPOCH)
}

fn paid(total: &str, more: &str) -> Sent {
    ok(&format!(
        r#"{{"status":"success","payment_amount":"10.00","payment_total":"{total}",
            "currency":"TL"{more}}}"#
    ))
}

async fn answer(sent: Sent) -> Answer {
    let server = Server::always(sent).await;
    let inquiry = StatusOfOrders::new(server.client());
    inquiry.ask(&record(key(), Mode::Live)).await
}

fn ten_lira() -> Payment {
    Payment::paid(key(), lira(1_000)).with_requested(Some(lira(1_000)))
}

#[tokio::test]
async fn a_successful_payment_is_paid_with_its_total_amount_currency_and_mode() {
    let live = Answer::Paid(vec![ten_lira()]);
    assert_eq!(answer(paid("10.00", "")).await, live);
    assert_eq!(answer(paid("10,0", r#","test_mode":"0""#)).await, live);
    assert_eq!(answer(paid("10", r#","returns":[]"#)).await, live);

    let test = Answer::Paid(vec![ten_lira().with_mode(Mode::Test)]);
    assert_eq!(answer(paid("10.00", r#","test_mode":"1""#)).await, test);

    let surcharge = Payment::paid(key(), lira(1_089)).with_requested(Some(lira(1_000)));
    let surcharge = Answer::Paid(vec![surcharge]);
    assert_eq!(answer(paid("10.89", "")).await, surcharge);
}

/// PayTR's clock may be an hour off, or its text no date at all: what is paid is paid.
#[tokio::test]
async fn the_date_of_a_payment_decides_nothing() {
    for date in [
        "2099-01-01 00:00:00",
        "1999-12-31 23:59:59",
        "31.12.2026",
        "25:61",
        "",
    ] {
        let dates = format!(r#","payment_date":"{date}","auth_date":"{date}""#);
        let paid = answer(paid("10.00", &dates)).await;
        assert_eq!(paid, Answer::Paid(vec![ten_lira()]), "{date:?}");
    }
}

#[tokio::test]
async fn no_such_payment_is_not_yet_and_never_a_failure() {
    for text in [
        "merchant_oid ile islem bulunamadi",
        "merchant_oid ile basarili odeme bulunamadi",
    ] {
        let refusal = format!(r#"{{"status":"error","err_no":"004","err_msg":"{text}"}}"#);
        assert_eq!(answer(ok(&refusal)).await, Answer::NotYet);
    }
}

#[tokio::test]
async fn a_payment_that_was_refunded_waits_for_a_person() {
    let returns = r#","returns":[{"return_amount":"1.00","return_date":"2026-06-23 10:00:00"}]"#;
    let review = Answer::Review(ten_lira(), ReviewReason::RefundedBefore);
    assert_eq!(answer(paid("10.00", returns)).await, review);
}

#[tokio::test]
async fn whatever_is_no_answer_is_unavailable() {
    let mut replies = vec![
        ok("<html>"),
        ok(r#"{"status":"success"}"#),
        ok(r#"{"status":"success","payment_amount":"10.00"}"#),
        paid("-1", ""),
        paid("10.00", r#","test_mode":"maybe""#),
        paid(
            "10.00",
            r#","returns":[{"return_date":"2026-06-23 10:00:00"}]"#,
        ),
        ok(r#"{"status":"error","err_no":"003","err_msg":"token"}"#),
        ok(r#"{"status":"error","err_no":"001","err_msg":"magaza"}"#),
        ok(r#"{"status":"failed"}"#),
        reply("302 Found", ""),
    ];
    let silence = |(_, sent): &(&str, Sent)| !matches!(sent, Sent::Silence);
    let lost = lost_replies().into_iter().filter(silence);
    replies.extend(lost.map(|(_, sent)| sent));
    for sent in replies {
        assert_eq!(answer(sent).await, Answer::Unavailable);
    }
}

#[tokio::test]
async fn an_order_of_another_merchant_or_with_another_kind_of_id_is_not_asked_about() {
    let server = Server::always(paid("10.00", "")).await;
    let inquiry = StatusOfOrders::new(server.client());
    let foreign = OrderKey::new("999999", "SIPARIS0001").unwrap();
    let foreign = inquiry.ask(&record(foreign, Mode::Live)).await;
    assert_eq!(foreign, Answer::Unavailable);
    let odd = OrderKey::new(credentials().merchant_id().as_str(), "A-1").unwrap();
    let odd = inquiry.ask(&record(odd, Mode::Live)).await;
    assert_eq!(odd, Answer::NotYet);
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn without_a_mode_in_the_reply_the_order_keeps_its_own() {
    let server = Server::always(paid("10.00", "")).await;
    let inquiry = StatusOfOrders::new(server.client());
    let answer = inquiry.ask(&record(key(), Mode::Test)).await;
    let test = Answer::Paid(vec![ten_lira().with_mode(Mode::Test)]);
    assert_eq!(answer, test);
}

/// What came of asking about `SIPARIS0001`, and how often the handler ran.
async fn found(shop: &Shop, sent: Sent) -> (Found, usize) {
    let server = Server::always(sent).await;
    let runs = Arc::new(AtomicUsize::new(0));
    let seen = runs.clone();
    let handler = move |payment: VerifiedPayment| {
        let seen = seen.clone();
        async move {
            assert_eq!(payment.merchant_oid(), "SIPARIS0001");
            assert!(payment.key_index().is_none());
            assert_eq!(payment.unsigned().iter().count(), 0);
            seen.fetch_add(1, Ordering::SeqCst);
            Ok::<_, BoxError>(())
        }
    };
    let ledger = shop.store.clone();
    let reconciler = reconciler(server.client(), &shop.gate, ledger, handler).unwrap();
    let asked = reconciler.build().ask_about(&key()).await.unwrap();
    (asked.unwrap().found, runs.load(Ordering::SeqCst))
}

#[tokio::test]
async fn a_notification_that_never_came_is_made_good_once() {
    let shop = Shop::with_order().await;
    let settled = Found::Paid(vec![(key(), Decision::Settled)]);
    assert_eq!(found(&shop, paid("10.00", "")).await, (settled, 1));
    // The late notification, and one more question.
    assert_eq!(shop.deliver(success()).await, Disposition::Duplicate);
    let again = found(&shop, paid("10.00", "")).await;
    assert_eq!(again, (Found::AlreadyPaid, 0));
}

#[tokio::test]
async fn what_paytr_says_is_held_to_the_shops_records_like_a_notification() {
    for (sent, why) in [
        (paid("9.99", ""), ReviewReason::AmountMismatch),
        (
            ok(
                r#"{"status":"success","payment_amount":"10.00","payment_total":"10.00",
                "currency":"USD"}"#,
            ),
            ReviewReason::CurrencyMismatch,
        ),
        (
            ok(
                r#"{"status":"success","payment_amount":"9.00","payment_total":"10.00",
                "currency":"TL"}"#,
            ),
            ReviewReason::AmountMismatch,
        ),
        (
            paid("10.00", r#","test_mode":"1""#),
            ReviewReason::TestPayment,
        ),
        (
            paid(
                "10.00",
                r#","returns":[{"return_amount":"10.00","return_date":"2026-06-23 10:00:00"}]"#,
            ),
            ReviewReason::RefundedBefore,
        ),
    ] {
        let shop = Shop::with_order().await;
        let (found, runs) = found(&shop, sent).await;
        assert!(!found.is_settled(), "{found:?}");
        assert_eq!((shop.reviews().await, runs), (vec![why], 0));
    }
}

#[tokio::test]
async fn a_declined_order_that_was_paid_after_all_is_paid() {
    let shop = Shop::with_order().await;
    assert_eq!(shop.deliver(failed()).await, Disposition::Settled);
    let not_yet = ok(r#"{"status":"error","err_no":"004","err_msg":"yok"}"#);
    assert_eq!(found(&shop, not_yet).await, (Found::NotYet, 0));
    let (found, runs) = found(&shop, paid("10.00", "")).await;
    assert!(found.is_settled());
    assert_eq!(runs, 1);
}

#[tokio::test]
async fn a_client_of_another_merchant_makes_no_reconciler() {
    let server = Server::always(paid("10.00", "")).await;
    let other = Credentials::new("765432", "aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a").unwrap();
    let ledger = Arc::new(MemoryStore::new());
    let gate = Gate::builder(ledger.clone(), ledger.clone())
        .build()
        .unwrap();
    let gate = CallbackGate::new(Keyring::new(other), gate);
    let handler = |_: VerifiedPayment| async { Ok::<_, BoxError>(()) };
    let refused = reconciler(server.client(), &gate, ledger, handler);
    assert!(
        refused
            .unwrap_err()
            .to_string()
            .contains("same credentials")
    );
}

#[tokio::test]
async fn a_closed_order_is_paid_by_a_late_notification() {
    let shop = Shop::new();
    let order = NewOrder::new(key(), Expected::AtLeast(lira(1_000)));
    let order = order.with_inquire_after(Duration::ZERO);
    let _ = shop.store.open(order).await.unwrap();
    let not_yet = ok(r#"{"status":"error","err_no":"004","err_msg":"yok"}"#);
    let server = Server::always(not_yet).await;
    let handler = |_: VerifiedPayment| async { Ok::<_, BoxError>(()) };
    let reconciler = reconciler(server.client(), &shop.gate, shop.store.clone(), handler);
    let reconciler = reconciler.unwrap().horizon(Duration::ZERO).build();
    let round = reconciler.round().await.unwrap();
    let found: Vec<_> = round.into_iter().map(|order| order.found).collect();
    assert_eq!(found, [Found::Closed]);
    let again = Payment::failed(key(), FailureReason::default());
    let late = shop
        .gate
        .gate()
        .receive(again, |_| async { Ok::<_, BoxError>(()) });
    assert_eq!(late.await, Decision::Duplicate);
    assert_eq!(shop.deliver(success()).await, Disposition::Settled);
}
