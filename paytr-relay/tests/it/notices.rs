//! The other kinds of notification, each at its own address.

use paid_once_sqlx::SqliteLedger;
use paytr_core::api::EftBank;
use paytr_core::testing::{
    CashoutNotification, EftNotification, LinkNotification, PaymentNotification,
    TransferNotification,
};
use paytr_core::{OrderKey, OrderLedger as _};
use serde_json::{Value, json};
use shop_suite::eventually;

use crate::app::Answers;
use crate::stand_in::{GIVEN_BACK, PaytrThatKeeps, paytr_that_says};
use crate::world::{Relay, World};

#[tokio::test]
async fn each_kind_is_told_once_at_its_own_address() {
    let world = World::new().await;
    let relay = world.relay().await;
    let credentials = world.credentials();
    let eft = EftNotification::new("EFT0001", EftBank::Ptt)
        .sender("2026-01-05", "Ayşe Yılmaz", "05551112233", "12345")
        .sign(&credentials)
        .to_body();
    let transfers = TransferNotification::new(["TR0001", "TR0002"])
        .sign(&credentials)
        .to_body();
    let more = TransferNotification::new(["TR0003"])
        .sign(&credentials)
        .to_body();
    let cashout = CashoutNotification::of_trans_id("CO0001")
        .sign(&credentials)
        .to_body();
    let told = [
        ("/eft", eft, "eft.announced"),
        ("/transfers", transfers, "transfer.completed"),
        ("/platform", more, "transfer.completed"),
        ("/cashouts", cashout, "cashout.processed"),
    ];
    for (number, (path, body, kind)) in told.into_iter().enumerate() {
        for prefix in ["/callback/acme", "/callback"] {
            let answer = world
                .notify(&relay, &format!("{prefix}{path}"), body.clone())
                .await;
            assert_eq!(answer.text().await.unwrap(), "OK", "{path}");
        }
        let received = world.app.received();
        assert_eq!(received.len(), number + 1, "{path} is told once");
        assert_eq!(received[number].body["type"], kind);
    }
    assert_eq!(world.app.booked().len(), 4);
    let announced = &world.app.received()[0].body["data"];
    assert_eq!(
        (&announced["merchant_oid"], &announced["bank"]),
        (&"EFT0001".into(), &"ptt".into())
    );
    assert!(
        announced["unsigned"].get("user_name").is_none(),
        "nobody asked for the sender's name"
    );
}

async fn tell(world: &World, relay: &Relay, path: &str, body: String) {
    let answer = world.notify(relay, path, body).await;
    assert_eq!(answer.text().await.unwrap(), "OK", "{path}");
}

#[tokio::test]
async fn what_differs_in_what_it_says_is_another_message() {
    let world = World::new().await;
    let relay = world.relay().await;
    let credentials = world.credentials();
    for day in ["2026-01-05", "2026-01-06"] {
        let eft = EftNotification::new("EFT0001", EftBank::Ptt);
        let eft = eft.sender(day, "Ayşe Yılmaz", "05551112233", "12345");
        let body = eft.sign(&credentials).to_body();
        tell(&world, &relay, "/callback/acme/eft", body).await;
    }
    for ids in [&["TR1"][..], &["TR1", "TR2"]] {
        let transfers = TransferNotification::new(ids.iter().copied());
        let body = transfers.sign(&credentials).to_body();
        tell(&world, &relay, "/callback/acme/transfers", body).await;
    }
    // Its outcome is not signed: whoever sends another one first must not hide the true one.
    for result in ["[]", r#"[{"amount":1}]"#] {
        let cashout = CashoutNotification::of_trans_id("CO0001").field("processed_result", result);
        let body = cashout.sign(&credentials).to_body();
        tell(&world, &relay, "/callback/acme/cashouts", body).await;
    }
    assert_eq!(
        (world.app.received().len(), world.app.booked().len()),
        (6, 6)
    );
}

