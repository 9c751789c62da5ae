//! The refund: what is posted, and how its replies are read.

use paytr_core::api::{
    Answer, DecodeError, Endpoint as _, InvalidRequest, ReferenceNo, Refund, RefundReceipt,
};
use paytr_core::client::{RefundError, RefundProof};
use paytr_core::errors::{ErrorTable, RefundFailure};
use paytr_core::{Money, PaytrError};

use crate::common::server::{Answer as Served, Server, assert_posted, client_of_nobody, ok, reply};
use crate::common::shop::lira;
use crate::common::{credentials, oid};

/// 11.97 lira of `SIPARIS0001`.
fn refund() -> Refund {
    let reference = ReferenceNo::new("IADE0001").unwrap();
    Refund::new(oid("SIPARIS0001"), lira(1_197)).reference(reference)
}

fn receipt(body: &str) -> Result<Answer<RefundReceipt>, DecodeError> {
    refund().decode(body.as_bytes())
}

#[tokio::test]
async fn a_refund_is_posted_byte_for_byte_with_its_reference() {
    let server = Server::always(ok(
        r#"{"status":"success","is_test":"1","merchant_oid":"SIPARIS0001",
            "return_amount":"11.97","reference_no":"IADE0001"}"#,
    ))
    .await;
    let refunded = server.client().refund(&refund()).await.unwrap();
    assert_eq!(refunded.amount(), lira(1_197));
    assert_eq!(refunded.proof(), RefundProof::Reply);
    assert_eq!(refunded.order().as_str(), "SIPARIS0001");
    assert_eq!(refunded.reference().as_str(), "IADE0001");
    assert_eq!(refunded.receipt().unwrap().test_mode, Some(true));
    assert_posted(
        &server,
        "/odeme/iade",
        "merchant_id=123456&merchant_oid=SIPARIS0001&return_amount=11.97&reference_no=IADE0001\
         &paytr_token=9YG82DuLr8Imf5pFMjVS4dqrUZJZ07r7VYCNDR7NnJU%3D",
    );
}

#[test]
fn a_refund_without_a_reference_gets_one_that_is_new_each_time() {
    let [first, second] = [1, 2].map(|_| Refund::new(oid("A1"), lira(100)));
    assert_ne!(first.reference, second.reference);
    let form = first.form(&credentials()).unwrap();
    assert_eq!(form.get("reference_no"), Some(first.reference.as_str()));
    assert_eq!(first.reference.as_str().len(), 24);
    // The same request gives the same bytes, however often it is asked for them.
    assert_eq!(form, first.form(&credentials()).unwrap());
}

#[tokio::test]
async fn an_amount_that_cannot_be_refunded_is_not_sent() {
    let server = Server::always(ok("{}")).await;
    let yen = "JPY".parse().unwrap();
    for (field, amount) in [
        ("return_amount", lira(0)),
        ("return_amount", lira(100_000_000_000)),
        ("currency", Money::new(100, yen)),
    ] {
        let error = server
            .client()
            .refund(&Refund::new(oid("A1"), amount))
            .await;
        let RefundError::NotRefunded(PaytrError::Invalid(invalid)) = error.unwrap_err() else {
            panic!("{amount}");
        };
        assert!(invalid.to_string().contains(field), "{invalid}");
        assert!(matches!(
            invalid,
            InvalidRequest::Range { .. } | InvalidRequest::Shape { .. }
        ));
    }
    assert!(server.requests().is_empty());
}

