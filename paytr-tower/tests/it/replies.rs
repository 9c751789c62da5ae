//! What PayTR is answered, byte for byte, over real connections.

use std::time::Duration;

use crate::support::{Answer, Handler, PATH, Shop, credentials, request, success};
use axum::http::StatusCode;
use paytr_core::OrderState;
use paytr_core::paid_once::HandlerFailure;
use paytr_core::testing::PaymentNotification;
use tokio::io::AsyncWriteExt;

const FORM: &str = "application/x-www-form-urlencoded";

async fn ready_shop() -> Shop {
    Shop::start(Handler::answering(StatusCode::OK)).await
}

fn custom(method: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "{method} {PATH} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\nContent-Length: {length}\r\n\
         {headers}\r\n{body}"
    )
    .into_bytes()
}

#[tokio::test]
async fn a_settled_payment_is_answered_with_exactly_ok() {
    let shop = ready_shop().await;
    let answer = shop.post(&success("SHOP0001")).await;
    assert_eq!((answer.status, &*answer.body), (200, "OK"));
    assert!(
        answer
            .head
            .contains("content-type: text/plain; charset=utf-8"),
        "{answer:?}"
    );
    assert!(answer.head.contains("content-length: 2"), "{answer:?}");
    assert!(matches!(
        shop.state("SHOP0001").await,
        OrderState::Paid { .. }
    ));
    assert_eq!(shop.handler.runs(), 1);
}

#[tokio::test]
async fn a_repeated_payment_is_ok_and_the_handler_does_not_run() {
    let shop = ready_shop().await;
    for _ in 0..3 {
        assert_eq!(shop.post(&success("SHOP0001")).await.body, "OK");
    }
    assert_eq!(shop.handler.runs(), 1);
}

#[tokio::test]
async fn other_methods_are_405_and_name_post() {
    let shop = ready_shop().await;
    for method in ["GET", "PUT", "OPTIONS", "DELETE", "PATCH", "HEAD"] {
        let answer = shop
            .exchange(&custom(
                method,
                &format!("Content-Type: {FORM}\r\n"),
                &success("SHOP0001"),
            ))
            .await;
        assert_eq!(answer.status, 405, "{method}");
        assert!(answer.head.contains("allow: post"), "{method}: {answer:?}");
    }
    assert_eq!(shop.handler.runs(), 0);
}

#[tokio::test]
async fn only_a_plain_urlencoded_form_is_read() {
    let shop = ready_shop().await;
    let refused = [
        "",
        "Content-Type: application/json\r\n",
        "Content-Type: multipart/form-data; boundary=x\r\n",
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Encoding: gzip\r\n",
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Type: text/plain\r\n",
    ];
    for headers in refused {
        let answer = shop
            .exchange(&custom("POST", headers, &success("SHOP0001")))
            .await;
        assert_eq!(answer.status, 415, "{headers:?}");
    }
    assert_eq!(shop.handler.runs(), 0);
    let with_charset = format!("Content-Type: {FORM}; charset=UTF-8\r\n");
    let answer = shop
        .exchange(&custom("POST", &with_charset, &success("SHOP0001")))
        .await;
    assert_eq!(answer.body, "OK");
}

#[tokio::test]
async fn sixteen_kibibytes_pass_and_one_byte_more_does_not() {
    let shop = ready_shop().await;
    let padded = |length: usize| {
        let body = format!("{}&padding=", success("SHOP0001"));
        format!("{body}{}", "x".repeat(length - body.len()))
    };
    let limit = 16 * 1024;
    assert_eq!(shop.post(&padded(limit + 1)).await.status, 413);
    assert_eq!(shop.handler.runs(), 0);
    assert_eq!(shop.post(&padded(limit)).await.body, "OK");
}

#[tokio::test]
async fn a_chunked_body_is_held_to_the_same_limit() {
    let shop = ready_shop().await;
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nHost: shop\r\nContent-Type: {FORM}\r\nConnection: close\r\n\
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
    assert_eq!(shop.exchange(chunked.as_bytes()).await.body, "OK");
}

