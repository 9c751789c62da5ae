//! Notifications: what they say, and how long they are repeated.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed step fails the test"
)]

mod support;

use std::time::Duration;

use paytr_core::{Keyring, Mode, PaymentCallback};
use paytr_sandbox::{
    ActionError, EftOutcome, NotificationState, OrderState, PhpMessageKind, Problem, Sandbox,
    TestCard,
};
use support::{FAST, LIMIT, NEVER, Shop, card, client, open, open_card, reply, sandbox, transfer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// What PHP 8.2 wrote with `html_errors`, shortened.
const PHP_FATAL: &[u8] = b"<br />\n<b>Fatal error</b>:  Uncaught Error: Call to undefined function paid() in \
    /srv/cb.php:6\nStack trace:\n#0 {main}\n  thrown in <b>/srv/cb.php</b> on line <b>6</b><br />\n";

async fn sandbox_for(shop: &Shop, pause: Duration) -> Sandbox {
    let builder = Sandbox::builder().notify_url(&shop.url).resend_every(pause);
    builder.start().await.unwrap()
}

#[tokio::test]
async fn a_paid_card_order_is_told_with_the_recorded_fields() {
    let shop = Shop::answering(vec![]).await;
    let sandbox = sandbox_for(&shop, NEVER).await;
    let mut request = card("A1");
    request.mode = Mode::Test;
    open(&sandbox, &request).await;
    sandbox
        .pay_in_installments("A1", TestCard::Visa, 2)
        .unwrap();
    sandbox.wait_until_acknowledged("A1", LIMIT).await.unwrap();
    let told = shop.received().remove(0);
    let names: Vec<_> = told.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "merchant_oid",
            "status",
            "total_amount",
            "payment_type",
            "payment_amount",
            "currency",
            "installment_count",
            "merchant_id",
            "test_mode",
            "hash"
        ]
    );
    assert_eq!(shop.field("payment_amount"), [Some("3456".to_owned())]);
    assert_eq!(shop.field("total_amount"), [Some("3560".to_owned())]);
    assert_eq!(shop.field("installment_count"), [Some("2".to_owned())]);

    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(told)
        .finish();
    let keyring = Keyring::new(sandbox.credentials());
    assert!(PaymentCallback::verify(&keyring, body.as_bytes()).is_ok());
}

#[tokio::test]
async fn a_live_order_is_told_without_test_mode() {
    let shop = Shop::answering(vec![]).await;
    let sandbox = sandbox_for(&shop, NEVER).await;
    open_card(&sandbox, "A1").await;
    sandbox.pay("A1", TestCard::Visa).unwrap();
    sandbox.wait_until_acknowledged("A1", LIMIT).await.unwrap();
    assert_eq!(shop.field("test_mode"), [None]);
}

#[tokio::test]
async fn a_transfer_is_told_without_currency_and_with_what_paytrs_modules_read() {
    let shop = Shop::answering(vec![]).await;
    let sandbox = sandbox_for(&shop, NEVER).await;
    let client = client(&sandbox);
    client.iframe_token(&transfer("E1")).await.unwrap();
    sandbox.decide_transfer("E1", EftOutcome::NotFound).unwrap();
    sandbox.decide_transfer("E1", EftOutcome::Arrived).unwrap();
    sandbox.wait_until_acknowledged("E1", LIMIT).await.unwrap();
    assert_eq!(shop.statuses(), ["failed", "success"]);
    assert_eq!(
        shop.field("failed_reason_code"),
        [Some("4".to_owned()), None]
    );
    assert_eq!(shop.field("total_amount")[1].as_deref(), Some("3456"));
    assert_eq!(shop.field("currency"), [None, None]);
    let text = |value: &str| Some(value.to_owned());
    assert_eq!(shop.field("payment_amount"), [None, text("3456")]);
    assert_eq!(shop.field("installment_count"), [None, text("1")]);
}

#[tokio::test]
async fn a_switch_leaves_out_of_a_transfer_what_paytrs_documentation_leaves_out() {
    let shop = Shop::answering(vec![]).await;
    let builder = Sandbox::builder().notify_url(&shop.url).eft_amounts(false);
    let sandbox = builder.start().await.unwrap();
    client(&sandbox)
        .iframe_token(&transfer("E1"))
        .await
        .unwrap();
    sandbox.decide_transfer("E1", EftOutcome::Arrived).unwrap();
    sandbox.wait_until_acknowledged("E1", LIMIT).await.unwrap();
    assert_eq!(shop.field("total_amount")[0].as_deref(), Some("3456"));
    for name in ["payment_amount", "installment_count", "currency"] {
        assert_eq!(shop.field(name), [None], "{name}");
    }
}

