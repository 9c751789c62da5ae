//! The status inquiry as a second witness, inside the notification.

use std::sync::Arc;

use paytr_core::client::StatusReadBack;
use paytr_core::paid_once::{ReviewReason, TestPayments, Unavailable, WhenReadBackUnavailable};
use paytr_core::testing::PaymentNotification;
use paytr_core::{Disposition, Expected};

use crate::common::server::{Answer, Server, client_of_nobody, ok, reply};
use crate::common::shop::{Shop, failed, lira};

use WhenReadBackUnavailable::{AskAgain, Deliver};

/// A shop that knows `SIPARIS0001` for 10.00 lira and asks this server back.
async fn shop(server: &Server, policy: WhenReadBackUnavailable) -> Shop {
    shop_of(StatusReadBack::new(server.client()), policy).await
}

async fn shop_of(read_back: StatusReadBack, policy: WhenReadBackUnavailable) -> Shop {
    let shop = Shop::with(|gate| {
        gate.read_back(Arc::new(read_back), policy)
            .test_payments(TestPayments::DeliverAsIfPaid)
    });
    shop.open("SIPARIS0001", Expected::AtLeast(lira(1_000)))
        .await;
    shop
}

/// 10.00 lira in six instalments of together 10.89.
fn notification() -> PaymentNotification {
    PaymentNotification::success("SIPARIS0001", 1_089)
        .field("payment_amount", "1000")
        .field("currency", "TL")
        .field("test_mode", "0")
}

fn status(amount: &str, total: &str, currency: &str, test_mode: &str) -> Answer {
    ok(&format!(
        r#"{{"status":"success","payment_amount":"{amount}","payment_total":"{total}",
            "currency":"{currency}","test_mode":"{test_mode}"}}"#
    ))
}

#[tokio::test]
async fn a_confirmed_success_is_settled() {
    for answer in [
        status("10.00", "10.89", "TL", "0"),
        status("10,0", "10,89", "TRY", "0"),
        ok(r#"{"status":"success","payment_amount":10,"payment_total":10.89}"#),
    ] {
        for policy in [AskAgain, Deliver] {
            let server = Server::always(answer.clone()).await;
            let shop = shop(&server, policy).await;
            assert_eq!(shop.deliver(notification()).await, Disposition::Settled);
            assert_eq!(shop.runs(), 1);
            assert!(server.request().ends_with(
                "merchant_id=123456&merchant_oid=SIPARIS0001\
                 &paytr_token=ukRDd7090aiV4WopTrob1HT2Bqesz5cL4NFlzep2cgs%3D"
            ));
        }
    }
}

#[tokio::test]
async fn a_contradicted_success_is_refused_and_waits_for_a_person_under_both_policies() {
    for (what, answer) in [
        ("amount", status("9.99", "10.89", "TL", "0")),
        ("total", status("10.00", "10.88", "TL", "0")),
        ("total", status("10.00", "1089", "TL", "0")),
        ("currency", status("10.00", "10.89", "USD", "0")),
        ("mode", status("10.00", "10.89", "TL", "1")),
        (
            "refunded",
            ok(
                r#"{"status":"success","payment_amount":"10.00","payment_total":"10.89",
                "currency":"TL","test_mode":"0","returns":[{"return_amount":"1.00",
                "return_date":"2026-06-23 10:00:00"}]}"#,
            ),
        ),
        (
            "004",
            ok(r#"{"status":"error","err_no":"004","err_msg":"yok"}"#),
        ),
    ] {
        for policy in [AskAgain, Deliver] {
            let server = Server::always(answer.clone()).await;
            let shop = shop(&server, policy).await;
            let disposition = shop.deliver(notification()).await;
            assert_eq!(disposition, Disposition::AmountMismatch, "{what}");
            assert_eq!(shop.runs(), 0, "{what}");
            assert_eq!(shop.reviews().await, [ReviewReason::ReadBackContradicted]);
        }
    }
}

#[tokio::test]
async fn a_test_payment_must_be_one_at_paytr_too() {
    for (answer, expected) in [
        ("1", Disposition::Settled),
        ("0", Disposition::AmountMismatch),
    ] {
        let server = Server::always(status("10.00", "10.89", "TL", answer)).await;
        let shop = shop(&server, AskAgain).await;
        let test = PaymentNotification::success("SIPARIS0001", 1_089).field("test_mode", "1");
        assert_eq!(shop.deliver(test).await, expected);
    }
}

/// Replies that say neither yes nor no.
fn no_answers() -> Vec<Answer> {
    vec![
        reply("500 Internal Server Error", ""),
        ok("<html>"),
        ok(r#"{"status":"success"}"#),
        ok(r#"{"status":"success","payment_amount":"10.00"}"#),
        status("10.00", "10.89", "tl", "0"),
        status("10.00", "10.89", "TL", "maybe"),
        ok(r#"{"status":"error","err_no":"003","err_msg":"token"}"#),
        ok(r#"{"status":"error","err_msg":"no code"}"#),
    ]
}

#[tokio::test]
async fn an_unavailable_read_back_asks_again_or_delivers_as_the_shop_chose() {
    for answer in no_answers() {
        let server = Server::always(answer).await;
        let careful = shop(&server, AskAgain).await;
        let disposition = careful.deliver(notification()).await;
        assert_eq!(disposition, Disposition::Unavailable(Unavailable::ReadBack));
        assert_eq!(disposition.reply().status, 503);
        assert_eq!(careful.runs(), 0);
        assert!(careful.reviews().await.is_empty());
        let trusting = shop(&server, Deliver).await;
        assert_eq!(trusting.deliver(notification()).await, Disposition::Settled);
        assert_eq!(trusting.runs(), 1);
    }
    let nobody = StatusReadBack::new(client_of_nobody().await);
    let shop = shop_of(nobody, AskAgain).await;
    let disposition = shop.deliver(notification()).await;
    assert_eq!(disposition, Disposition::Unavailable(Unavailable::ReadBack));
}

#[tokio::test]
async fn a_read_back_that_comes_back_lets_the_next_delivery_pass() {
    let down = reply("503 Service Unavailable", "");
    let server = Server::scripted(vec![
        down.clone(),
        down.clone(),
        down,
        status("10.00", "10.89", "TL", "0"),
    ])
    .await;
    let shop = shop(&server, AskAgain).await;
    let first = shop.deliver(notification()).await;
    assert_eq!(first, Disposition::Unavailable(Unavailable::ReadBack));
    assert_eq!(shop.deliver(notification()).await, Disposition::Settled);
}

#[tokio::test]
async fn a_failure_and_a_wrong_amount_are_not_asked_about() {
    let server = Server::always(ok("{}")).await;
    let shop = shop(&server, AskAgain).await;
    assert_eq!(shop.deliver(failed()).await, Disposition::Settled);
    let short = PaymentNotification::success("SIPARIS0001", 1);
    assert_eq!(shop.deliver(short).await, Disposition::AmountMismatch);
    assert!(server.requests().is_empty());
}