#[tokio::test]
async fn a_body_slower_than_the_deadline_is_408() {
    let deadline = Duration::from_millis(200);
    let shop = Shop::start_with(
        Handler::answering(StatusCode::OK),
        |gate| gate.body_deadline(deadline),
        |app| app,
    )
    .await;
    let whole = request(&success("SHOP0001"));
    let mut stream = shop.connect().await;
    let (most, _never_sent) = whole.split_at(whole.len() - 1);
    stream.write_all(most).await.unwrap();
    let answer = Answer::read(&mut stream).await;
    assert_eq!(answer.status, 408, "{answer:?}");
    assert_eq!(shop.handler.runs(), 0);
}

#[tokio::test]
async fn a_content_length_that_lies_never_reaches_the_handler() {
    let shop = ready_shop().await;
    let body = success("SHOP0001");
    // Too short: the rest of the hash is cut off.
    let short = String::from_utf8(request(&body)).unwrap().replace(
        &format!("Content-Length: {}", body.len()),
        &format!("Content-Length: {}", body.len() - 6),
    );
    assert_eq!(shop.exchange(short.as_bytes()).await.status, 400);
    // Too long: the sender closes before the announced end.
    let long = String::from_utf8(request(&body)).unwrap().replace(
        &format!("Content-Length: {}", body.len()),
        &format!("Content-Length: {}", body.len() + 6),
    );
    let mut stream = shop.connect().await;
    stream.write_all(long.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut rest = Vec::new();
    let _ = tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut rest).await;
    assert_eq!(shop.handler.runs(), 0);
}

#[tokio::test]
async fn forged_malformed_and_mismatched_payments_are_400_with_their_text() {
    let shop = ready_shop().await;
    let stranger = paytr_core::Credentials::new("123456", "x9Y8z7W6v5U4t3S2", "qR8sT1uV4wX7yZ0a");
    let forged = PaymentNotification::success("SHOP0001", 3_456).sign(&stranger.unwrap());
    let less = PaymentNotification::success("SHOP0001", 3_455).sign(&credentials());
    let euro = PaymentNotification::success("SHOP0001", 3_456)
        .field("currency", "EUR")
        .sign(&credentials());
    let unknown = PaymentNotification::success("NOBODYS1", 3_456).sign(&credentials());
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
    assert_eq!(shop.handler.runs(), 0);
}

#[tokio::test]
async fn a_handler_that_does_not_answer_2xx_is_not_settled_and_its_body_is_not_shown() {
    for status in [
        StatusCode::INTERNAL_SERVER_ERROR,
        StatusCode::FOUND,
        StatusCode::NOT_FOUND,
    ] {
        let shop = Shop::start(Handler::answering(status)).await;
        for attempt in 1..=2 {
            let answer = shop.post(&success("SHOP0001")).await;
            assert_eq!(answer.status, 500, "{status}");
            assert_eq!(answer.body, "PAYTR notification failed: handler error");
            assert_eq!(
                shop.handler.runs(),
                attempt,
                "released, so that the next one runs"
            );
        }
        let OrderState::Undelivered(owed) = shop.state("SHOP0001").await else {
            panic!("the buyer has paid: {:?}", shop.state("SHOP0001").await);
        };
        assert_eq!(
            (owed.attempts, owed.last_failure),
            (2, Some(HandlerFailure::Error))
        );
    }
}

#[tokio::test]
async fn a_second_delivery_while_the_first_is_handled_is_503_with_retry_after() {
    let shop = Shop::start(Handler::waiting()).await;
    let mut first = shop.connect().await;
    first
        .write_all(&request(&success("SHOP0001")))
        .await
        .unwrap();
    shop.wait_for("the handler runs", async |shop| shop.handler.runs() == 1)
        .await;
    let second = shop.post(&success("SHOP0001")).await;
    assert_eq!(second.status, 503);
    assert_eq!(second.body, "PAYTR notification failed: in progress");
    assert!(second.head.contains("retry-after: "), "{second:?}");
    shop.handler.door.add_permits(1);
    assert_eq!(Answer::read(&mut first).await.body, "OK");
}

#[tokio::test]
async fn other_paths_pass_through_untouched() {
    let shop = ready_shop().await;
    let other = String::from_utf8(request("anything=goes"))
        .unwrap()
        .replace(PATH, "/other");
    let answer = shop.exchange(other.as_bytes()).await;
    assert_eq!((answer.status, &*answer.body), (200, "anything=goes"));
}
