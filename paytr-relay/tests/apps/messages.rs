//! Messages that come without the relay: repeated ones, forged ones.

use std::time::{SystemTime, UNIX_EPOCH};

use paytr_relay::{Signer, WebhookSecret};
use serde_json::json;

use crate::place::{PRICE, Place, SECRET};

fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    now.as_secs().try_into().unwrap()
}

fn body(oid: &str, attempt: u32) -> Vec<u8> {
    let data = json!({"merchant": "shop", "merchant_id": "000001", "merchant_oid": oid, "total": PRICE,
                      "currency": "TRY", "test": false, "attempt": attempt, "unsigned": {}});
    json!({"type": "payment.paid", "timestamp": "2026-11-30T14:00:00Z", "data": data})
        .to_string()
        .into()
}

fn signature(secret: &str, id: &str, timestamp: i64, body: &[u8]) -> String {
    let secret = WebhookSecret::new(secret).unwrap();
    Signer::new(vec![secret]).unwrap().sign(id, timestamp, body)
}

fn headers(id: &str, timestamp: i64, signature: &str) -> Vec<(&'static str, String)> {
    vec![
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", timestamp.to_string()),
        ("webhook-signature", signature.to_owned()),
    ]
}

/// As the relay signs it.
fn signed(id: &str, body: &[u8]) -> Vec<(&'static str, String)> {
    headers(id, now(), &signature(SECRET, id, now(), body))
}

pub(crate) async fn the_same_message_twice_is_booked_once(language: &str) {
    let place = Place::open(language).await;
    let _relay = place.relay().await;
    let app = place.app().await;
    let oid = app.buy().await;
    for attempt in 1..=3 {
        let body = body(&oid, attempt);
        let taken = app.post(&signed("msg_one", &body), body).await;
        assert!(taken.status().is_success(), "{}", app.log());
    }
    assert_eq!(app.paid(&oid).await, PRICE);

    // While secrets change, a message has a signature by each.
    let body = body(&oid, 1);
    let other = signature(
        "whsec_b3RoZXJvdGhlcm90aGVyb3RoZXJvdGhlcm90aA==",
        "msg_two",
        now(),
        &body,
    );
    let both = format!("{other} {}", signature(SECRET, "msg_two", now(), &body));
    let taken = app.post(&headers("msg_two", now(), &both), body).await;
    assert!(taken.status().is_success(), "{}", app.log());
    assert_eq!(
        app.paid(&oid).await,
        2 * PRICE,
        "another id is another payment"
    );
}

pub(crate) async fn what_the_relay_did_not_sign_is_refused(language: &str) {
    let place = Place::open(language).await;
    let _relay = place.relay().await;
    let app = place.app().await;
    let oid = app.buy().await;
    let right = body(&oid, 1);
    let sign = |timestamp| signature(SECRET, "msg_one", timestamp, &right);
    let stranger = signature(
        "whsec_b3RoZXJvdGhlcm90aGVyb3RoZXJvdGhlcm90aA==",
        "msg_one",
        now(),
        &right,
    );
    let (old, early) = (now() - 600, now() + 600);
    let mut changed = right.clone();
    changed.push(b' ');
    let mut binary = right.clone();
    binary.insert(0, 0xff);
    for (what, headers, body) in [
        (
            "another secret",
            headers("msg_one", now(), &stranger),
            &right,
        ),
        (
            "another id",
            headers("msg_two", now(), &sign(now())),
            &right,
        ),
        (
            "another time",
            headers("msg_one", now() + 1, &sign(now() - 1)),
            &right,
        ),
        (
            "ten minutes ago",
            headers("msg_one", old, &sign(old)),
            &right,
        ),
        (
            "in ten minutes",
            headers("msg_one", early, &sign(early)),
            &right,
        ),
        (
            "another body",
            headers("msg_one", now(), &sign(now())),
            &changed,
        ),
        (
            "bytes that are no text",
            headers("msg_one", now(), &sign(now())),
            &binary,
        ),
        (
            "an empty body",
            headers("msg_one", now(), &sign(now())),
            &Vec::new(),
        ),
        ("no headers", Vec::new(), &right),
        ("an empty signature", headers("msg_one", now(), ""), &right),
        (
            "no signature in it",
            headers("msg_one", now(), "v1"),
            &right,
        ),
        (
            "a signature that is no base64",
            headers("msg_one", now(), "v1,%"),
            &right,
        ),
        (
            "a signature of another version",
            headers("msg_one", now(), &sign(now()).replace("v1", "v1a")),
            &right,
        ),
    ] {
        let refused = app.post(&headers, body.clone()).await;
        assert_eq!(refused.status(), 401, "{what}: {}", app.log());
    }
    assert_eq!(app.paid(&oid).await, 0);

    // Nothing but the above spoke against it.
    let taken = app.post(&signed("msg_one", &right), right.clone()).await;
    assert!(taken.status().is_success(), "{}", app.log());
    assert_eq!(app.paid(&oid).await, PRICE);
}

/// The relay owes it for as long as the app does not know the order.
pub(crate) async fn a_message_about_an_unknown_order_is_not_taken(language: &str) {
    let place = Place::open(language).await;
    let app = place.app().await;
    let body = body("SHOPUNKNOWN", 1);
    for _ in 0..2 {
        let refused = app.post(&signed("msg_one", &body), body.clone()).await;
        assert_eq!(
            refused.status(),
            404,
            "it must not be remembered: {}",
            app.log()
        );
    }
}

/// With an empty secret everybody could sign.
pub(crate) async fn without_its_secret_it_does_not_work(language: &str) {
    let place = Place::open(language).await;
    for secret in [None, Some(""), Some("whsec_")] {
        let mut environment = place.environment();
        environment.retain(|(name, _)| name != "SHOP_WEBHOOK_SECRET");
        if let Some(secret) = secret {
            environment.push(("SHOP_WEBHOOK_SECRET".to_owned(), secret.to_owned()));
        }
        place.app_with(&environment).is_of_no_use().await;
    }
}
