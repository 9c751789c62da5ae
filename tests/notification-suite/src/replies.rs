//! What PayTR is answered, byte for byte, over real connections.

use paytr_core::Credentials;
use paytr_core::testing::PaymentNotification;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::gates::PRICE;
use crate::http::{self, Answer, FORM};
use crate::payments::{Shop, request, success};
use crate::{credentials, paths};

/// The tests of [`replies`](crate::replies), of a server of [`payments::Shop`](Shop).
#[macro_export]
macro_rules! reply_tests {
    (#[$test:meta] $serve:path) => {
        $crate::one_test_per_rule! { #[$test] $serve, $crate::payments::Shop, replies:
            a_settled_payment_is_answered_with_exactly_ok,
            a_repeated_payment_is_ok_and_the_handler_does_not_run,
            other_methods_are_405_and_name_post,
            only_a_plain_urlencoded_form_is_read,
            sixteen_kibibytes_pass_and_one_byte_more_does_not,
            a_chunked_body_is_held_to_the_same_limit,
            a_body_slower_than_the_deadline_is_408,
            a_content_length_that_lies_never_reaches_the_handler,
            forged_malformed_and_mismatched_payments_are_400_with_their_text,
            a_second_delivery_while_the_first_is_handled_is_503_with_retry_after,
        }
    };
}

/// And the order is paid, and the handler has run.
pub async fn a_settled_payment_is_answered_with_exactly_ok(shop: &Shop) {
    shop.post(&success("SHOP0001")).await.assert_exactly_ok();
    assert!(shop.is_paid().await);
    assert_eq!(shop.probe.runs(), 1);
}

/// The first delivery ran it.
pub async fn a_repeated_payment_is_ok_and_the_handler_does_not_run(shop: &Shop) {
    for _ in 0..3 {
        assert_eq!(shop.post(&success("SHOP0001")).await.body, "OK");
    }
    assert_eq!(shop.probe.runs(), 1);
}

fn custom(method: &str, headers: &str) -> Vec<u8> {
    http::request(method, paths::PAYMENTS, headers, &success("SHOP0001"))
}

/// Even with a genuine payment in the body.
pub async fn other_methods_are_405_and_name_post(shop: &Shop) {
    for method in ["GET", "PUT", "OPTIONS", "DELETE", "PATCH", "HEAD"] {
        let answer = shop.exchange(custom(method, FORM)).await;
        assert_eq!(answer.status, 405, "{method}");
        assert!(answer.head.contains("allow: post"), "{method}: {answer:?}");
    }
    assert_eq!(shop.probe.runs(), 0);
}

/// No other type, no second type, no encoding; a charset changes nothing.
pub async fn only_a_plain_urlencoded_form_is_read(shop: &Shop) {
    let gzip = format!("{FORM}Content-Encoding: gzip\r\n");
    let twice = format!("{FORM}Content-Type: text/plain\r\n");
    let refused = [
        "",
        "Content-Type: application/json\r\n",
        "Content-Type: multipart/form-data; boundary=x\r\n",
        &gzip,
        &twice,
    ];
    for headers in refused {
        let answer = shop.exchange(custom("POST", headers)).await;
        assert_eq!(answer.status, 415, "{headers:?}");
    }
    assert_eq!(shop.probe.runs(), 0);
    let with_charset = FORM.replace("\r\n", "; charset=UTF-8\r\n");
    let answer = shop.exchange(custom("POST", &with_charset)).await;
    assert_eq!(answer.body, "OK");
}

/// Of a body whose length is announced.
pub async fn sixteen_kibibytes_pass_and_one_byte_more_does_not(shop: &Shop) {
    let padded = |length: usize| {
        let body = format!("{}&padding=", success("SHOP0001"));
        format!("{body}{}", "x".repeat(length - body.len()))
    };
    let limit = 16 * 1024;
    assert_eq!(shop.post(&padded(limit + 1)).await.status, 413);
    assert_eq!(shop.probe.runs(), 0);
    assert_eq!(shop.post(&padded(limit)).await.body, "OK");
}

