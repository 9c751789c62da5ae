//! The app is killed (`kill -9`) at a named step of its work on a message, and is back.

use std::time::Duration;

use database_servers::Proxy;
use paytr_core::testing::PaymentNotification;
use paytr_sandbox::TestCard;
use reqwest::Client;
use shop_suite::eventually;

use crate::place::{PRICE, Place};

/// Waits until the relay has claimed the payment: whoever asks now is told so.
async fn is_claimed(place: &Place, oid: &str) {
    let url = format!("http://{}/callback/shop", place.relay);
    let paid = PaymentNotification::success(oid, PRICE);
    let body = paid.sign(&place.sandbox.credentials()).to_body();
    let http = Client::builder().no_proxy().build().unwrap();
    let claimed = eventually("the payment is claimed", async || {
        let request = http.post(&url).body(body.clone());
        let form = "application/x-www-form-urlencoded";
        // If this one is claimed, it waits for the app as PayTR's would: it hangs up, and the next one is told.
        let request = request.timeout(Duration::from_millis(500));
        let Ok(answer) = request.header("content-type", form).send().await else {
            return Ok(None);
        };
        Ok((answer.status() == 503).then_some(answer.text().await?))
    });
    let said = claimed.await.unwrap();
    assert!(said.ends_with("in progress"), "{said}");
}

/// It stands still with the message on its line, and never reads it.
pub(crate) async fn killed_before_its_effect_it_books_once(language: &str) {
    let place = Place::open(language).await;
    let _relay = place.relay().await;
    let app = place.app().await;
    let oid = app.buy().await;
    app.pause();
    place.sandbox.pay(&oid, TestCard::Visa).unwrap();
    is_claimed(&place, &oid).await;
    drop(app);
    let app = place.app().await;
    place.acknowledged(&oid).await;
    assert_eq!(app.paid(&oid).await, PRICE);
}

/// It has booked the payment, and its answer never comes to the relay.
pub(crate) async fn killed_after_its_effect_and_before_its_answer_it_books_once(language: &str) {
    let place = Place::open(language).await;
    let (_, port) = place.app.split_once(':').unwrap();
    let line = Proxy::before(port.parse().unwrap()).unwrap();
    place.put_between(&line);
    let _relay = place.relay().await;
    let app = place.app().await;
    let oid = app.buy().await;
    line.hold_answer_after(0);
    place.sandbox.pay(&oid, TestCard::Visa).unwrap();
    let answered = eventually("the app has answered", async || {
        Ok(line.is_holding_an_answer().then_some(()))
    });
    answered.await.unwrap();
    assert_eq!(app.paid(&oid).await, PRICE, "it has booked");
    let order = place.sandbox.order(&oid).unwrap();
    assert!(!order.attempts.iter().any(|attempt| attempt.acknowledged));
    drop(app);
    line.cut();

    let app = place.app().await;
    place.acknowledged(&oid).await;
    let order = place.sandbox.order(&oid).unwrap();
    assert!(order.attempts.len() > 1, "PayTR was asked to come again");
    assert_eq!(
        app.paid(&oid).await,
        PRICE,
        "it knows the message by its id"
    );
}
