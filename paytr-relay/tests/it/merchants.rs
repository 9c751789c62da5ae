//! Two merchants in one relay: neither gets, opens or reads anything of the other.

use paytr_core::testing::{LinkNotification, PaymentNotification};
use paytr_core::{Credentials, OrderKey};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use shop_suite::eventually;

use crate::app::{Answers, App};
use crate::notices::make_link;
use crate::reload::hang_up;
use crate::stand_in::{UNKNOWN_ORDER, paytr_that_says};
use crate::world::{Relay, TOKEN, World};

pub(crate) const OTHER_ID: &str = "654321";
const OTHER_TOKEN: &str = "another-token-of-32-characters-or-more";
const OTHER_SECRET: &str = "whsec_b3RoZXJvdGhlcm90aGVyb3RoZXJvdGhlcm90aA==";

pub(crate) fn other_credentials() -> Credentials {
    Credentials::new(OTHER_ID, "bB3dE6gH9jK2mN5p", "sR8sT1uV4wX7yZ0a").unwrap()
}

pub(crate) fn write(world: &World, name: &str, secret: &str) {
    std::fs::write(world.directory.path().join(name), secret).unwrap();
}

/// A relay with a second merchant, and the app of that one.
async fn two_merchants() -> (World, App, Relay) {
    let (world, other) = two_merchants_with("").await;
    let relay = world.relay().await;
    (world, other, relay)
}

/// The same before it is started, with a line for each of the merchants.
pub(crate) async fn two_merchants_with(line: &str) -> (World, App) {
    let mut world = World::new().await;
    let other = App::start(OTHER_SECRET);
    for (name, secret) in [
        ("other_key", "bB3dE6gH9jK2mN5p"),
        ("other_salt", "sR8sT1uV4wX7yZ0a"),
        ("other_token", OTHER_TOKEN),
        ("other_secret", OTHER_SECRET),
    ] {
        write(&world, name, secret);
    }
    world.merchant = format!(
        r#"
{line}
[[merchant]]
{line}
name = "other"
merchant_id = "{OTHER_ID}"
merchant_key = {{ file = "other_key" }}
merchant_salt = {{ file = "other_salt" }}
api_tokens = [{{ file = "other_token" }}]
app = {{ url = "{}", secrets = [{{ file = "other_secret" }}] }}
"#,
        other.url()
    );
    (world, other)
}

fn failed(oid: &str, by: &Credentials) -> String {
    PaymentNotification::failed(oid, "1").sign(by).to_body()
}

#[tokio::test]
async fn each_merchant_has_its_own_address_keys_app_and_secret() {
    let (world, other, relay) = two_merchants().await;
    let (ours, theirs) = (world.credentials(), other_credentials());
    for (path, by) in [("/callback/other", &ours), ("/callback/acme", &theirs)] {
        let refused = world.notify(&relay, path, failed("SHOP1", by)).await;
        assert_eq!(refused.status(), 400, "{path}");
        assert!(refused.text().await.unwrap().ends_with("bad hash"));
    }
    let nameless = world
        .notify(&relay, "/callback", failed("SHOP1", &ours))
        .await;
    assert_eq!(
        nameless.status(),
        404,
        "with two merchants an address has a name"
    );
    assert!(world.app.received().is_empty() && other.received().is_empty());

    // The same order id at both is two orders.
    for (path, by) in [("/callback/acme", &ours), ("/callback/other", &theirs)] {
        let taken = world.notify(&relay, path, failed("SHOP1", by)).await;
        assert_eq!(taken.text().await.unwrap(), "OK", "{path}");
    }
    for (app, name, id) in [(&world.app, "acme", "000042"), (&other, "other", OTHER_ID)] {
        let received = app.received();
        assert_eq!(
            (received.len(), app.refused()),
            (1, 0),
            "{name}: its own secret signs"
        );
        let data = &received[0].body["data"];
        assert_eq!(
            (&data["merchant"], &data["merchant_id"]),
            (&name.into(), &id.into())
        );
    }
    assert_ne!(world.app.received()[0].id, other.received()[0].id);
}

