//! The configuration changes while the relay runs.

use paytr_core::testing::PaymentNotification;
use paytr_relay::WebhookSecret;
use rustix::process::{Pid, Signal, kill_process};
use shop_suite::eventually;

use crate::world::{Relay, SECRET, World};

pub(crate) fn hang_up(relay: &Relay) {
    let id = i32::try_from(relay.process.id()).unwrap();
    kill_process(Pid::from_raw(id).unwrap(), Signal::HUP).unwrap();
}

#[tokio::test]
async fn the_secret_of_the_app_changes_without_a_restart() {
    let world = World::new().await;
    let relay = world.relay().await;
    let oid = world.buy(&relay).await;
    world.acknowledged(&oid).await;
    let next = WebhookSecret::make().unwrap();
    // An app that knows the new one only takes nothing before the relay has it too.
    world.app.also_accepts(&next);
    world.secret(&next);
    hang_up(&relay);
    world.app.forget(SECRET);
    let oid = world.buy(&relay).await;
    world.acknowledged(&oid).await;
    assert_eq!(world.app.booked().len(), 2);
}

/// The relay signs with both while the app knows the old one, the new one or both.
#[tokio::test]
async fn a_message_is_signed_by_the_old_secret_and_the_new_one() {
    let mut world = World::new().await;
    let next = WebhookSecret::make().unwrap();
    std::fs::write(world.directory.path().join("next"), &next).unwrap();
    world.secret(SECRET);
    world.more_secrets = ", { file = \"next\" }";
    let relay = world.relay().await;
    let oid = world.buy(&relay).await;
    world.acknowledged(&oid).await;
    world.app.also_accepts(&next);
    world.app.forget(SECRET);
    let oid = world.buy(&relay).await;
    world.acknowledged(&oid).await;
    let received = world.app.received();
    assert!(
        received.iter().all(|one| one.signatures == 2),
        "{received:?}"
    );
    assert_eq!((received.len(), world.app.refused()), (2, 0));
}

#[tokio::test]
async fn a_wrong_configuration_changes_nothing() {
    let mut world = World::new().await;
    let relay = world.relay().await;
    world.secret("not a secret");
    world.merchant = "unknown = 1".to_owned();
    world.configuration();
    hang_up(&relay);
    for _ in 0..3 {
        let oid = world.buy(&relay).await;
        world.acknowledged(&oid).await;
    }
    assert_eq!(world.app.booked().len(), 3);
    let exit = relay.process.stop().await.unwrap();
    assert!(
        exit.stderr.contains("the configuration is not taken over"),
        "{}",
        exit.stderr
    );
    assert!(!exit.stderr.contains("not a secret"));
}

/// What a ledger knows does not move to another one by itself.
#[tokio::test]
async fn the_database_changes_with_a_start_only() {
    let mut world = World::new().await;
    let write = |text: &str| std::fs::write(world.directory.path().join("database"), text).unwrap();
    write("sqlite:one.db");
    world.top = "database = { file = \"database\" }".to_owned();
    let relay = world.relay().await;
    let oid = world.buy(&relay).await;
    world.acknowledged(&oid).await;
    std::fs::write(world.directory.path().join("database"), "sqlite:two.db").unwrap();
    // What else has changed does not hold either.
    let next = WebhookSecret::make().unwrap();
    world.secret(&next);
    hang_up(&relay);
    for _ in 0..3 {
        let oid = world.buy(&relay).await;
        world.acknowledged(&oid).await;
    }
    assert_eq!(world.state(&relay, &oid).await["state"], "paid");
    assert_eq!(world.app.refused(), 0);
    let exit = relay.process.stop().await.unwrap();
    let said = "the configuration is not taken over: database: ";
    assert!(exit.stderr.contains(said), "{}", exit.stderr);
    assert!(!world.directory.path().join("two.db").exists());
}

#[tokio::test]
async fn another_merchant_is_taken_in_and_told_apart_by_address_and_token() {
    let mut world = World::new().await;
    let relay = world.relay().await;
    std::fs::write(world.directory.path().join("key"), "bB3dE6gH9jK2mN5p").unwrap();
    std::fs::write(world.directory.path().join("salt"), "sR8sT1uV4wX7yZ0a").unwrap();
    std::fs::write(
        world.directory.path().join("token"),
        "another-token-of-32-characters-or-more",
    )
    .unwrap();
    world.merchant = format!(
        r#"
[[merchant]]
name = "other"
merchant_id = "654321"
merchant_key = {{ file = "key" }}
merchant_salt = {{ file = "salt" }}
api_tokens = [{{ file = "token" }}]
app = {{ url = "{}", secrets = [{{ file = "secret" }}] }}
"#,
        world.app.url()
    );
    world.configuration();
    hang_up(&relay);
    let other =
        paytr_core::Credentials::new("654321", "bB3dE6gH9jK2mN5p", "sR8sT1uV4wX7yZ0a").unwrap();
    let failed = PaymentNotification::failed("SHOP1", "1")
        .sign(&other)
        .to_body();
    let taken = eventually("the new merchant's notification is taken", async || {
        let answer = world
            .notify(&relay, "/callback/other", failed.clone())
            .await;
        Ok((answer.status() == 200).then_some(()))
    });
    taken.await.unwrap();
    assert_eq!(world.app.received()[0].body["data"]["merchant"], "other");
    // Its signature is not one of the other merchant, and with two there is no address without a name.
    let wrong = world.notify(&relay, "/callback/acme", failed.clone()).await;
    assert_eq!(wrong.status(), 400);
    assert_eq!(
        world.notify(&relay, "/callback", failed).await.status(),
        404
    );
    let opened = world.open(&relay).await;
    let oid = opened["merchant_oid"].as_str().unwrap();
    let request = world.http.get(format!("{}/orders/{oid}", relay.url));
    let request = request.bearer_auth("another-token-of-32-characters-or-more");
    assert_eq!(
        request.send().await.unwrap().status(),
        404,
        "an order is its merchant's alone"
    );
}