#[test]
fn a_yes_is_read_in_every_recorded_spelling() {
    for (body, amount, test_mode) in [
        (r#"{"status":"success"}"#, None, None),
        (
            r#"{"status":"success","is_test":1,"merchant_oid":"SIPARIS0001","return_amount":11.97,
                "reference_no":null}"#,
            Some(1_197),
            Some(true),
        ),
        (
            "\u{feff}{\"Status\":\"success\",\"is_test\":\"0\",\"return_amount\":\"11,97\",\"x\":{}}",
            Some(1_197),
            Some(false),
        ),
        (
            r#"{"status":"success","is_test":"maybe","return_amount":"much"}"#,
            None,
            None,
        ),
    ] {
        let Ok(Answer::Success(receipt)) = receipt(body) else {
            panic!("{body}");
        };
        assert_eq!(receipt.amount, amount.map(lira), "{body}");
        assert_eq!(receipt.test_mode, test_mode, "{body}");
        assert!(receipt.raw().text("status").is_some() || receipt.raw().get("Status").is_some());
    }
}

#[test]
fn a_yes_to_another_request_is_no_answer() {
    for (name, body) in [
        (
            "merchant_oid",
            r#"{"status":"success","merchant_oid":"SIPARIS0002"}"#,
        ),
        (
            "reference_no",
            r#"{"status":"success","reference_no":"IADE0002"}"#,
        ),
        ("status", r#"{"status":"Success"}"#),
    ] {
        assert_eq!(receipt(body).unwrap_err(), DecodeError::Value { name });
    }
    let missing = DecodeError::Missing { name: "status" };
    assert_eq!(receipt("{}").unwrap_err(), missing);
    assert_eq!(receipt("").unwrap_err(), DecodeError::NotJson);
}

#[tokio::test]
async fn a_no_is_a_no_with_its_meaning_and_nothing_is_asked_for() {
    for meaning in ErrorTable::Refund.rows() {
        let body = format!(
            r#"{{"status":"error","err_no":"{}","err_msg":"canli metin"}}"#,
            meaning.code
        );
        let server = Server::always(ok(&body)).await;
        let error = server.client().refund(&refund()).await.unwrap_err();
        let RefundError::NotRefunded(PaytrError::Refused(refused)) = error else {
            panic!("{error:?}");
        };
        assert_eq!(refused.meaning(), Some(meaning));
        assert_eq!(
            (refused.scope, &*refused.message),
            ("refund", "canli metin")
        );
        assert_eq!(refused.raw().text("err_no").as_deref(), Some(meaning.code));
        assert_eq!(server.requests().len(), 1, "{}", meaning.code);
    }
    // The page names "failed" too, for an unknown order.
    let server = Server::always(reply("404 Not Found", r#"{"status":"failed"}"#)).await;
    let error = server.client().refund(&refund()).await.unwrap_err();
    assert!(
        matches!(error, RefundError::NotRefunded(PaytrError::Refused(_))),
        "{error:?}"
    );
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn only_three_refusals_are_worth_another_try() {
    let later: Vec<_> = ErrorTable::Refund
        .rows()
        .iter()
        .map(|meaning| meaning.code)
        .filter(|code| RefundFailure::from(*code).may_succeed_later())
        .collect();
    assert_eq!(later, ["000", "007", "010"]);
    let new = RefundFailure::from("012");
    assert_eq!((new.code(), new.may_succeed_later()), ("012", false));
}

#[tokio::test]
async fn a_refused_connection_means_that_nothing_was_refunded() {
    let error = client_of_nobody()
        .await
        .refund(&refund())
        .await
        .unwrap_err();
    assert!(
        matches!(error, RefundError::NotRefunded(PaytrError::NotSent(_))),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_redirect_of_a_refund_is_not_followed() {
    let target = Server::always(ok(r#"{"status":"success"}"#)).await;
    for status in ["301 Moved", "307 Temporary", "308 Permanent"] {
        let text = format!(
            "HTTP/1.1 {status}\r\nlocation: {}/odeme/iade\r\ncontent-length: 0\r\n\
             connection: close\r\n\r\n",
            target.base_url()
        );
        let server = Server::always(Served::Bytes(text.into_bytes())).await;
        let error = server.client().refund(&refund()).await.unwrap_err();
        assert!(matches!(error, RefundError::Unknown(_)), "{error:?}");
        assert_eq!(server.posts_to("/odeme/iade"), 1, "{status}");
    }
    assert!(target.requests().is_empty());
}
