//! What goes over the wire, byte for byte, and how often.

use std::time::Duration;

use paytr_core::api::{IframeEft, InvalidRequest};
use paytr_core::{PaytrClient, PaytrError};

use crate::common::server::{
    Answer, Server, assert_posted, client_of_nobody, lost_replies, ok, reply,
};
use crate::common::shop::lira;
use crate::common::{buyer, card_request, credentials, oid};

const TOKEN: &str = r#"{"status":"success","token":"a1b2c3"}"#;
const STATUS: &str =
    r#"{"status":"success","payment_amount":"10.01","payment_total":"10.01","currency":"TL"}"#;

#[tokio::test]
async fn a_card_request_is_posted_byte_for_byte() {
    let server = Server::always(ok(TOKEN)).await;
    let token = server
        .client()
        .iframe_token(&card_request("SIPARIS0001"))
        .await
        .unwrap();
    assert_eq!(token.as_str(), "a1b2c3");
    assert_posted(
        &server,
        "/odeme/api/get-token",
        "merchant_id=123456&user_ip=88.255.10.20&merchant_oid=SIPARIS0001\
         &email=musteri%40example.com&payment_amount=3456\
         &user_basket=W1siw5ZybmVrIMOccsO8biAxIiwiMTguMDAiLDFdLFsixZ5pxZ9lICYgw4dhbnRhIiwiMTYuNTYiLDFdXQ%3D%3D\
         &no_installment=0&max_installment=0&currency=TL&test_mode=0\
         &user_name=Ay%C5%9Fe+Y%C4%B1lmaz&user_address=Atat%C3%BCrk+Cad.+1%2C+%C4%B0zmir\
         &user_phone=05001112233&merchant_ok_url=https%3A%2F%2Fshop.example%2Fok\
         &merchant_fail_url=https%3A%2F%2Fshop.example%2Ffail&lang=tr&debug_on=0\
         &paytr_token=unTw2ixk8Dg%2FqJZN3TSKaS0waxQ%2BU1kEd%2Fh5p2cwEL0%3D",
    );
}

#[tokio::test]
async fn an_eft_request_is_posted_byte_for_byte() {
    let server = Server::always(ok(TOKEN)).await;
    let request = IframeEft::new(oid("EFT0001"), lira(999), buyer());
    let token = server.client().iframe_token(&request).await.unwrap();
    assert_eq!(
        server.client().page_url(&token),
        format!("{}/odeme/api/a1b2c3", server.base_url())
    );
    assert_posted(
        &server,
        "/odeme/api/get-token",
        "merchant_id=123456&user_ip=88.255.10.20&merchant_oid=EFT0001\
         &email=musteri%40example.com&payment_amount=999&payment_type=eft&test_mode=0&debug_on=0\
         &paytr_token=uIgO66Ljdk53FYgKvEOnFJpf4IAOqzxEjPkybStRCQg%3D",
    );
}

#[tokio::test]
async fn a_status_inquiry_is_posted_byte_for_byte() {
    let server = Server::always(ok(STATUS)).await;
    let status = server.client().status(&oid("SIPARIS0001")).await.unwrap();
    assert_eq!(status.payment_total, lira(1_001));
    assert_posted(
        &server,
        "/odeme/durum-sorgu",
        "merchant_id=123456&merchant_oid=SIPARIS0001&paytr_token=ukRDd7090aiV4WopTrob1HT2Bqesz5cL4NFlzep2cgs%3D",
    );
}

