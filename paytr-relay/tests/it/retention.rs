//! Settled orders that are older than the configuration keeps them.

use paid_once_sqlx::SqliteLedger;
use paytr_core::testing::{LinkNotification, PaymentNotification};
use paytr_core::{OrderKey, OrderLedger as _};
use shop_suite::eventually;
use sqlx::{Connection as _, PgConnection, SqliteConnection, raw_sql};

use crate::app::Answers;
use crate::notices::make_link;
use crate::world::{Relay, World};

const DAY_MS: i64 = 86_400_000;

/// Makes all that happened to an order happen so many days earlier.
async fn age(world: &World, oid: &str, days: i64) {
    let columns = [
        "opened_at",
        "paid_at",
        "failed_at",
        "closed_at",
        "undelivered_since",
    ];
    let sets = |by: &str| {
        let sets = columns.map(|column| format!("{column} = {column} - {by}"));
        let sets = sets.join(", ");
        sqlx::AssertSqlSafe(format!(
            "UPDATE paid_once_orders SET {sets} WHERE order_id = '{oid}'"
        ))
    };
    let rows = if let Some(url) = &world.database {
        let mut connection = PgConnection::connect(url).await.unwrap();
        let update = sets(&format!("interval '{days} days'"));
        raw_sql(update)
            .execute(&mut connection)
            .await
            .unwrap()
            .rows_affected()
    } else {
        let file = world.directory.path().join("paytr-relay.db");
        let url = format!("sqlite:{}", file.display());
        let mut connection = SqliteConnection::connect(&url).await.unwrap();
        let update = sets(&(days * DAY_MS).to_string());
        raw_sql(update)
            .execute(&mut connection)
            .await
            .unwrap()
            .rows_affected()
    };
    assert_eq!(rows, 1, "{oid}");
}

/// A paid order that is so many days old.
async fn paid_order(world: &World, relay: &Relay, days: i64) -> String {
    let oid = world.buy(relay).await;
    world.notify_until_ok(relay, &oid).await;
    age(world, &oid, days).await;
    oid
}

async fn is_forgotten(world: &World, relay: &Relay, oid: &str) {
    let forgotten = eventually("the order is forgotten", async || {
        Ok((world.state(relay, oid).await["code"] == "unknown_order").then_some(()))
    });
    forgotten.await.unwrap();
}

async fn only_what_is_old_and_settled_is_forgotten(mut world: World) {
    let relay = world.relay().await;
    world.cut_paytr_off();
    let old = paid_order(&world, &relay, 41).await;
    let newer = paid_order(&world, &relay, 39).await;
    world.app.answers(Answers::Status(500));
    let owed = world.buy(&relay).await;
    let refused = world
        .notify(&relay, "/callback/acme", world.paid(&owed))
        .await;
    assert_eq!(refused.status(), 500);
    age(&world, &owed, 400).await;
    world.app.answers(Answers::Taken);
    let failed = world.open(&relay).await;
    let failed = failed["merchant_oid"].as_str().unwrap();
    let failure = PaymentNotification::failed(failed, "1");
    let failure = failure.sign(&world.credentials()).to_body();
    let taken = world.notify(&relay, "/callback/acme", failure).await;
    assert_eq!(taken.text().await.unwrap(), "OK");
    age(&world, failed, 41).await;
    let unpaid = world.open(&relay).await;
    let unpaid = unpaid["merchant_oid"].as_str().unwrap();
    age(&world, unpaid, 400).await;
    drop(relay);

    // Without the setting nothing is ever forgotten.
    let relay = world.another_relay().await;
    for oid in [&old, &newer] {
        assert_eq!(world.state(&relay, oid).await["state"], "paid");
    }
    drop(relay);
    world.keep_settled_for = Some("40d");
    let relay = world.another_relay().await;
    is_forgotten(&world, &relay, &old).await;
    is_forgotten(&world, &relay, failed).await;
    assert_eq!(world.state(&relay, &newer).await["state"], "paid");
    assert_eq!(
        world.state(&relay, &owed).await["state"],
        "undelivered",
        "what is owed is kept"
    );
    assert_ne!(
        world.state(&relay, unpaid).await["code"],
        "unknown_order",
        "nobody closed it"
    );

    // A duplicate so late is not known as one: it is refused, a person sees it, and the app is not told.
    let told = world.app.received().len();
    let late = world
        .notify(&relay, "/callback/acme", world.paid(&old))
        .await;
    assert_eq!(late.status(), 400);
    assert!(late.text().await.unwrap().ends_with("unknown order"));
    assert_eq!(world.app.received().len(), told);
    let again = world
        .notify(&relay, "/callback/acme", world.paid(&newer))
        .await;
    assert_eq!(again.text().await.unwrap(), "OK");
    assert_eq!(world.app.received().len(), told);
}

#[tokio::test]
async fn only_what_is_old_and_settled_is_forgotten_in_sqlite() {
    only_what_is_old_and_settled_is_forgotten(World::new().await).await;
}

#[tokio::test]
async fn only_what_is_old_and_settled_is_forgotten_in_postgresql() {
    only_what_is_old_and_settled_is_forgotten(World::on_postgres().await).await;
}

/// As the page says: `webhook-id` is what an app has to know it by.
#[tokio::test]
async fn a_duplicate_of_a_forgotten_link_payment_is_told_under_its_old_id() {
    let mut world = World::new().await;
    world.merchant = "link_prefix = \"LINK\"".to_owned();
    let relay = world.relay().await;
    let link = make_link(&world, &relay).await;
    let notification = LinkNotification::success(&link, "PAYTR1", 9_900);
    let notification = notification.field("currency", "TL").field("test_mode", "0");
    let body = notification.sign(&world.credentials()).to_body();
    let path = "/callback/acme/link";
    let taken = world.notify(&relay, path, body.clone()).await;
    assert_eq!(taken.text().await.unwrap(), "OK");
    age(&world, "PAYTR1", 41).await;
    drop(relay);

    world.keep_settled_for = Some("40d");
    let relay = world.another_relay().await;
    let file = world.directory.path().join("paytr-relay.db");
    let ledger = SqliteLedger::connect(file).await.unwrap();
    let order = OrderKey::new(format!("000042:link:{link}"), "PAYTR1").unwrap();
    let forgotten = eventually("the payment is forgotten", async || {
        Ok(ledger.get(&order).await?.is_none().then_some(()))
    });
    forgotten.await.unwrap();
    let taken = world.notify(&relay, path, body).await;
    assert_eq!(taken.text().await.unwrap(), "OK");
    assert_eq!(
        (world.app.received().len(), world.app.booked().len()),
        (2, 1)
    );
}