#[tokio::test]
async fn the_sender_of_a_transfer_is_told_where_somebody_asked_for_it() {
    let mut world = World::new().await;
    world.merchant = "keep_personal_data_of_transfers = true".to_owned();
    let relay = world.relay().await;
    let eft = EftNotification::new("EFT0001", EftBank::Ptt);
    let eft = eft.sender("2026-01-05", "Ayşe Yılmaz", "05551112233", "12345");
    let body = eft.sign(&world.credentials()).to_body();
    tell(&world, &relay, "/callback/acme/eft", body).await;
    let data = &world.app.received()[0].body["data"];
    assert!(data["unsigned"].to_string().contains("Ayşe"), "{data}");
    assert!(data.get("user_name").is_none(), "it is not signed");
}

/// Makes a link of 99.00 lira and says its `callback_id`.
pub(crate) async fn make_link(world: &World, relay: &Relay) -> String {
    let link = json!({"name": "Kırmızı Defter", "amount": 9_900});
    let request = world.ask(world.http.post(format!("{}/links", relay.url)).json(&link));
    let made = request.send().await.unwrap().json::<Value>().await.unwrap();
    assert!(made["url"].as_str().unwrap().starts_with("http"), "{made}");
    made["callback_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_link_of_the_app_is_paid_once_for_each_order_of_paytr() {
    let mut world = World::new().await;
    world.merchant = "link_prefix = \"LINK\"".to_owned();
    let relay = world.relay().await;
    let link = make_link(&world, &relay).await;
    let pay = |oid: &'static str, total| {
        let notification = LinkNotification::success(&link, oid, total);
        let notification = notification.field("currency", "TL").field("test_mode", "0");
        let body = notification.sign(&world.credentials()).to_body();
        world.notify(&relay, "/callback/acme/link", body)
    };
    assert_eq!(pay("PAYTR1", 9_900).await.text().await.unwrap(), "OK");
    assert_eq!(pay("PAYTR1", 9_900).await.text().await.unwrap(), "OK");
    assert_eq!(pay("PAYTR2", 9_900).await.text().await.unwrap(), "OK");
    assert_eq!(
        pay("PAYTR3", 9_899).await.status(),
        400,
        "less than the price"
    );
    let received = world.app.received();
    assert_eq!((received.len(), world.app.booked().len()), (2, 2));
    assert_eq!(received[0].body["type"], "link.paid");
    let data = &received[0].body["data"];
    assert_eq!(
        (&data["callback_id"], &data["merchant_oid"]),
        (&(*link).into(), &"PAYTR1".into())
    );
    assert_eq!(data["total"], 9_900);
}

#[tokio::test]
async fn paytr_is_told_where_the_payments_of_a_link_are_notified() {
    let mut world = World::new().await;
    world.merchant = "link_prefix = \"LINK\"".to_owned();
    let paytr = PaytrThatKeeps::start(
        r#"{"status":"success","id":"1","link":"https://www.paytr.com/link/1"}"#,
    )
    .await;
    world.paytr_url = Some(paytr.url.clone());
    let relay = world.relay().await;
    let link = make_link(&world, &relay).await;
    let asked = paytr.asked();
    assert_eq!(asked.len(), 1);
    for field in [
        "callback_link=https%3A%2F%2Fpay.example%2Fcallback%2Facme%2Flink".to_owned(),
        format!("callback_id={link}"),
        "price=9900".to_owned(),
    ] {
        assert!(
            asked[0].split('&').any(|one| one == field),
            "{field} is not in {asked:?}"
        );
    }
}