#[tokio::test]
async fn a_decline_and_a_later_success_are_both_told_in_that_order() {
    let shop = Shop::answering(vec![]).await;
    let sandbox = sandbox_for(&shop, NEVER).await;
    open_card(&sandbox, "A1").await;
    sandbox.pay("A1", TestCard::FraudAlert).unwrap();
    assert_eq!(
        sandbox.order("A1").unwrap().state,
        OrderState::Failed { code: "11" }
    );
    sandbox.pay("A1", TestCard::Troy).unwrap();
    let order = sandbox.wait_until_acknowledged("A1", LIMIT).await.unwrap();
    assert!(matches!(order.state, OrderState::Paid { total: 3_456, .. }));
    assert_eq!(shop.statuses(), ["failed", "success"]);
    assert_eq!(shop.field("total_amount")[0].as_deref(), Some("0"));
    assert_eq!(
        sandbox.pay("A1", TestCard::Visa),
        Err(ActionError::AlreadyPaid)
    );
}

#[tokio::test]
async fn every_wrong_answer_is_named_and_the_notification_comes_again_until_ok() {
    let wrong = [
        (reply("500 Internal Server Error", b"OK"), Problem::Status),
        (reply("201 Created", b"OK"), Problem::Status),
        (
            reply("302 Found\r\nlocation: https://www.shop.example/", b"OK"),
            Problem::Redirect,
        ),
        (
            reply("302 Found\r\nlocation: /login", b"OK"),
            Problem::LoginPage,
        ),
        (
            reply("200 OK", b"<form><input type=\"password\"></form>"),
            Problem::LoginPage,
        ),
        (reply("200 OK", b""), Problem::Empty),
        (reply("200 OK", b"<html>OK</html>"), Problem::Html),
        (
            reply("200 OK", b"\nNotice: x in /a.php on line 3\nOK"),
            Problem::PhpMessage,
        ),
        (
            reply("500 Internal Server Error", PHP_FATAL),
            Problem::PhpMessage,
        ),
        (reply("200 OK", b"\xEF\xBB\xBFOK"), Problem::ByteOrderMark),
        (reply("200 OK", b"OK\n"), Problem::LineBreak),
        (reply("200 OK", b" OK"), Problem::Whitespace),
        (reply("200 OK", b"{\"status\":\"OK\"}"), Problem::Json),
        (reply("200 OK", b"\"OK\""), Problem::Quotes),
        (reply("200 OK", b"ok"), Problem::LetterCase),
        (reply("200 OK", b"OKAY"), Problem::OtherText),
        (b"not HTTP at all".to_vec(), Problem::ConnectionFailed),
    ];
    let (replies, problems): (Vec<_>, Vec<_>) = wrong.into_iter().unzip();
    let shop = Shop::answering(replies).await;
    let sandbox = sandbox_for(&shop, FAST).await;
    open_card(&sandbox, "A1").await;
    sandbox.pay("A1", TestCard::Visa).unwrap();
    let order = sandbox.wait_until_acknowledged("A1", LIMIT).await.unwrap();
    let mut expected: Vec<_> = problems.into_iter().map(Some).collect();
    expected.push(None);
    let named: Vec<_> = order.attempts.iter().map(|a| a.problem).collect();
    assert_eq!(named, expected);
    let last = order.attempts.last().unwrap();
    assert!(last.acknowledged && last.reply == "OK" && last.status == Some(200));
    assert_eq!(shop.received().len(), order.attempts.len());
}

