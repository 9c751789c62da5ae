//! The back office of a merchant: a person ends what the app does not take, for this merchant alone.

use paytr_core::testing::PaymentNotification;
use reqwest::Response;
use shop_suite::eventually;

use crate::app::{Answers, App};
use crate::merchants::{OTHER_ID, other_credentials, two_merchants_with, write};
use crate::world::{Relay, World};

const PASSWORD: &str = "kanarya sarisi 42";
const OPERATOR: &str = "operator = [{ name = \"ayse\", password = { file = \"password\" } }]";

async fn two_offices() -> (World, App, Relay) {
    let (world, other) = two_merchants_with(OPERATOR).await;
    write(&world, "password", PASSWORD);
    let relay = world.relay().await;
    world.cut_paytr_off();
    (world, other, relay)
}

async fn read(world: &World, relay: &Relay, path: &str) -> (u16, String) {
    let request = world.http.get(format!("{}{path}", relay.url));
    let page = request
        .basic_auth("ayse", Some(PASSWORD))
        .send()
        .await
        .unwrap();
    (page.status().as_u16(), page.text().await.unwrap())
}

/// Sends the form of a page, as a browser does.
async fn send(world: &World, relay: &Relay, path: &str, note: &str) -> Response {
    let (status, page) = read(world, relay, path).await;
    assert_eq!(status, 200, "{path}: {page}");
    let form = page.split_once("<form method=\"post\"").unwrap().1;
    let form = form.split_once("</form>").unwrap().0;
    let attribute = |tag: &str, name: &str| {
        let value = tag.split_once(&format!("{name}=\"")).unwrap().1;
        value.split_once('"').unwrap().0.replace("&#38;", "&")
    };
    let inputs = form.split("<input type=\"hidden\"").skip(1);
    let mut fields: Vec<_> = inputs
        .map(|input| (attribute(input, "name"), attribute(input, "value")))
        .collect();
    fields.push(("note".to_owned(), note.to_owned()));
    post(world, relay, &attribute(form, "action"), &fields).await
}

async fn post(world: &World, relay: &Relay, path: &str, fields: &[(String, String)]) -> Response {
    let request = world.http.post(format!("{}{path}", relay.url));
    let request = request.basic_auth("ayse", Some(PASSWORD));
    let request = request.header("origin", "https://pay.example");
    request.form(fields).send().await.unwrap()
}

#[tokio::test]
async fn nobody_is_let_in_without_the_password() {
    let (world, _other, relay) = two_offices().await;
    let url = format!("{}/acme/back-office", relay.url);
    for password in [None, Some(""), Some("kanarya sarisi 43")] {
        let request = world.http.get(&url);
        let request = match password {
            Some(password) => request.basic_auth("ayse", Some(password)),
            None => request,
        };
        assert_eq!(request.send().await.unwrap().status(), 401);
    }
    assert_eq!(read(&world, &relay, "/acme/back-office").await.0, 200);
    let without = World::new().await;
    let relay = without.relay().await;
    let page = read(&without, &relay, "/acme/back-office").await;
    assert_eq!(
        page.0, 404,
        "a merchant without operators has no back office"
    );
}

#[tokio::test]
async fn a_person_ends_the_retries_of_what_the_app_never_takes() {
    let (world, _other, relay) = two_offices().await;
    world.app.answers(Answers::Status(500));
    let oid = world.buy(&relay).await;
    let refused = world
        .notify(&relay, "/callback/acme", world.paid(&oid))
        .await;
    assert_eq!(refused.status(), 500);
    world.make_due(&oid).await;
    world.app.tries(4).await;
    let (_, listed) = read(&world, &relay, "/acme/back-office/undelivered").await;
    assert!(listed.contains(&oid), "{listed}");

    let by_hand = format!("/acme/back-office/undelivered/{oid}/by-hand");
    let done = eventually("the form is taken between two tries", async || {
        let answer = send(&world, &relay, &by_hand, "").await;
        Ok((answer.status() == 303).then_some(()))
    });
    done.await.unwrap();
    assert_eq!(world.state(&relay, &oid).await["state"], "paid");
    let told = world.app.received().len();
    // Nothing is due any more, and PayTR's repetition is answered without the app.
    world.notify_until_ok(&relay, &oid).await;
    world.make_due(&oid).await;
    let due = world.ledger().await.due("000042", 10).await.unwrap();
    assert!(due.is_empty());
    assert_eq!(world.app.received().len(), told);
}

#[tokio::test]
async fn people_of_one_merchant_see_and_settle_nothing_of_another() {
    let (world, other, relay) = two_offices().await;
    // Owed to the app of this merchant, and a payment of this merchant that waits for a person.
    world.app.answers(Answers::Status(500));
    let owed = world.buy(&relay).await;
    world
        .notify(&relay, "/callback/acme", world.paid(&owed))
        .await;
    let opened = world.open(&relay).await;
    let short = opened["merchant_oid"].as_str().unwrap();
    let less = world.paid_total(short, 12_989);
    assert_eq!(
        world.notify(&relay, "/callback/acme", less).await.status(),
        400
    );

    for path in ["/undelivered", "/reviews", "/orders", "/refunds", ""] {
        let (status, page) = read(&world, &relay, &format!("/other/back-office{path}")).await;
        assert_eq!(status, 200, "{path}");
        assert!(
            !page.contains(&owed) && !page.contains(short),
            "{path}: {page}"
        );
    }
    let named = |oid: &str| format!("/other/back-office/orders/{oid}?merchant=000042");
    let by_hand = format!("/other/back-office/undelivered/{owed}/by-hand?merchant=000042");
    for path in [
        named(&owed),
        named(short),
        by_hand.clone(),
        "/other/back-office/reviews/1".to_owned(),
        "/other/back-office/reviews/1/dismiss".to_owned(),
    ] {
        let (status, page) = read(&world, &relay, &path).await;
        assert_eq!(status, 404, "{path}: {page}");
    }
    // A form of their own page, sent to what is not theirs.
    let theirs = other_credentials();
    let unknown = PaymentNotification::success("SHOPX1", 5).sign(&theirs);
    let refused = world
        .notify(&relay, "/callback/other", unknown.to_body())
        .await;
    assert_eq!(refused.status(), 400);
    let (_, page) = read(&world, &relay, "/other/back-office/reviews").await;
    assert!(page.contains("SHOPX1"), "{OTHER_ID} sees its own: {page}");
    let (_, page) = read(&world, &relay, "/acme/back-office/reviews").await;
    assert!(page.contains(short) && !page.contains("SHOPX1"), "{page}");
    let posted = post(&world, &relay, &by_hand, &[]).await;
    assert!(posted.status().is_client_error(), "{posted:?}");
    let dismissed = post(&world, &relay, "/other/back-office/reviews/1/dismiss", &[]).await;
    assert!(dismissed.status().is_client_error(), "{dismissed:?}");
    assert_eq!(world.state(&relay, &owed).await["state"], "undelivered");
    assert_eq!(world.state(&relay, short).await["state"], "review");
    assert!(other.received().is_empty());
}
