//! The shops of `examples/relay` behind the real relay, started by the commands of `docs/relay.md`: a buyer pays, and
//! each payment is booked once, whatever dies.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod app;
mod messages;
mod place;
mod start;
mod steps;

use paytr_sandbox::TestCard;

use crate::place::{PATIENCE, PRICE, Place};

async fn a_paid_order_is_booked_once(language: &str) {
    let place = Place::open(language).await;
    let _relay = place.relay().await;
    let app = place.app().await;
    let oid = app.buy().await;
    assert_eq!(app.paid(&oid).await, 0, "nobody has paid yet");

    place.sandbox.pay(&oid, TestCard::LimitExceeded).unwrap();
    place.acknowledged(&oid).await;
    assert_eq!(app.paid(&oid).await, 0, "the card was declined");

    place.sandbox.pay(&oid, TestCard::Visa).unwrap();
    place.acknowledged(&oid).await;
    assert_eq!(app.paid(&oid).await, PRICE);
    place.sandbox.resend(&oid).unwrap();
    let again = place
        .sandbox
        .wait_until(&oid, PATIENCE, |order| order.attempts.len() == 3)
        .await
        .unwrap();
    assert!(again.attempts.iter().all(|attempt| attempt.acknowledged));
    assert_eq!(app.paid(&oid).await, PRICE);
}

async fn an_app_that_was_killed_books_once_when_it_is_back(language: &str) {
    let place = Place::open(language).await;
    let _relay = place.relay().await;
    let app = place.app().await;
    let oid = app.buy().await;
    drop(app);
    place.sandbox.pay(&oid, TestCard::Visa).unwrap();
    let order = place
        .sandbox
        .wait_until(&oid, PATIENCE, |order| order.attempts.len() > 1)
        .await
        .unwrap();
    assert!(order.attempts.iter().all(|attempt| !attempt.acknowledged));

    let app = place.app().await;
    place.acknowledged(&oid).await;
    assert_eq!(app.paid(&oid).await, PRICE);
    drop(app);
    let app = place.app().await;
    assert_eq!(app.paid(&oid).await, PRICE, "what was booked is kept");
}

async fn a_relay_that_was_killed_tells_the_app_when_it_is_back(language: &str) {
    let place = Place::open(language).await;
    let relay = place.relay().await;
    let app = place.app().await;
    let oid = app.buy().await;
    drop(relay);
    place.sandbox.pay(&oid, TestCard::Visa).unwrap();
    let _relay = place.relay().await;
    place.acknowledged(&oid).await;
    assert_eq!(app.paid(&oid).await, PRICE);
}

macro_rules! apps {
    ($($language:ident: $($rule:ident)*;)*) => {$(
        mod $language {
            $(
                #[tokio::test]
                async fn $rule() {
                    super::$rule(stringify!($language)).await;
                }
            )*
            #[tokio::test]
            async fn killed_before_its_effect_it_books_once() {
                crate::steps::killed_before_its_effect_it_books_once(stringify!($language)).await;
            }

            #[tokio::test]
            async fn killed_after_its_effect_and_before_its_answer_it_books_once() {
                crate::steps::killed_after_its_effect_and_before_its_answer_it_books_once(stringify!($language)).await;
            }

            #[tokio::test]
            async fn the_same_message_twice_is_booked_once() {
                crate::messages::the_same_message_twice_is_booked_once(stringify!($language)).await;
            }

            #[tokio::test]
            async fn what_the_relay_did_not_sign_is_refused() {
                crate::messages::what_the_relay_did_not_sign_is_refused(stringify!($language)).await;
            }

            #[tokio::test]
            async fn a_message_about_an_unknown_order_is_not_taken() {
                crate::messages::a_message_about_an_unknown_order_is_not_taken(stringify!($language)).await;
            }

            #[tokio::test]
            async fn without_its_secret_it_does_not_work() {
                crate::messages::without_its_secret_it_does_not_work(stringify!($language)).await;
            }
        }
    )*};
}

apps! {
    php: a_paid_order_is_booked_once an_app_that_was_killed_books_once_when_it_is_back
        a_relay_that_was_killed_tells_the_app_when_it_is_back;
    flask: a_paid_order_is_booked_once an_app_that_was_killed_books_once_when_it_is_back
        a_relay_that_was_killed_tells_the_app_when_it_is_back;
    express: a_paid_order_is_booked_once an_app_that_was_killed_books_once_when_it_is_back
        a_relay_that_was_killed_tells_the_app_when_it_is_back;
}