#[tokio::test]
async fn what_php_wrote_into_a_reply_is_kept_with_the_attempt() {
    // More than what is kept of a reply stands before it.
    let late = [&[b' '; 2_000][..], PHP_FATAL].concat();
    let shop = Shop::answering(vec![reply("200 OK", &late)]).await;
    let sandbox = sandbox_for(&shop, FAST).await;
    open_card(&sandbox, "A1").await;
    sandbox.pay("A1", TestCard::Visa).unwrap();
    let order = sandbox.wait_until_acknowledged("A1", LIMIT).await.unwrap();
    let message = order.attempts[0].php_message.as_ref().unwrap();
    assert_eq!(message.kind, PhpMessageKind::FatalError);
    assert_eq!(
        message.to_string(),
        "PHP Fatal error: Uncaught Error: Call to undefined function paid() in /srv/cb.php:6"
    );
    assert_eq!(order.attempts[1].php_message, None);
    let url = format!("{}/_sandbox/deliveries?subject=A1", sandbox.base_url());
    let told = support::http().get(url).send().await.unwrap();
    let told: serde_json::Value = serde_json::from_slice(&told.bytes().await.unwrap()).unwrap();
    assert_eq!(told[0]["php_message"]["kind"], "fatal_error");
    let advice = told[0]["advice"].as_str().unwrap();
    assert!(advice.contains("display_errors"), "{advice}");
}

#[tokio::test]
async fn a_shop_that_is_down_is_named_and_tried_again() {
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", closed.local_addr().unwrap());
    drop(closed);
    let builder = Sandbox::builder().notify_url(url).resend_every(FAST);
    let sandbox = builder.start().await.unwrap();
    open_card(&sandbox, "A1").await;
    sandbox.pay("A1", TestCard::Visa).unwrap();
    let order = sandbox.wait_until("A1", LIMIT, |order| order.attempts.len() >= 2);
    let attempt = order.await.unwrap().attempts.remove(0);
    assert_eq!(attempt.problem, Some(Problem::ConnectionRefused));
    assert_eq!(attempt.status, None);
}

#[tokio::test]
async fn a_shop_without_tls_behind_an_https_address_is_named() {
    let plain = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/", plain.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = plain.accept().await {
            // What a web server without TLS says to the first bytes of TLS.
            let refusal = reply("400 Bad Request", b"");
            let mut first = [0; 1024];
            let _ = stream.read(&mut first).await;
            let _ = stream.write_all(&refusal).await;
        }
    });
    let sandbox = sandbox().await;
    sandbox.set_notify_url(&url).unwrap();
    open_card(&sandbox, "A1").await;
    sandbox.pay("A1", TestCard::Visa).unwrap();
    let order = sandbox.wait_until("A1", LIMIT, |order| !order.attempts.is_empty());
    let attempt = order.await.unwrap().attempts.remove(0);
    assert_eq!(
        (attempt.problem, attempt.status),
        (Some(Problem::Tls), None)
    );
}

#[tokio::test]
async fn a_shop_that_does_not_answer_in_time_is_named() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    let builder = Sandbox::builder().notify_url(url).reply_timeout(FAST * 5);
    let sandbox = builder.start().await.unwrap();
    open_card(&sandbox, "A1").await;
    sandbox.pay("A1", TestCard::Visa).unwrap();
    let order = sandbox.wait_until("A1", LIMIT, |order| !order.attempts.is_empty());
    let attempt = order.await.unwrap().attempts.remove(0);
    assert_eq!(attempt.problem, Some(Problem::TimedOut));
}

#[tokio::test]
async fn notifications_stop_after_the_last_attempt_and_can_be_restarted() {
    let refusal = || reply("500 Internal Server Error", b"no");
    let shop = Shop::answering(vec![refusal(), refusal(), refusal()]).await;
    let builder = Sandbox::builder().notify_url(&shop.url).resend_every(FAST);
    let sandbox = builder.max_attempts(3).start().await.unwrap();
    open_card(&sandbox, "A1").await;
    sandbox.pay("A1", TestCard::Visa).unwrap();
    let stopped = sandbox
        .wait_until("A1", LIMIT, |order| {
            order.notification == Some(NotificationState::Stopped)
        })
        .await
        .unwrap();
    assert_eq!(stopped.attempts.len(), 3);
    assert_eq!(NotificationState::Stopped.turkish(), "Bildirim Durdu");
    sandbox.resend("A1").unwrap();
    let done = sandbox.wait_until_acknowledged("A1", LIMIT).await.unwrap();
    assert_eq!(done.attempts.len(), 4);
}

