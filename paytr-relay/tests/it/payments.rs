//! A payment reaches the app once.

use paytr_core::testing::PaymentNotification;
use paytr_core::{Credentials, Keyring};
use paytr_sandbox::TestCard;

use crate::app::Answers;
use crate::world::{KEYS, SECRET, World};

#[tokio::test]
async fn a_payment_reaches_the_app_once_and_duplicates_do_not() {
    let world = World::new().await;
    let relay = world.relay().await;
    let oid = world.buy(&relay).await;
    world.acknowledged(&oid).await;
    let received = world.app.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].body["type"], "payment.paid");
    let data = &received[0].body["data"];
    assert_eq!(data["merchant"], "acme");
    assert_eq!(data["merchant_oid"], *oid);
    assert_eq!(
        (data["total"].as_u64(), data["currency"].as_str()),
        (Some(12_990), Some("TRY"))
    );
    assert_eq!(
        (data["test"].as_bool(), data["attempt"].as_u64()),
        (Some(false), Some(1))
    );
    assert!(data["unsigned"].get("hash").is_none());
    assert_eq!(world.state(&relay, &oid).await["state"], "paid");

    let body = PaymentNotification::success(&oid, 12_990)
        .sign(&world.credentials())
        .to_body();
    for path in ["/callback/acme", "/callback"] {
        let again = world.notify(&relay, path, body.clone()).await;
        assert_eq!(
            (again.status().as_u16(), &*again.text().await.unwrap()),
            (200, "OK")
        );
    }
    assert_eq!(world.app.received().len(), 1);
}

#[tokio::test]
async fn an_app_that_is_down_is_told_when_it_is_up_again() {
    let mut world = World::new().await;
    let relay = world.relay().await;
    world.app.die();
    let oid = world.buy(&relay).await;
    let refused = |order: &paytr_sandbox::OrderSnapshot| order.attempts.len() >= 2;
    let order = world
        .sandbox
        .wait_until(&oid, crate::world::PATIENCE, refused)
        .await
        .unwrap();
    assert!(
        order
            .attempts
            .iter()
            .all(|attempt| attempt.status == Some(500) || attempt.status == Some(503))
    );
    assert_eq!(world.state(&relay, &oid).await["state"], "undelivered");
    world.app.up().await;
    world.acknowledged(&oid).await;
    assert_eq!(world.app.booked().len(), 1);
    assert_eq!(world.state(&relay, &oid).await["state"], "paid");
}

#[tokio::test]
async fn the_app_is_told_after_paytr_has_lost_its_patience() {
    let mut world = World::new().await;
    let relay = world.relay().await;
    world.app.die();
    let oid = world.buy(&relay).await;
    let refused = |order: &paytr_sandbox::OrderSnapshot| !order.attempts.is_empty();
    world
        .sandbox
        .wait_until(&oid, crate::world::PATIENCE, refused)
        .await
        .unwrap();
    world.sandbox.stop_notifications(&oid).unwrap();
    let told = world.sandbox.order(&oid).unwrap().attempts.len();
    world.app.up().await;
    // The buyer comes back, so that nobody waits for the first minute to be over.
    let page = format!("{}/acme/paytr/ok?oid={oid}", relay.url);
    assert_eq!(world.http.get(page).send().await.unwrap().status(), 200);
    let received = world.app.tries(1).await;
    assert_eq!(received[0].body["data"]["merchant_oid"], *oid);
    assert!(received[0].body["data"]["attempt"].as_u64() >= Some(2));
    let now = world.sandbox.order(&oid).unwrap().attempts.len();
    assert!(
        now <= told + 1,
        "PayTR was not asked to repeat: {told}, {now}"
    );
}

#[tokio::test]
async fn a_payment_whose_notification_never_comes_is_found() {
    let mut world = World::new().await;
    world.inquire_after = "100ms";
    let relay = world.relay().await;
    world
        .sandbox
        .set_notify_url("http://127.0.0.1:9/nobody")
        .unwrap();
    let oid = world.buy(&relay).await;
    let received = world.app.tries(1).await;
    assert_eq!(received[0].body["type"], "payment.paid");
    assert_eq!(received[0].body["data"]["merchant_oid"], *oid);
    assert_eq!(received[0].body["data"]["unsigned"], serde_json::json!({}));
    let by_inquiry = received[0].id.clone();

    // The id of an inquired payment is that of the notified one: the relay of another database is told the same.
    let other = World::new().await;
    let relay = other.relay().await;
    let body = PaymentNotification::failed(&oid, "1")
        .sign(&world.credentials())
        .to_body();
    other.notify(&relay, "/callback/acme", body).await;
    let received = other.app.tries(1).await;
    assert_eq!(received[0].body["type"], "payment.failed");
    assert_ne!(received[0].id, by_inquiry);
}