fn requests(world: &World, relay: &Relay, oid: &str) -> Vec<(String, RequestBuilder)> {
    let order = json!({"amount": 5_000, "buyer": World::buyer()});
    let refund = json!({"amount": 1});
    let link = json!({"name": "Defter", "amount": 9_900});
    let all = [
        (Method::POST, "/orders".to_owned(), Some(order)),
        (Method::GET, format!("/orders/{oid}"), None),
        (Method::POST, format!("/orders/{oid}/refund"), Some(refund)),
        (Method::POST, "/links".to_owned(), Some(link)),
        (Method::GET, "/reviews".to_owned(), None),
    ];
    let request = |(method, path, body): (Method, String, Option<Value>)| {
        let url = format!("{}{path}", relay.url);
        let request = world
            .http
            .request(method, url)
            .header("idempotency-key", "k");
        let request = match &body {
            Some(body) => request.json(body),
            None => request,
        };
        (path, request)
    };
    all.into_iter().map(request).collect()
}

#[tokio::test]
async fn nothing_opens_but_one_whole_token() {
    let world = World::new().await;
    let relay = world.relay().await;
    let opened = world.open(&relay).await;
    let oid = opened["merchant_oid"].as_str().unwrap();
    let wrong = [
        vec![],
        vec![String::new()],
        vec!["Bearer".to_owned()],
        vec!["Bearer ".to_owned()],
        vec![TOKEN.to_owned()],
        vec![format!("Basic {TOKEN}")],
        vec![format!("Digest {TOKEN}")],
        vec![format!("Bearer {}", &TOKEN[..31])],
        vec![format!("Bearer {TOKEN}0")],
        vec![format!("Bearer {TOKEN}, Bearer {TOKEN}")],
        vec![format!("Bearer {}", TOKEN.to_uppercase())],
        // Which of them an intermediary read, nobody knows.
        vec![format!("Bearer {TOKEN}"), format!("Bearer {TOKEN}")],
    ];
    for headers in wrong {
        for (path, request) in requests(&world, &relay, oid) {
            let request = headers.iter().fold(request, |request, value| {
                request.header("authorization", value)
            });
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 401, "{path} with {headers:?}");
            assert_eq!(answer.headers()["www-authenticate"], "Bearer");
        }
    }
    assert_eq!(world.sandbox.orders().len(), 1);
}

#[tokio::test]
async fn the_token_of_another_merchant_reads_and_changes_nothing_of_this_one() {
    let (world, other, relay) = two_merchants().await;
    let oid = world.buy(&relay).await;
    world.acknowledged(&oid).await;
    let less = PaymentNotification::success(&oid, 1).sign(&world.credentials());
    // Already paid: another total is recorded for a person.
    let recorded = world.notify(&relay, "/callback/acme", less.to_body()).await;
    assert_eq!(recorded.text().await.unwrap(), "OK");
    for (path, request) in requests(&world, &relay, &oid) {
        let answer = request.bearer_auth(OTHER_TOKEN).send().await.unwrap();
        let (status, said) = (answer.status(), answer.json::<Value>().await.unwrap());
        if path == "/reviews" {
            assert_eq!((status.as_u16(), &said), (200, &json!({"reviews": []})));
        } else if path.starts_with("/orders/") {
            assert_eq!(
                (status.as_u16(), &said["code"]),
                (404, &"unknown_order".into())
            );
        } else if path == "/links" {
            assert_eq!((status.as_u16(), &said["code"]), (404, &"no_links".into()));
        } else {
            // The sandbox knows one merchant, and this is another one: its own keys were used.
            assert_eq!(
                (status.as_u16(), &said["code"]),
                (502, &"payment_provider".into())
            );
        }
    }
    let request = world.ask(world.http.get(format!("{}/reviews", relay.url)));
    let listed = request.send().await.unwrap().json::<Value>().await.unwrap();
    assert_eq!(listed["reviews"][0]["merchant_oid"], *oid);
    let order = world.state(&relay, &oid).await;
    assert!(order.get("refunded").is_none_or(|sum| sum == 0), "{order}");
    assert!(other.received().is_empty());
}