#[tokio::test]
async fn an_acknowledged_notification_can_be_sent_again() {
    let shop = Shop::answering(vec![]).await;
    let sandbox = sandbox_for(&shop, NEVER).await;
    open_card(&sandbox, "A1").await;
    assert_eq!(sandbox.resend("A1"), Err(ActionError::NothingToSend));
    assert_eq!(sandbox.resend("A2"), Err(ActionError::UnknownOrder));
    sandbox.pay("A1", TestCard::Visa).unwrap();
    sandbox.wait_until_acknowledged("A1", LIMIT).await.unwrap();
    sandbox.resend("A1").unwrap();
    let twice = sandbox.wait_until("A1", LIMIT, |order| order.attempts.len() == 2);
    assert!(twice.await.unwrap().attempts.iter().all(|a| a.acknowledged));
    assert_eq!(shop.statuses(), ["success", "success"]);
}

#[tokio::test]
async fn a_failure_that_is_refused_neither_holds_a_success_back_nor_follows_it() {
    let refusal = reply("500 Internal Server Error", b"no");
    let shop = Shop::answering(vec![refusal]).await;
    let sandbox = sandbox_for(&shop, NEVER).await;
    open_card(&sandbox, "A1").await;
    sandbox.pay("A1", TestCard::LimitExceeded).unwrap();
    let tried = sandbox.wait_until("A1", LIMIT, |order| order.attempts.len() == 1);
    tried.await.unwrap();
    sandbox.pay("A1", TestCard::Visa).unwrap();
    sandbox.wait_until_acknowledged("A1", LIMIT).await.unwrap();
    // The failure would have been due long ago.
    sandbox.advance_clock(NEVER);
    sandbox.resend("A1").unwrap();
    let again = sandbox.wait_until("A1", LIMIT, |order| order.attempts.len() == 3);
    again.await.unwrap();
    assert_eq!(shop.statuses(), ["failed", "success", "success"]);
}

#[tokio::test]
async fn notifications_wait_until_there_is_an_address_for_them() {
    let shop = Shop::answering(vec![]).await;
    let sandbox = support::sandbox().await;
    open_card(&sandbox, "A1").await;
    sandbox.pay("A1", TestCard::Visa).unwrap();
    let waiting = sandbox.order("A1").unwrap();
    assert_eq!(waiting.notification, Some(NotificationState::InProgress));
    assert!(waiting.attempts.is_empty());
    sandbox.set_notify_url(&shop.url).unwrap();
    sandbox.wait_until_acknowledged("A1", LIMIT).await.unwrap();
    assert!(sandbox.set_notify_url("ftp://shop.example").is_err());
}

#[tokio::test]
async fn a_page_whose_time_ran_out_fails_with_code_6() {
    let shop = Shop::answering(vec![]).await;
    let sandbox = sandbox_for(&shop, NEVER).await;
    let mut request = card("A1");
    request.timeout_minutes = Some(10);
    open(&sandbox, &request).await;
    sandbox.advance_clock(Duration::from_secs(9 * 60));
    sandbox.pay("A1", TestCard::LimitExceeded).unwrap();
    sandbox.advance_clock(Duration::from_secs(60));
    let order = sandbox
        .wait_until("A1", LIMIT, |o| o.state == OrderState::Failed { code: "6" })
        .await;
    assert!(order.is_ok(), "{order:?}");
    assert_eq!(
        sandbox.pay("A1", TestCard::Visa),
        Err(ActionError::PageClosed)
    );
    sandbox.wait_until_acknowledged("A1", LIMIT).await.unwrap();
    let codes = shop.field("failed_reason_code");
    assert_eq!(codes, [Some("0".to_owned()), Some("6".to_owned())]);
}

#[tokio::test]
async fn a_paid_page_does_not_expire() {
    let shop = Shop::answering(vec![]).await;
    let sandbox = sandbox_for(&shop, NEVER).await;
    open_card(&sandbox, "A1").await;
    sandbox.pay("A1", TestCard::Visa).unwrap();
    open_card(&sandbox, "A2").await;
    sandbox.advance_clock(NEVER);
    let expired = sandbox.wait_until_acknowledged("A2", LIMIT).await.unwrap();
    assert_eq!(expired.state, OrderState::Failed { code: "6" });
    assert!(matches!(
        sandbox.order("A1").unwrap().state,
        OrderState::Paid { .. }
    ));
    assert!(!shop.statuses().is_empty());
}