#[tokio::test]
async fn only_a_2xx_is_a_delivery_and_no_redirect_is_followed() {
    let world = World::new().await;
    let relay = world.relay().await;
    let mut booked = 0;
    for answers in [
        Answers::Status(300),
        Answers::Status(304),
        Answers::Status(400),
        Answers::Status(404),
        Answers::Status(410),
        Answers::Status(500),
        Answers::Status(503),
        Answers::Redirect(302),
        Answers::Redirect(307),
        Answers::Redirect(308),
        Answers::Never,
    ] {
        let before = world.app.received().len();
        world.app.answers(answers);
        let oid = world.buy(&relay).await;
        let tries = world.app.tries(before + 2).await;
        let (first, second) = (&tries[before], &tries[before + 1]);
        let order = world.sandbox.order(&oid).unwrap();
        assert!(
            !order.attempts.iter().any(|attempt| attempt.acknowledged),
            "{answers:?}"
        );
        assert_eq!(first.id, second.id, "each try has the same id");
        assert_eq!((first.attempt(), second.attempt()), (1, 2), "{answers:?}");
        assert_eq!(world.state(&relay, &oid).await["state"], "undelivered");
        world.app.answers(Answers::Taken);
        world.acknowledged(&oid).await;
        booked += 1;
        assert_eq!(world.app.booked().len(), booked, "{answers:?}");
    }
}

#[tokio::test]
async fn every_2xx_is_a_delivery() {
    let world = World::new().await;
    let relay = world.relay().await;
    for (number, status) in [200, 201, 202, 204, 299].into_iter().enumerate() {
        world.app.answers(Answers::Status(status));
        let oid = world.buy(&relay).await;
        world.acknowledged(&oid).await;
        assert_eq!(world.app.received().len(), number + 1, "{status}");
    }
}

#[tokio::test]
async fn each_try_has_the_time_of_this_try() {
    let world = World::new().await;
    let relay = world.relay().await;
    world.app.answers(Answers::Never);
    let oid = world.buy(&relay).await;
    // The app has a second for its answer, so they are as far apart.
    let tries = world.app.tries(2).await;
    let (first, second) = (&tries[0], &tries[1]);
    assert_eq!(first.id, second.id);
    assert!(second.timestamp > first.timestamp, "{tries:?}");
    for one in [first, second] {
        let said: jiff::Timestamp = one.body["timestamp"].as_str().unwrap().parse().unwrap();
        assert_eq!(said.as_second(), one.timestamp, "the body says the same");
    }
    world.app.answers(Answers::Taken);
    world.acknowledged(&oid).await;
}

#[tokio::test]
async fn a_test_payment_is_told_only_where_orders_are_tests() {
    let mut world = World::new().await;
    let live = world.relay().await;
    world.cut_paytr_off();
    let of_test = |oid: &str| {
        let paid = PaymentNotification::success(oid, 12_990).field("test_mode", "1");
        paid.sign(&world.credentials()).to_body()
    };
    let oid = world.buy(&live).await;
    let recorded = world.notify(&live, "/callback/acme", of_test(&oid)).await;
    assert_eq!(
        recorded.text().await.unwrap(),
        "OK",
        "PayTR need not repeat it"
    );
    assert!(world.app.received().is_empty());
    assert_eq!(world.state(&live, &oid).await["state"], "review");
    drop(live);

    world.merchant = "test_mode = true".to_owned();
    let relay = world.another_relay().await;
    let opened = world.open(&relay).await;
    let oid = opened["merchant_oid"].as_str().unwrap();
    assert_eq!(world.state(&relay, oid).await["test"], true);
    let paid = PaymentNotification::success(oid, 12_990).field("test_mode", "1");
    let body = paid.sign(&world.credentials()).to_body();
    let taken = world.notify(&relay, "/callback/acme", body).await;
    assert_eq!(taken.text().await.unwrap(), "OK");
    assert_eq!(world.app.received()[0].body["data"]["test"], true);
}