#[tokio::test]
async fn a_link_payment_that_is_owed_to_one_app_is_told_to_no_other() {
    let (mut world, other) = two_merchants_with("link_prefix = \"LINK\"").await;
    let relay = world.relay().await;
    let link = make_link(&world, &relay).await;
    world.app.answers(Answers::Status(500));
    let paid = LinkNotification::success(&link, "PAYTR1", 9_900);
    let paid = paid.field("currency", "TL").field("test_mode", "0");
    let body = paid.sign(&world.credentials()).to_body();
    let refused = world.notify(&relay, "/callback/acme/link", body).await;
    assert_eq!(refused.status(), 500);
    drop(relay);
    // PayTR says the same to both.
    world.paytr_url = Some(paytr_that_says(UNKNOWN_ORDER).await);
    let _relay = world.another_relay().await;
    let order = OrderKey::new(format!("000042:link:{link}"), "PAYTR1").unwrap();
    world.ledger().await.hurry(&order).await.unwrap();
    // Both merchants look for what is owed every 50 ms, and this one does not take it.
    world.app.tries(8).await;
    assert!(other.received().is_empty());
    world.app.answers(Answers::Taken);
    let settled = eventually("it is taken", async || {
        Ok(world
            .ledger()
            .await
            .undelivered(10)
            .await?
            .is_empty()
            .then_some(()))
    });
    settled.await.unwrap();
    assert!(other.received().is_empty());
    assert_eq!(world.app.booked().len(), 1);
}

/// Waits until a notification of the other merchant, signed so, is taken or refused.
async fn until(world: &World, relay: &Relay, by: &Credentials, status: u16) {
    let answered = eventually("a signature is taken, or refused", async || {
        let body = failed("SHOP1", by);
        let answer = world.notify(relay, "/callback/other", body).await;
        Ok((answer.status() == status).then_some(()))
    });
    answered.await.unwrap();
}

#[tokio::test]
async fn keys_and_tokens_change_without_a_restart() {
    let (mut world, _other, relay) = two_merchants().await;
    let (old, new) = (
        other_credentials(),
        Credentials::new(OTHER_ID, "cC3dE6gH9jK2mN5p", "tR8sT1uV4wX7yZ0a").unwrap(),
    );
    until(&world, &relay, &old, 200).await;
    until(&world, &relay, &new, 400).await;

    write(&world, "old_key", "bB3dE6gH9jK2mN5p");
    write(&world, "old_salt", "sR8sT1uV4wX7yZ0a");
    write(&world, "other_key", "cC3dE6gH9jK2mN5p");
    write(&world, "other_salt", "tR8sT1uV4wX7yZ0a");
    let new_token = "a-new-token-of-32-characters-or-more-too";
    write(&world, "other_token", new_token);
    let before = world.merchant.clone();
    let old_keys = "old_keys = [{ key = { file = \"old_key\" }, salt = { file = \"old_salt\" } }]\nmerchant_key";
    world.merchant = before.replace("merchant_key", old_keys);
    world.configuration();
    hang_up(&relay);
    until(&world, &relay, &new, 200).await;
    until(&world, &relay, &old, 200).await;
    for (token, status) in [(OTHER_TOKEN, 401), (new_token, 404), (TOKEN, 404)] {
        let request = world.http.get(format!("{}/orders/SHOP1", relay.url));
        let answer = request.bearer_auth(token).send().await.unwrap();
        assert_eq!(answer.status(), status, "{token}");
    }

    world.merchant = before;
    world.configuration();
    hang_up(&relay);
    until(&world, &relay, &old, 400).await;
    until(&world, &relay, &new, 200).await;
}
