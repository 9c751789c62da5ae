//! What is paid and not delivered: it stays, it is found, and it can be delivered again.

use std::time::{Duration, SystemTime};

use paid_once::testing::eventually;
use paid_once::{
    BoxError, Claim, Claimant, Decision, Delivery, HandlerFailure, Lease, OrderStore as _, Payment,
    Undelivered,
};

use crate::orders::{PRICE, Shop};

/// Longer than any test runs.
const LONG: Duration = Duration::from_mins(10);
const SHORT: Duration = Duration::from_millis(30);

impl Shop {
    async fn hold(&self, payment: &Payment, lease_for: Duration) -> Result<Lease, BoxError> {
        let claim = self.orders.claim(payment, Claimant::unique(), lease_for);
        match claim.await? {
            Claim::Granted(lease) => Ok(lease),
            other => Err(format!("granted, not {other:?}").into()),
        }
    }

    /// A handler that fails.
    async fn receive_in_vain(&self, payment: Payment) -> Decision {
        let fails = |_: Delivery| async { Err::<(), BoxError>("no paper in the printer".into()) };
        self.gate.receive(payment, fails).await
    }

    /// The only order that is undelivered.
    async fn undelivered(&self) -> Result<Option<Undelivered>, BoxError> {
        let mut listed = self.orders.undelivered(10).await?;
        let last = listed.pop();
        assert_eq!(listed, []);
        Ok(last.map(|(order, undelivered)| {
            assert_eq!(order, self.order);
            undelivered
        }))
    }
}

#[tokio::test]
async fn a_success_whose_handler_fails_is_found_and_delivered_again() -> Result<(), BoxError> {
    let shop = Shop::open().await?;
    let before = SystemTime::now();
    let first = shop.receive_in_vain(shop.paid(PRICE)).await;
    let failed = Decision::HandlerFailed(HandlerFailure::Error);
    assert_eq!(first, failed);
    let found = shop.undelivered().await?.ok_or("it is undelivered")?;
    assert_eq!(shop.paid(PRICE).total(), Some(found.total));
    assert_eq!(
        (found.attempts, found.last_failure),
        (1, Some(HandlerFailure::Error))
    );
    // Server and test share a clock here.
    assert!(found.since + Duration::from_secs(1) > before);

    assert_eq!(shop.receive_in_vain(shop.paid(PRICE)).await, failed);
    let again = shop.undelivered().await?.ok_or("it is still undelivered")?;
    assert_eq!((again.attempts, again.since), (2, found.since));

    // The guide's loop.
    for (order, undelivered) in shop.orders.undelivered(100).await? {
        let payment = Payment::paid(order, undelivered.total);
        assert_eq!(shop.receive(payment).await, Decision::Settled);
    }
    assert_eq!(shop.undelivered().await?, None);
    assert_eq!(shop.status().await?, "paid");
    Ok(())
}

#[tokio::test]
async fn a_success_whose_process_died_is_found_when_its_lease_runs_out() -> Result<(), BoxError> {
    let shop = Shop::open().await?;
    let success = shop.paid(PRICE);
    shop.hold(&success, SHORT).await?;
    let found = eventually("the order is undelivered", || async {
        shop.undelivered().await.ok().flatten()
    })
    .await;
    assert_eq!((found.attempts, found.last_failure), (1, None));
    // At work again, and since the same time.
    let lease = shop.hold(&success, LONG).await?;
    let at_work = shop.undelivered().await?.ok_or("it is undelivered")?;
    assert_eq!((at_work.attempts, at_work.since), (2, found.since));
    shop.orders
        .release(&lease, HandlerFailure::TimedOut)
        .await?;
    let released = shop.undelivered().await?.ok_or("it is undelivered")?;
    assert_eq!(released.since, found.since);
    assert_eq!(released.last_failure, Some(HandlerFailure::TimedOut));
    Ok(())
}

#[tokio::test]
async fn the_first_attempt_under_way_and_a_failure_are_not_undelivered() -> Result<(), BoxError> {
    let shop = Shop::open().await?;
    let lease = shop.hold(&shop.failed(), LONG).await?;
    shop.orders.release(&lease, HandlerFailure::Error).await?;
    assert_eq!(shop.undelivered().await?, None);
    shop.hold(&shop.paid(PRICE), LONG).await?;
    assert_eq!(shop.undelivered().await?, None);
    Ok(())
}

#[tokio::test]
async fn what_is_owed_decides_later_payments_and_is_not_cancelled() -> Result<(), BoxError> {
    let shop = Shop::open().await?;
    assert!(
        !shop
            .receive_in_vain(shop.paid(PRICE))
            .await
            .is_acknowledged()
    );
    assert_eq!(shop.receive(shop.failed()).await, Decision::Superseded);
    let more = shop.receive(shop.paid(PRICE + 1)).await;
    assert_eq!(more, Decision::ConflictRecorded);
    let cancelled = sqlx::query("UPDATE orders SET status = 'cancelled'");
    let refused = cancelled.execute(&shop.database.pool).await;
    assert!(refused.is_err(), "a paid order is not cancelled");
    assert_eq!(shop.status().await?, "open");
    assert_eq!(shop.receive(shop.paid(PRICE)).await, Decision::Settled);
    Ok(())
}

/// The guide's query for a person gives what the method gives.
#[tokio::test]
async fn the_query_of_the_guide_finds_the_same() -> Result<(), BoxError> {
    let shop = Shop::open().await?;
    assert!(
        !shop
            .receive_in_vain(shop.paid(PRICE))
            .await
            .is_acknowledged()
    );
    let guide = include_str!("../../README.md");
    let query = guide
        .split("```")
        .find(|block| block.starts_with("sql\nSELECT"));
    let query = query
        .and_then(|block| block.strip_prefix("sql\n"))
        .ok_or("the guide's query")?;
    let rows = sqlx::query(query).fetch_all(&shop.database.pool).await?;
    assert_eq!(rows.len(), 1);
    Ok(())
}
