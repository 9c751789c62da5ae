//! How replies are read: with the tolerance they need and no more. Whoever asks for it sees every
//! reply as it came, before it is read.

use std::sync::{Arc, Mutex};

use paytr_core::api::{
    Answer, DecodeError, Endpoint as _, IframeToken, OrderStatus, Refund, Refusal, StatusInquiry,
};
use paytr_core::wire::PaidBy;
use paytr_core::{Currency, Money, PaytrClient, PaytrError};

use crate::common::server::{Server, ok, reply};
use crate::common::shop::lira;
use crate::common::{card_request, credentials, oid};

fn token(body: &str) -> Result<Answer<IframeToken>, DecodeError> {
    card_request("A1").decode(body.as_bytes())
}

fn status(body: &str) -> Result<Answer<OrderStatus>, DecodeError> {
    let order = oid("A1");
    StatusInquiry { order }.decode(body.as_bytes())
}

fn paid(body: &str) -> OrderStatus {
    match status(body) {
        Ok(Answer::Success(status)) => status,
        other => panic!("{other:?}"),
    }
}

fn refusal<R: std::fmt::Debug>(answer: Result<Answer<R>, DecodeError>) -> Refusal {
    match answer {
        Ok(Answer::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

/// A reply to a status inquiry with these members instead of the usual ones.
fn status_with(members: &str) -> String {
    format!(r#"{{"status":"success","payment_amount":"10.01","payment_total":"10.01",{members}}}"#)
}

#[test]
fn a_token_is_read_with_a_byte_order_mark_as_a_number_and_beside_unknown_fields() {
    for (body, expected) in [
        (r#"{"status":"success","token":"a1b2c3"}"#, "a1b2c3"),
        (
            "\u{feff}{\"status\":\"success\",\"token\":\"a1b2c3\"}",
            "a1b2c3",
        ),
        (" \r\n{\"token\":\"a\",\"status\":\"success\"}\n", "a"),
        (r#"{"status":"success","token":123456}"#, "123456"),
        (r#"{"Status":"success","token":"a","new":{"x":[1]}}"#, "a"),
    ] {
        match token(body) {
            Ok(Answer::Success(token)) => {
                assert_eq!(token.as_str(), expected, "{body}");
                assert_eq!(token.raw().text("token").as_deref(), Some(expected));
            }
            other => panic!("{body}: {other:?}"),
        }
    }
}

#[test]
fn a_reply_of_no_known_shape_is_an_error_and_never_a_success() {
    let missing = |name| DecodeError::Missing { name };
    for (body, error) in [
        ("", DecodeError::NotJson),
        ("<html><title>Bakım</title></html>", DecodeError::NotJson),
        (r#"{"status":"success","token":"a"#, DecodeError::NotJson),
        (r#"{"status":"success","token":"a"}x"#, DecodeError::NotJson),
        (r#"["success"]"#, DecodeError::NotAnObject),
        (r#""success""#, DecodeError::NotAnObject),
        ("null", DecodeError::NotAnObject),
        ("{}", missing("status")),
        (r#"{"token":"a1b2c3"}"#, missing("status")),
        (r#"{"status":null,"token":"a"}"#, missing("status")),
        (r#"{"status":"success"}"#, missing("token")),
        (r#"{"status":"success","token":""}"#, missing("token")),
        (r#"{"status":"success","token":null}"#, missing("token")),
        (r#"{"status":"success","token":["a"]}"#, missing("token")),
        (
            r#"{"status":"Success","token":"a"}"#,
            DecodeError::Value { name: "status" },
        ),
        (
            r#"{"status":"","token":"a"}"#,
            DecodeError::Value { name: "status" },
        ),
        (
            r#"{"status":1,"token":"a"}"#,
            DecodeError::Value { name: "status" },
        ),
    ] {
        assert_eq!(token(body).unwrap_err(), error, "{body}");
    }
}

#[test]
fn a_refusal_keeps_its_code_as_text_and_its_message() {
    let refused = refusal(token(
        r#"{"status":"failed","reason":"Zorunlu alan degeri gecersiz: merchant_id"}"#,
    ));
    assert_eq!(
        (refused.scope, refused.code.as_deref()),
        ("get-token", None)
    );
    assert_eq!(refused.message, "Zorunlu alan degeri gecersiz: merchant_id");
    assert!(refused.meaning().is_none());
    for (body, code) in [
        (
            r#"{"status":"error","err_no":"004","err_msg":"yok"}"#,
            Some("004"),
        ),
        (
            r#"{"status":"error","err_no":4,"err_msg":"yok"}"#,
            Some("4"), // As it came; its meaning is found all the same.
        ),
        (r#"{"status":"failed","err_msg":"yok"}"#, None),
        (
            r#"{"Status":"error","err_no":"999","err_msg":"yok"}"#,
            Some("999"),
        ),
    ] {
        let refused = refusal(status(body));
        assert_eq!(refused.code.as_deref(), code, "{body}");
        assert_eq!((refused.scope, &*refused.message), ("status", "yok"));
        let published = [Some("004"), Some("4")].contains(&code);
        assert_eq!(refused.meaning().is_some(), published, "{body}");
    }
}

#[test]
fn the_recorded_status_reply_is_read() {
    let status = paid(
        r#"{"status":"success","payment_amount":"10.01","payment_total":"10.01",
            "payment_date":"23.06.2026","currency":"TL","taksit":"0","kart_marka":"",
            "masked_pan":null,"odeme_tipi":"KART","test_mode":"1","net_tutar":"0.00",
            "kesinti_tutari":"0.00","returns":[]}"#,
    );
    assert_eq!(
        (status.payment_amount, status.payment_total),
        (lira(1_001), lira(1_001))
    );
    assert_eq!(status.test_mode, Some(true));
    assert_eq!(status.paid_by, Some(PaidBy::Card));
    assert_eq!(status.installments, Some(1));
    assert_eq!(status.card_program, None);
    assert_eq!((&status.masked_pan, status.returns.len()), (&None, 0));
    assert_eq!(status.raw().get("net_tutar").unwrap(), "0.00");
}

#[test]
fn amounts_are_read_with_a_comma_a_dot_neither_and_as_numbers() {
    for (text, minor_units) in [
        (r#""10,8""#, 1_080),
        (r#""10.8""#, 1_080),
        (r#""10.01""#, 1_001),
        (r#""100""#, 10_000),
        ("100", 10_000),
        ("10.8", 1_080),
        ("10.01", 1_001),
    ] {
        let body =
            format!(r#"{{"status":"success","payment_amount":{text},"payment_total":{text}}}"#);
        assert_eq!(paid(&body).payment_total, lira(minor_units), "{text}");
    }
    for wrong in [
        r#""""#,
        "null",
        r#""-9""#,
        r#""1.000,00""#,
        r#""10.015""#,
        "10.015",
        r#""1e3""#,
        "[]",
    ] {
        let body =
            format!(r#"{{"status":"success","payment_amount":"1","payment_total":{wrong}}}"#);
        assert!(status(&body).is_err(), "{wrong}");
    }
    assert!(status(r#"{"status":"success"}"#).is_err());
}

#[test]
fn the_currency_of_a_status_defaults_to_lira_and_is_never_guessed() {
    for (member, currency) in [
        (r#""currency":"TL""#, Currency::TRY),
        (r#""currency":"TRY""#, Currency::TRY),
        (r#""currency":"""#, Currency::TRY),
        (r#""currency":null"#, Currency::TRY),
        (r#""other":1"#, Currency::TRY),
        (r#""currency":"EUR""#, Currency::EUR),
    ] {
        let money = Money::new(1_001, currency);
        assert_eq!(paid(&status_with(member)).payment_total, money, "{member}");
    }
    for member in [
        r#""currency":"tl""#,
        r#""currency":"₺""#,
        r#""currency":949"#,
    ] {
        assert!(status(&status_with(member)).is_err(), "{member}");
    }
}

#[test]
fn a_refund_without_a_readable_amount_is_an_error_and_never_zero() {
    for none in ["[]", "null", r#""""#, "{}"] {
        let body = status_with(&format!(r#""returns":{none}"#));
        assert!(paid(&body).returns.is_empty(), "{none}");
    }
    for unreadable in [
        r#"[{"reference_no":"R1"}]"#,
        r#"[{"return_amount":""}]"#,
        r#"[{"return_amount":null}]"#,
        r#"[{"return_amount":"-1"}]"#,
        r#"[{"return_amount":"x"}]"#,
        r#"[{"return_amount":"1.00"},{"reference_no":"R2"}]"#,
        r#"[{"refund_amount":"100"}]"#,
        r#"["1.00"]"#,
        "[null]",
        r#"{"return_amount":"1.00"}"#,
        r#"{"0":{"return_amount":"1.00"},"2":{"reference_no":"R2"}}"#,
        r#"{"0":{"return_amount":"1.00"},"total":{"return_amount":"1.00"}}"#,
        r#"{"0":"1.00"}"#,
        r#""1.00""#,
        "7",
    ] {
        let body = status_with(&format!(r#""returns":{unreadable}"#));
        assert!(status(&body).is_err(), "{unreadable}");
    }
    let body = status_with(
        r#""returns":[{"return_amount":"6,5","return_date":"2026-06-23 12:00:00","reference_no":"R1"},
                      {"return_amount":2}]"#,
    );
    let returns = paid(&body).returns;
    assert_eq!(
        (returns[0].amount, returns[1].amount),
        (lira(650), lira(200))
    );
    assert_eq!(returns[0].reference_no.as_deref(), Some("R1"));
}

/// How PHP writes a list of which an entry was removed.
#[test]
fn refunds_under_numbered_keys_are_a_list() {
    let body = status_with(
        r#""returns":{"10":{"return_amount":"3.00","reference_no":"R3"},
                      "0":{"return_amount":"6,5","reference_no":"R1"},
                      "2":{"return_amount":2,"reference_no":"R2"}}"#,
    );
    let status = paid(&body);
    let references: Vec<_> = status
        .returns
        .iter()
        .filter_map(|entry| entry.reference_no.as_deref())
        .collect();
    assert_eq!(references, ["R1", "R2", "R3"]);
    assert_eq!(status.refunded(), lira(1_150));
}

#[test]
fn the_mode_of_a_status_is_read_as_text_and_as_a_number() {
    for (member, mode) in [
        (r#""test_mode":"0""#, Some(false)),
        (r#""test_mode":0"#, Some(false)),
        (r#""test_mode":"1""#, Some(true)),
        (r#""test_mode":1"#, Some(true)),
        (r#""other":1"#, None),
    ] {
        assert_eq!(paid(&status_with(member)).test_mode, mode, "{member}");
    }
}

#[tokio::test]
async fn an_unreadable_reply_keeps_its_beginning_and_its_status() {
    let page = format!("<html>{}</html>", "ş".repeat(5_000));
    let server = Server::always(ok(&page)).await;
    let error = server
        .client()
        .iframe_token(&card_request("A1"))
        .await
        .unwrap_err();
    let PaytrError::Undecodable {
        status,
        body,
        cause,
        ..
    } = error
    else {
        panic!("{error:?}");
    };
    assert_eq!((status, cause), (200, DecodeError::NotJson));
    assert!(body.as_str().starts_with("<html>ş"));
    assert!(body.as_str().len() <= 2_050);
}

#[tokio::test]
async fn an_error_in_the_body_counts_whatever_the_status_below_500() {
    for line in [
        "200 OK",
        "400 Bad Request",
        "403 Forbidden",
        "404 Not Found",
    ] {
        let server = Server::always(reply(line, r#"{"status":"failed","reason":"no"}"#)).await;
        let error = server
            .client()
            .iframe_token(&card_request("A1"))
            .await
            .unwrap_err();
        assert!(
            matches!(&error, PaytrError::Refused(no) if no.message == "no"),
            "{line}"
        );
    }
    let server = Server::always(reply("404 Not Found", "not found")).await;
    let error = server
        .client()
        .iframe_token(&card_request("A1"))
        .await
        .unwrap_err();
    assert!(
        matches!(error, PaytrError::Undecodable { status: 404, .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn replies_are_shown_as_they_came_whatever_they_say() {
    let refused = r#"{ "status":"error","err_no":"004" }"#;
    for body in [refused, "<html>", "\u{feff}{\"status\": \"success\"}"] {
        let server = Server::always(ok(body)).await;
        let seen = Arc::<Mutex<Vec<_>>>::default();
        let kept = seen.clone();
        let client = PaytrClient::builder(credentials())
            .base_url(server.base_url().clone())
            .inspect_replies(move |reply| {
                kept.lock()
                    .unwrap()
                    .push((reply.path, reply.status, reply.body.to_vec()));
            })
            .build()
            .unwrap();
        let _ = client.send(&StatusInquiry { order: oid("A1") }).await;
        let _ = client
            .send(&Refund::new(oid("A1"), Money::new(100, Currency::TRY)))
            .await;
        let seen = seen.lock().unwrap().clone();
        let body = body.as_bytes().to_vec();
        assert_eq!(
            seen,
            [
                ("/odeme/durum-sorgu", 200, body.clone()),
                ("/odeme/iade", 200, body)
            ]
        );
    }
}
