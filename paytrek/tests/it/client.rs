//! Every shape of a reply, and what a caller may conclude from it.

use std::time::Instant;

use paytrek::api::{Charge, InstalmentQuery, NextStep};
use paytrek::{DecodeError, ErrorCode, PaytrekError, SaleStatus};

use crate::common::golden::{
    CHARGE_ANSWER, CREATED_TOKEN, PAID_SALE, PAID_TOKEN, SALE_ANSWER, with,
};
use crate::common::server::{Served, Server, client_of_nobody, ok, reply};
use crate::common::{golden_sale, token};

async fn read_sale(answer: Served) -> Result<SaleStatus, PaytrekError> {
    let server = Server::always(answer).await;
    let sale = server.client().sale(&token(PAID_TOKEN)).await?;
    Ok(sale.status)
}

fn is_undecodable(error: &PaytrekError, expected: DecodeError) -> bool {
    matches!(error, PaytrekError::Undecodable { cause, .. } if *cause == expected)
}

#[tokio::test]
async fn only_status_200_with_the_right_json_is_a_sale() {
    assert_eq!(read_sale(ok(PAID_SALE)).await.unwrap(), SaleStatus::Paid);
    let marked = format!("\u{feff}{PAID_SALE}");
    assert_eq!(read_sale(ok(&marked)).await.unwrap(), SaleStatus::Paid);
    for (answer, cause) in [
        (ok("<html>busy</html>"), DecodeError::NotJson),
        (ok(""), DecodeError::NotJson),
        (ok("[]"), DecodeError::NotAnObject),
        (ok("{}"), DecodeError::Missing { name: "currency" }),
        (ok(SALE_ANSWER), DecodeError::Other { name: "sale_token" }),
        (reply("201 Created", PAID_SALE), DecodeError::Status),
        (reply("202 Accepted", PAID_SALE), DecodeError::Status),
        (reply("204 No Content", ""), DecodeError::Status),
    ] {
        let error = read_sale(answer).await.unwrap_err();
        assert!(is_undecodable(&error, cause), "{cause}: {error:?}");
        assert!(error.leaves_outcome_open());
    }
}

#[tokio::test]
async fn a_sale_without_a_field_that_decides_is_no_sale() {
    for name in ["status", "amount", "currency", "order_id", "sale_token"] {
        let body = PAID_SALE.replacen(&format!("\"{name}\":"), "\"x\":", 9);
        let error = read_sale(ok(&body)).await.unwrap_err();
        assert!(
            is_undecodable(&error, DecodeError::Missing { name }),
            "{name}: {error:?}"
        );
    }
    // Everything else may be missing or null.
    let least = format!(
        r#"{{"sale_token":"{PAID_TOKEN}","order_id":1467034250,"amount":24,"currency":"TRY","status":"Paid","new_field":[1]}}"#
    );
    assert_eq!(read_sale(ok(&least)).await.unwrap(), SaleStatus::Paid);
}