/// Though its length is not announced.
pub async fn a_chunked_body_is_held_to_the_same_limit(shop: &Shop) {
    let path = paths::PAYMENTS;
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: shop\r\n{FORM}Connection: close\r\n\
         Transfer-Encoding: chunked\r\n\r\n"
    );
    let mut stream = shop.connect().await;
    stream.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..17 {
        let chunk = format!("400\r\n{}\r\n", "x".repeat(1024));
        // The server may have answered and closed already.
        if stream.write_all(chunk.as_bytes()).await.is_err() {
            break;
        }
    }
    let answer = Answer::read(&mut stream).await;
    assert_eq!(answer.status, 413, "{answer:?}");

    let body = success("SHOP0001");
    let chunked = format!("{head}{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    assert_eq!(shop.exchange(chunked).await.body, "OK");
}

/// Its last byte never comes.
pub async fn a_body_slower_than_the_deadline_is_408(shop: &Shop) {
    let whole = request(&success("SHOP0001"));
    let mut stream = shop.connect().await;
    let (most, _never_sent) = whole.split_at(whole.len() - 1);
    stream.write_all(most).await.unwrap();
    let answer = Answer::read(&mut stream).await;
    assert_eq!(answer.status, 408, "{answer:?}");
    assert_eq!(shop.probe.runs(), 0);
}

/// One that is too short, and one that is too long.
pub async fn a_content_length_that_lies_never_reaches_the_handler(shop: &Shop) {
    let body = success("SHOP0001");
    let announcing = |length: usize| {
        let honest = format!("Content-Length: {}", body.len());
        let whole = String::from_utf8(request(&body)).unwrap();
        assert!(whole.contains(&honest));
        whole.replace(&honest, &format!("Content-Length: {length}"))
    };
    // Too short: the rest of the hash is cut off.
    let short = announcing(body.len() - 6);
    assert_eq!(shop.exchange(short).await.status, 400);
    // Too long: the sender closes before the announced end.
    let long = announcing(body.len() + 6);
    let mut stream = shop.connect().await;
    stream.write_all(long.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest).await;
    assert_eq!(shop.probe.runs(), 0);
}

/// And never reach the handler.
pub async fn forged_malformed_and_mismatched_payments_are_400_with_their_text(shop: &Shop) {
    let stranger = Credentials::new("123456", "x9Y8z7W6v5U4t3S2", "qR8sT1uV4wX7yZ0a").unwrap();
    let forged = PaymentNotification::success("SHOP0001", PRICE).sign(&stranger);
    let less = PaymentNotification::success("SHOP0001", PRICE - 1).sign(&credentials());
    let euro = PaymentNotification::success("SHOP0001", PRICE)
        .field("currency", "EUR")
        .sign(&credentials());
    let unknown = PaymentNotification::success("NOBODYS1", PRICE).sign(&credentials());
    let cases = [
        (forged.to_body(), "bad hash"),
        ("{}".to_owned(), "bad request"),
        (String::new(), "bad request"),
        (less.to_body(), "amount mismatch"),
        (euro.to_body(), "amount mismatch"),
        (unknown.to_body(), "unknown order"),
    ];
    for (body, why) in cases {
        let answer = shop.post(&body).await;
        assert_eq!(answer.status, 400, "{why}");
        assert_eq!(answer.body, format!("PAYTR notification failed: {why}"));
    }
    assert_eq!(shop.probe.runs(), 0);
}

/// And the first is answered once its handler ends.
pub async fn a_second_delivery_while_the_first_is_handled_is_503_with_retry_after(shop: &Shop) {
    shop.probe.close_door();
    let mut first = shop.connect().await;
    let notification = request(&success("SHOP0001"));
    first.write_all(&notification).await.unwrap();
    shop.until_the_handler_runs().await;
    let second = shop.post(&success("SHOP0001")).await;
    assert_eq!(second.status, 503);
    assert_eq!(second.body, "PAYTR notification failed: in progress");
    assert!(second.head.contains("retry-after: "), "{second:?}");
    shop.probe.open_door();
    assert_eq!(Answer::read(&mut first).await.body, "OK");
}
