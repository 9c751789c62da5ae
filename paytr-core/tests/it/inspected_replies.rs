//! Whoever asks for it sees every reply as it came, before it is read.

use std::sync::{Arc, Mutex};

use paytr_core::api::{Refund, StatusInquiry};
use paytr_core::{Currency, Money, PaytrClient};

use crate::common::server::{Server, ok};
use crate::common::{credentials, oid};

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