#[tokio::test]
async fn a_refusal_keeps_its_status_code_and_body() {
    for (answer, status, code) in [
        (
            reply("400 Bad Request", r#"{"errors":{"amount":["invalid"]}}"#),
            400,
            None,
        ),
        (
            reply(
                "400 Bad Request",
                r#"{"error_code":30003,"error_message":"x"}"#,
            ),
            400,
            Some("30003"),
        ),
        (reply("401 Unauthorized", r#"{"error":"no"}"#), 401, None),
        (reply("404 Not Found", "<html>"), 404, None),
    ] {
        let server = Server::always(answer).await;
        let error = server
            .client()
            .create_sale(&golden_sale())
            .await
            .unwrap_err();
        let PaytrekError::Refused(refusal) = &error else {
            panic!("{error:?}")
        };
        assert_eq!(refusal.status, status);
        assert_eq!(refusal.error.code.as_ref().map(ErrorCode::as_str), code);
        assert!(!refusal.body.as_str().is_empty());
        assert!(!error.leaves_outcome_open(), "{error:?}");
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_request_that_changes_something_is_sent_once() {
    let redirect = "HTTP/1.1 302 Found\r\nlocation: /elsewhere/\r\nconnection: close\r\n\r\n";
    for answer in [
        reply("500 Internal Server Error", ""),
        reply("502 Bad Gateway", SALE_ANSWER),
        reply("408 Request Timeout", ""),
        Served::Bytes(redirect.as_bytes().to_vec()),
        Served::Bytes(b"HTTP/1.1 201 Created\r\ncontent-length: 999\r\n\r\n{\"sa".to_vec()),
        Served::Bytes(Vec::new()),
        Served::Reset(Vec::new()),
        Served::Silence,
    ] {
        let server = Server::always(answer).await;
        let error = server
            .client()
            .create_sale(&golden_sale())
            .await
            .unwrap_err();
        assert!(matches!(error, PaytrekError::Indeterminate(_)), "{error:?}");
        assert!(error.leaves_outcome_open());
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn reading_is_repeated_until_there_is_an_answer() {
    let busy = reply("503 Service Unavailable", "");
    let server = Server::scripted(vec![busy, Served::Reset(Vec::new()), ok(PAID_SALE)]).await;
    assert!(server.client().sale(&token(PAID_TOKEN)).await.is_ok());
    assert_eq!(server.requests().len(), 3);

    let server = Server::always(reply("500 Internal Server Error", "")).await;
    let error = server.client().sale(&token(PAID_TOKEN)).await.unwrap_err();
    assert!(matches!(error, PaytrekError::Indeterminate(_)));
    assert_eq!(server.requests().len(), 3);
    // A refusal is an answer.
    let server = Server::always(reply("404 Not Found", "{}")).await;
    assert!(server.client().sale(&token(PAID_TOKEN)).await.is_err());
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_redirect_is_never_followed() {
    let server = Server::always(ok(PAID_SALE)).await;
    let location = format!(
        "HTTP/1.1 301 Moved Permanently\r\nlocation: {}/api/v2/sale/{PAID_TOKEN}/\r\n\
         content-length: 0\r\nconnection: close\r\n\r\n",
        server.host()
    );
    let error = read_sale(Served::Bytes(location.into_bytes()))
        .await
        .unwrap_err();
    assert!(matches!(error, PaytrekError::Indeterminate(_)));
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn nobody_there_is_known_not_to_have_been_sent() {
    let client = client_of_nobody().await;
    let error = client.create_sale(&golden_sale()).await.unwrap_err();
    assert!(matches!(error, PaytrekError::NotSent(_)));
    assert!(!error.leaves_outcome_open());
}

#[tokio::test]
async fn a_reply_without_end_is_not_read() {
    let body = format!("{{\"a\":\"{}\"}}", "x".repeat(1024 * 1024));
    let server = Server::always(reply("201 Created", &body)).await;
    let started = Instant::now();
    let error = server
        .client()
        .create_sale(&golden_sale())
        .await
        .unwrap_err();
    assert!(matches!(error, PaytrekError::Indeterminate(_)), "{error:?}");
    assert!(started.elapsed().as_secs() < 5);
}

#[tokio::test]
async fn what_is_kept_of_an_unreadable_reply_is_short() {
    let body = format!("<html>{}", "x".repeat(10_000));
    let server = Server::always(ok(&body)).await;
    let query = InstalmentQuery::new("1".parse().unwrap());
    let error = server.client().instalments(&query).await.unwrap_err();
    let PaytrekError::Undecodable { body, status, .. } = error else {
        panic!("{error:?}")
    };
    assert_eq!((status, body.as_str().len()), (200, 2_048));
}

#[tokio::test]
async fn a_declined_charge_is_an_answer_and_an_unknown_outcome_is_not() {
    let charge = Charge::new(token(CREATED_TOKEN), crate::common::card());
    for (code, declined) in [
        ("10020", true),
        ("40006", true),
        ("20017", false),
        ("UNKNOWN_ERROR", false),
        ("77", false),
    ] {
        let no = with(
            CHARGE_ANSWER,
            "\"succeeded\":true",
            &format!("\"succeeded\":false,\"error_code\":\"{code}\""),
        );
        let server = Server::always(ok(&no)).await;
        let outcome = server.client().charge(&charge).await.unwrap();
        let answer = outcome.answer().unwrap();
        let is_declined = matches!(answer.next_step(), NextStep::Declined(_));
        assert_eq!(is_declined, declined, "{code}");
    }
}