#[tokio::test]
async fn a_surcharge_is_told_up_to_the_limit_of_the_merchant() {
    let mut world = World::new().await;
    world.merchant = "largest_surcharge_percent = 10".to_owned();
    let relay = world.relay().await;
    world.cut_paytr_off();
    for (total, is_told) in [(14_289, true), (14_290, false)] {
        let opened = world.open(&relay).await;
        let oid = opened["merchant_oid"].as_str().unwrap();
        let paid = PaymentNotification::success(oid, total);
        let body = paid.sign(&world.credentials()).to_body();
        world.notify(&relay, "/callback/acme", body).await;
        let told = world.app.attempts(oid);
        assert_eq!(told.len(), usize::from(is_told), "{total}");
        let state = if is_told { "paid" } else { "review" };
        assert_eq!(world.state(&relay, oid).await["state"], state, "{total}");
    }
    assert_eq!(world.app.received()[0].body["data"]["total"], 14_289);
}

#[tokio::test]
async fn what_is_not_signed_stands_apart_and_changes_nothing_that_is() {
    let world = World::new().await;
    let relay = world.relay().await;
    world.cut_paytr_off();
    let oid = world.buy(&relay).await;
    let mut body = world.paid(&oid);
    body.push_str("&total=1&merchant=evil&attempt=9&currency_code=USD");
    let taken = world.notify(&relay, "/callback/acme", body).await;
    assert_eq!(taken.text().await.unwrap(), "OK");
    let data = &world.app.received()[0].body["data"];
    assert_eq!(
        (&data["total"], &data["attempt"]),
        (&12_990.into(), &1.into())
    );
    assert_eq!(data["merchant"], "acme");
    assert_eq!(data["unsigned"]["total"], "1");
    let signed = [
        "merchant",
        "merchant_id",
        "merchant_oid",
        "total",
        "currency",
        "test",
        "attempt",
        "unsigned",
    ];
    let fields = data.as_object().unwrap().keys();
    for field in fields {
        assert!(
            signed.contains(&&**field),
            "{field} is not one of those that were verified"
        );
    }
}

#[tokio::test]
async fn what_is_forged_or_of_another_amount_does_not_reach_the_app() {
    let world = World::new().await;
    let relay = world.relay().await;
    let opened = world.open(&relay).await;
    let oid = opened["merchant_oid"].as_str().unwrap();
    let stranger = Credentials::new("000042", "zZ3dE6gH9jK2mN5p", KEYS.1).unwrap();
    let notifications = [
        (
            PaymentNotification::success(oid, 12_990).sign(&stranger),
            "bad hash",
        ),
        (
            PaymentNotification::success(oid, 12_989).sign(&world.credentials()),
            "amount mismatch",
        ),
        (
            PaymentNotification::success("SHOP1", 12_990).sign(&world.credentials()),
            "unknown order",
        ),
    ];
    for (notification, why) in notifications {
        let answer = world
            .notify(&relay, "/callback/acme", notification.to_body())
            .await;
        assert_eq!(answer.status(), 400, "{why}");
        assert!(answer.text().await.unwrap().ends_with(why), "{why}");
    }
    assert!(world.app.received().is_empty());
    assert_eq!(Keyring::new(stranger).len(), 1);
}

#[tokio::test]
async fn a_failure_is_told_and_a_success_after_it_too() {
    let world = World::new().await;
    let relay = world.relay().await;
    let opened = world.open(&relay).await;
    let oid = opened["merchant_oid"].as_str().unwrap();
    world.sandbox.pay(oid, TestCard::LimitExceeded).unwrap();
    let received = world.app.tries(1).await;
    assert_eq!(received[0].body["type"], "payment.failed");
    assert!(received[0].body["data"].get("total").is_none());
    assert!(
        received[0].body["data"]["unsigned"]
            .get("failed_reason_code")
            .is_some()
    );
    world.sandbox.pay(oid, TestCard::Visa).unwrap();
    world.acknowledged(oid).await;
    let received = world.app.tries(2).await;
    assert_eq!(received[1].body["type"], "payment.paid");
    assert_eq!(world.app.booked().len(), 2);
}

#[tokio::test]
async fn no_secret_and_no_buyer_stands_in_the_log() {
    let world = World::new().await;
    let relay = world.relay().await;
    let oid = world.buy(&relay).await;
    world.acknowledged(&oid).await;
    let exit = relay.process.stop().await.unwrap();
    assert_eq!(exit.code, Some(0));
    let log = format!("{}{}", exit.stdout, exit.stderr);
    assert!(log.contains(&oid), "{log}");
    for secret in [
        SECRET,
        &SECRET[6..],
        KEYS.0,
        KEYS.1,
        crate::world::TOKEN,
        "ayse@example.com",
        "05551112233",
    ] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}