#[tokio::test]
async fn a_link_payment_that_the_app_did_not_take_is_told_again_without_paytr() {
    let mut world = World::new().await;
    world.merchant = "link_prefix = \"LINK\"".to_owned();
    let relay = world.relay().await;
    let link = make_link(&world, &relay).await;
    world.app.answers(Answers::Status(500));
    let notification = LinkNotification::success(&link, "PAYTR1", 9_900);
    let notification = notification.field("currency", "TL").field("test_mode", "0");
    let body = notification.sign(&world.credentials()).to_body();
    assert_eq!(
        world
            .notify(&relay, "/callback/acme/link", body)
            .await
            .status(),
        500
    );
    let by_notification = world.app.received()[0].clone();
    // It is due in a minute; a person who looks at the ledger makes it due now.
    let ledger = SqliteLedger::connect(world.directory.path().join("paytr-relay.db"))
        .await
        .unwrap();
    let order = OrderKey::new(format!("000042:link:{link}"), "PAYTR1").unwrap();
    ledger.hurry(&order).await.unwrap();
    world.app.answers(Answers::Taken);
    let received = world.app.tries(2).await;
    assert_eq!(
        received[1].id, by_notification.id,
        "the id does not depend on how it became known"
    );
    let (first, second) = (&by_notification.body["data"], &received[1].body["data"]);
    for fact in [
        "merchant",
        "merchant_id",
        "merchant_oid",
        "callback_id",
        "total",
        "currency",
        "test",
    ] {
        assert_eq!(first[fact], second[fact], "{fact}");
    }
    assert_eq!(second["attempt"], 2);
    let settled = eventually("the payment is settled", async || {
        Ok(ledger.undelivered(10).await?.is_empty().then_some(()))
    });
    settled.await.unwrap();
}

#[tokio::test]
async fn a_link_payment_that_was_given_back_waits_for_a_person() {
    let mut world = World::new().await;
    world.merchant = "link_prefix = \"LINK\"".to_owned();
    let relay = world.relay().await;
    let link = make_link(&world, &relay).await;
    world.app.answers(Answers::Status(500));
    let notification = LinkNotification::success(&link, "PAYTR1", 9_900);
    let notification = notification.field("currency", "TL").field("test_mode", "0");
    let body = notification.sign(&world.credentials()).to_body();
    let refused = world.notify(&relay, "/callback/acme/link", body).await;
    assert_eq!(refused.status(), 500);
    drop(relay);

    world.app.answers(Answers::Taken);
    world.paytr_url = Some(paytr_that_says(GIVEN_BACK).await);
    let relay = world.another_relay().await;
    let order = OrderKey::new(format!("000042:link:{link}"), "PAYTR1").unwrap();
    world.ledger().await.hurry(&order).await.unwrap();
    let listed = eventually("a person sees it", async || {
        let request = world.ask(world.http.get(format!("{}/reviews", relay.url)));
        let listed = request.send().await?.json::<Value>().await?;
        let entry = &listed["reviews"][0];
        Ok(entry.is_object().then(|| entry.clone()))
    });
    let entry = listed.await.unwrap();
    assert_eq!(
        (&entry["merchant_oid"], &entry["total"]),
        (&"PAYTR1".into(), &9_900.into())
    );
    assert_eq!(entry["reason"], "refunded_before");
    assert_eq!(
        world.app.received().len(),
        1,
        "nobody is told of money that went back"
    );
}

#[tokio::test]
async fn a_kind_is_refused_at_the_address_of_another() {
    let world = World::new().await;
    let relay = world.relay().await;
    let payment = PaymentNotification::success("SHOP1", 100)
        .sign(&world.credentials())
        .to_body();
    for path in ["/eft", "/transfers", "/cashouts", "/platform"] {
        let answer = world
            .notify(&relay, &format!("/callback/acme{path}"), payment.clone())
            .await;
        assert_eq!(answer.status(), 400, "{path}");
    }
    let nobody = world
        .notify(&relay, "/callback/other", payment.clone())
        .await;
    assert_eq!(nobody.status(), 404);
    let no_links = world.notify(&relay, "/callback/acme/link", payment).await;
    assert_eq!(no_links.status(), 404);
    assert!(world.app.received().is_empty());
}
