//! What PostgreSQL cannot hold, and what does not matter to it.

use std::error::Error as _;
use std::time::Duration;

use paid_once::testing::eventually;
use paid_once::{
    Claim, Claimant, Currency, Expected, Idempotency, Money, NewOrder, Opened, OrderKey,
    OrderLedger as _, OrderStore as _, Payment, Standing,
};
use paid_once_sqlx::sqlx::{self, AssertSqlSafe};

use crate::schema::{LEASE, Schema, hold, payment};

#[tokio::test]
async fn a_session_with_nul_is_an_error_and_no_damage() {
    let shop = Schema::new().await.unwrap();
    let order = payment().order;
    let price = Expected::Exactly(Money::new(3_456, Currency::TRY));
    let opened = shop.ledger.open(NewOrder::new(order.clone(), price)).await;
    assert_eq!(opened.unwrap(), Opened::New);
    let refused = shop.ledger.attach_session(&order, "a\0b").await;
    assert!(refused.unwrap_err().source().is_some());
    shop.ledger.attach_session(&order, "ab").await.unwrap();
    let record = shop.ledger.get(&order).await.unwrap().unwrap();
    assert_eq!(record.session.as_deref(), Some("ab"));
}

#[tokio::test]
async fn a_cart_key_may_be_any_text() {
    let shop = Schema::new().await.unwrap();
    let long = "k".repeat(100_000);
    let keys = ["", "\0", "\0\0", "'", "İ", &long];
    for (index, key) in keys.into_iter().enumerate() {
        let order = |attempt: &str| OrderKey::new("m", format!("{index}{attempt}")).unwrap();
        let click = |attempt| {
            NewOrder::new(order(attempt), Expected::Unknown).with_idempotency(Idempotency {
                key: key.to_owned(),
                fingerprint: [1; 32],
                reuse_for: LEASE,
            })
        };
        assert_eq!(shop.ledger.open(click("A")).await.unwrap(), Opened::New);
        match shop.ledger.open(click("B")).await.unwrap() {
            Opened::Existing(record) => assert_eq!(record.order, order("A")),
            other => panic!("existing, not {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_total_that_does_not_fit_is_an_error() {
    let shop = Schema::new().await.unwrap();
    let largest = Payment::paid(payment().order, Money::new(u64::MAX, Currency::TRY));
    let claim = shop.ledger.claim(&largest, Claimant::unique(), LEASE).await;
    assert!(claim.is_err());
}

#[tokio::test]
async fn a_lease_may_be_as_long_as_one_likes() {
    let shop = Schema::new().await.unwrap();
    hold(&shop.ledger, Duration::MAX).await;
}

/// The database's collation may call different texts equal, and may change with the operating system.
#[tokio::test]
async fn keys_compare_byte_by_byte_in_every_table() {
    let shop = Schema::new().await.unwrap();
    let collations: Vec<(String, String)> = sqlx::query_as(AssertSqlSafe(format!(
        "SELECT table_name || '.' || column_name, coalesce(collation_name, 'that of the database')
         FROM information_schema.columns
         WHERE table_schema = '{}' AND column_name IN ('merchant', 'order_id', 'reference', 'name')",
        shop.name
    )))
    .fetch_all(shop.ledger.pool())
    .await
    .unwrap();
    assert_eq!(
        collations.len(),
        11,
        "orders, carts, reviews, refunds, prices"
    );
    for (column, collation) in collations {
        assert_eq!(collation, "C", "{column}");
    }
}

#[tokio::test]
async fn connections_that_lie_idle_are_closed_so_that_another_node_finds_them_free() {
    let shop = Schema::new().await.unwrap();
    let name = shop.name.to_string();
    let url = format!("{}?application_name={name}", shop.url);
    let options = shop.options().idle_timeout(Duration::from_millis(100));
    let node = options.open(&url).await.unwrap();
    let open = async || {
        let count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1";
        let count = sqlx::query_scalar::<_, i64>(count).bind(&name);
        count.fetch_one(shop.ledger.pool()).await.unwrap()
    };
    let claims = (0..8).map(|number| {
        let node = node.clone();
        let order = OrderKey::new("m", format!("ORDER{number}")).unwrap();
        let payment = Payment::paid(order, Money::new(3_456, Currency::TRY));
        tokio::spawn(async move { node.claim(&payment, Claimant::unique(), LEASE).await })
    });
    let transaction = node.begin().await.unwrap();
    for claim in claims.collect::<Vec<_>>() {
        let claim = claim.await.unwrap().unwrap();
        assert!(matches!(claim, Claim::Granted(_)), "{claim:?}");
    }
    assert!(open().await > 1);
    drop(transaction);
    eventually("all are closed", async || (open().await == 0).then_some(())).await;
    // And are opened again.
    let again = node.standing(&payment()).await.unwrap();
    assert_eq!(again, Standing::Open);
}