#[tokio::test]
async fn an_invalid_request_is_not_sent() {
    let server = Server::always(ok(TOKEN)).await;
    let mut request = card_request("SIPARIS0001");
    request.buyer.email = "müşteri@örnek.com".to_owned();
    let error = server.client().iframe_token(&request).await.unwrap_err();
    assert!(matches!(
        error,
        PaytrError::Invalid(InvalidRequest::Shape { field: "email", .. })
    ));
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_token_is_asked_for_once_whatever_happens() {
    for (name, failure) in lost_replies() {
        let server = Server::always(failure).await;
        let error = server
            .client()
            .iframe_token(&card_request("A1"))
            .await
            .unwrap_err();
        assert!(
            matches!(error, PaytrError::Indeterminate(_)),
            "{name}: {error:?}"
        );
        assert_eq!(server.requests().len(), 1, "{name}");
    }
}

#[tokio::test]
async fn a_status_is_asked_for_three_times_at_most() {
    let checks = lost_replies()
        .into_iter()
        .map(|(name, failure)| async move {
            let server = Server::always(failure).await;
            let error = server.client().status(&oid("A1")).await.unwrap_err();
            assert!(
                matches!(error, PaytrError::Indeterminate(_)),
                "{name}: {error:?}"
            );
            assert_eq!(server.requests().len(), 3, "{name}");
        });
    let running: Vec<_> = checks.map(tokio::spawn).collect();
    for check in running {
        check.await.unwrap();
    }
}

#[tokio::test]
async fn a_status_that_answers_at_last_is_taken() {
    let server = Server::scripted(vec![
        reply("503 Service Unavailable", ""),
        Answer::Reset(Vec::new()),
        ok(STATUS),
    ])
    .await;
    assert!(server.client().status(&oid("A1")).await.is_ok());
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    assert!(requests.iter().all(|request| *request == requests[0]));
}

#[tokio::test]
async fn an_answer_is_not_asked_for_again_even_if_it_is_a_no_or_unreadable() {
    for body in [
        r#"{"status":"error","err_no":"004","err_msg":"yok"}"#,
        "<html>",
        "{}",
    ] {
        let server = Server::always(ok(body)).await;
        assert!(server.client().status(&oid("A1")).await.is_err());
        assert_eq!(server.requests().len(), 1, "{body}");
    }
}

#[tokio::test]
async fn a_refused_connection_means_that_nothing_was_sent() {
    let client = client_of_nobody().await;
    let error = client.iframe_token(&card_request("A1")).await.unwrap_err();
    assert!(matches!(error, PaytrError::NotSent(_)), "{error:?}");
    let error = client.status(&oid("A1")).await.unwrap_err();
    assert!(matches!(error, PaytrError::NotSent(_)), "{error:?}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let target = Server::always(ok(TOKEN)).await;
    for status in [
        "301 Moved",
        "302 Found",
        "303 See Other",
        "307 Temporary",
        "308 Permanent",
    ] {
        let location = target.base_url();
        let text = format!(
            "HTTP/1.1 {status}\r\nlocation: {location}/odeme/api/get-token\r\n\
             content-length: 0\r\nconnection: close\r\n\r\n"
        );
        let server = Server::always(Answer::Bytes(text.into_bytes())).await;
        let error = server
            .client()
            .iframe_token(&card_request("A1"))
            .await
            .unwrap_err();
        assert!(
            matches!(error, PaytrError::Indeterminate(_)),
            "{status}: {error:?}"
        );
        assert_eq!(server.requests().len(), 1, "{status}");
    }
    assert!(target.requests().is_empty());
}

#[tokio::test]
async fn a_huge_reply_is_cut_off() {
    const HUGE: usize = 5 * 1024 * 1024;
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {HUGE}\r\n\r\n");
    let announced = [head.into_bytes(), vec![b' '; HUGE]].concat();
    let endless = [b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![b' '; HUGE]].concat();
    for bytes in [announced, endless] {
        let server = Server::always(Answer::Bytes(bytes)).await;
        let client = PaytrClient::builder(credentials())
            .base_url(server.base_url().clone())
            .total_timeout(Duration::from_secs(20))
            .build()
            .unwrap();
        let error = client.iframe_token(&card_request("A1")).await.unwrap_err();
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert_eq!(cause, "the reply is too long");
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn an_injected_client_is_used_with_its_own_limits() {
    let server = Server::always(Answer::Silence).await;
    let http = reqwest::Client::builder()
        .timeout(Duration::from_millis(50))
        .build()
        .unwrap();
    let client = PaytrClient::builder(credentials())
        .base_url(server.base_url().clone())
        .http_client(http)
        .build()
        .unwrap();
    let error = client.iframe_token(&card_request("A1")).await.unwrap_err();
    assert!(matches!(error, PaytrError::Indeterminate(_)), "{error:?}");
}
