//! What the kit cannot know: how payments and the shop's own orders fit together.

use std::sync::Arc;

use own_orders_table::ShopOrders;
use paid_once::{
    BoxError, Currency, Decision, FailureReason, Gate, Mismatch, Money, OrderKey, Payment,
};

use crate::database::Database;

pub(crate) const PRICE: u64 = 3_456;

pub(crate) struct Shop {
    pub(crate) database: Database,
    pub(crate) orders: Arc<ShopOrders>,
    pub(crate) gate: Gate,
    pub(crate) order: OrderKey,
}

impl Shop {
    /// A shop with one open order.
    pub(crate) async fn open() -> Result<Self, BoxError> {
        let database = Database::fresh().await?;
        let orders = Arc::new(ShopOrders::new(database.pool.clone()));
        let order = OrderKey::new("100001", "SHOP0001")?;
        database.place(&order, PRICE.try_into()?).await?;
        Ok(Self {
            database,
            gate: Gate::builder(orders.clone(), orders.clone()).build()?,
            orders,
            order,
        })
    }

    pub(crate) async fn receive(&self, payment: Payment) -> Decision {
        let handled = |_delivery| async { Ok::<_, BoxError>(()) };
        self.gate.receive(payment, handled).await
    }

    pub(crate) fn paid(&self, minor_units: u64) -> Payment {
        Payment::paid(self.order.clone(), Money::new(minor_units, Currency::TRY))
    }

    pub(crate) fn failed(&self) -> Payment {
        Payment::failed(self.order.clone(), FailureReason::default())
    }

    pub(crate) async fn status(&self) -> Result<String, BoxError> {
        let status = sqlx::query_scalar("SELECT status FROM orders WHERE number = $1");
        let status = status.bind(self.order.order_id());
        Ok(status.fetch_one(&self.database.pool).await?)
    }
}

#[tokio::test]
async fn a_settled_payment_is_the_status_of_the_order() -> Result<(), BoxError> {
    let shop = Shop::open().await?;
    assert!(matches!(
        shop.receive(shop.failed()).await,
        Decision::Settled
    ));
    assert_eq!(shop.status().await?, "payment_failed");
    assert!(matches!(
        shop.receive(shop.paid(PRICE)).await,
        Decision::Settled
    ));
    assert_eq!(shop.status().await?, "paid");
    assert!(matches!(
        shop.receive(shop.failed()).await,
        Decision::Superseded
    ));
    assert_eq!(shop.status().await?, "paid");
    Ok(())
}

#[tokio::test]
async fn an_instalment_surcharge_is_paid_and_less_is_refused() -> Result<(), BoxError> {
    let shop = Shop::open().await?;
    let less = shop.receive(shop.paid(PRICE - 1)).await;
    assert!(
        matches!(less, Decision::Mismatch(Mismatch::Amount { .. })),
        "{less:?}"
    );
    assert_eq!(shop.status().await?, "open");
    assert!(matches!(
        shop.receive(shop.paid(PRICE + 100)).await,
        Decision::Settled
    ));
    Ok(())
}

#[tokio::test]
async fn a_cancelled_order_is_not_payable_and_its_payment_waits_for_a_person()
-> Result<(), BoxError> {
    let shop = Shop::open().await?;
    sqlx::query("UPDATE orders SET status = 'cancelled'")
        .execute(&shop.database.pool)
        .await?;
    let paid = shop.receive(shop.paid(PRICE)).await;
    assert!(
        matches!(paid, Decision::Mismatch(Mismatch::UnknownOrder)),
        "{paid:?}"
    );
    let reviews: i64 = sqlx::query_scalar("SELECT count(*) FROM payment_reviews")
        .fetch_one(&shop.database.pool)
        .await?;
    assert_eq!(reviews, 1);
    assert_eq!(shop.status().await?, "cancelled");
    Ok(())
}

#[tokio::test]
async fn a_failure_of_an_order_never_placed_is_not_acknowledged() -> Result<(), BoxError> {
    let shop = Shop::open().await?;
    let unknown = Payment::failed(
        OrderKey::new("100001", "NEVER0001")?,
        FailureReason::default(),
    );
    let decision = shop.receive(unknown).await;
    assert!(matches!(decision, Decision::Unavailable(_)), "{decision:?}");
    Ok(())
}

#[test]
fn the_guide_shows_the_sql_that_is_tested() {
    let guide = include_str!("../../README.md");
    for sql in [
        include_str!("../../sql/orders.sql"),
        include_str!("../../sql/payments.sql"),
    ] {
        assert!(
            guide.contains(sql),
            "the guide shows other SQL than:\n{sql}"
        );
    }
}
