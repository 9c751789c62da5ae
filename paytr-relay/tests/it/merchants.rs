//! Two merchants in one relay: neither gets, opens or reads anything of the other.

use paytr_core::Credentials;
use paytr_core::testing::PaymentNotification;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::app::App;
use crate::world::{Relay, TOKEN, World};

const OTHER_ID: &str = "654321";
const OTHER_TOKEN: &str = "another-token-of-32-characters-or-more";
const OTHER_SECRET: &str = "whsec_b3RoZXJvdGhlcm90aGVyb3RoZXJvdGhlcm90aA==";

fn other_credentials() -> Credentials {
    Credentials::new(OTHER_ID, "bB3dE6gH9jK2mN5p", "sR8sT1uV4wX7yZ0a").unwrap()
}

/// A relay with a second merchant, and the app of that one.
async fn two_merchants() -> (World, App, Relay) {
    let mut world = World::new().await;
    let other = App::start(OTHER_SECRET);
    for (name, secret) in [
        ("other_key", "bB3dE6gH9jK2mN5p"),
        ("other_salt", "sR8sT1uV4wX7yZ0a"),
        ("other_token", OTHER_TOKEN),
        ("other_secret", OTHER_SECRET),
    ] {
        std::fs::write(world.directory.path().join(name), secret).unwrap();
    }
    world.merchant = format!(
        r#"
[[merchant]]
name = "other"
merchant_id = "{OTHER_ID}"
merchant_key = {{ file = "other_key" }}
merchant_salt = {{ file = "other_salt" }}
api_tokens = [{{ file = "other_token" }}]
app = {{ url = "{}", secrets = [{{ file = "other_secret" }}] }}
"#,
        other.url()
    );
    let relay = world.relay().await;
    (world, other, relay)
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
