//! The line between a node and everything outside of it: slow, cut at times, and dead with its node.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use paid_once::*;
use tokio::time::sleep_until;

use crate::world::World;

/// Between a node and everything outside of it.
pub(crate) struct Line {
    pub(crate) world: Arc<World>,
    pub(crate) dead: Arc<AtomicBool>,
}

impl Line {
    pub(crate) async fn unless_dead(&self) {
        if self.dead.load(Ordering::Relaxed) {
            pending::<()>().await;
        }
    }

    /// One way, there or back: it takes its time, and the node may die on it.
    pub(crate) async fn way(&self) {
        self.unless_dead().await;
        self.world.wait_up_to(30).await;
        self.unless_dead().await;
    }

    async fn there(&self) -> Result<(), StoreError> {
        self.way().await;
        if let Some(back_at) = self.world.away_until() {
            self.world.count(|count| count.failed_calls += 1);
            if self.world.below(2) == 0 {
                return Err(StoreError::new("the store is away"));
            }
            // The connection survives: the call goes on, unless who waits for it has given up.
            sleep_until(back_at).await;
            self.unless_dead().await;
        }
        if self.world.loses_calls(4) {
            self.world.count(|count| count.failed_calls += 1);
            return Err(StoreError::new("the call failed"));
        }
        Ok(())
    }

    async fn back<T>(&self, answer: T) -> Result<T, StoreError> {
        self.way().await;
        if self.world.away_until().is_some() || self.world.loses_calls(4) {
            self.world.count(|count| count.lost_answers += 1);
            return Err(StoreError::new("the answer was lost"));
        }
        Ok(answer)
    }
}

#[async_trait]
impl OrderStore for Line {
    async fn claim(
        &self,
        payment: &Payment,
        claimant: Claimant,
        lease_for: Duration,
    ) -> Result<Claim, StoreError> {
        self.there().await?;
        let ledger = &self.world.ledger;
        self.back(ledger.claim(payment, claimant, lease_for).await?)
            .await
    }

    async fn settle(&self, lease: &Lease) -> Result<Settled, StoreError> {
        self.there().await?;
        self.back(self.world.ledger.settle(lease).await?).await
    }

    async fn standing(&self, payment: &Payment) -> Result<Standing, StoreError> {
        self.there().await?;
        self.back(self.world.ledger.standing(payment).await?).await
    }

    async fn release(&self, lease: &Lease, why: HandlerFailure) -> Result<(), StoreError> {
        self.there().await?;
        self.back(self.world.ledger.release(lease, why).await?)
            .await
    }

    async fn review(&self, payment: &Payment, why: ReviewReason) -> Result<(), StoreError> {
        self.there().await?;
        self.back(self.world.ledger.review(payment, why).await?)
            .await
    }
}

#[async_trait]
impl OrderLedger for Line {
    async fn get(&self, order: &OrderKey) -> Result<Option<OrderRecord>, StoreError> {
        self.there().await?;
        self.back(self.world.ledger.get(order).await?).await
    }

    async fn take_due(
        &self,
        merchant: &str,
        limit: u32,
        busy_for: Duration,
    ) -> Result<Vec<DueOrder>, StoreError> {
        self.there().await?;
        let taken = self.world.ledger.take_due(merchant, limit, busy_for);
        self.back(taken.await?).await
    }

    async fn postpone(&self, order: &OrderKey, pause: Duration) -> Result<(), StoreError> {
        self.there().await?;
        self.world.ledger.postpone(order, pause).await?;
        self.world.book().rests(order, &self.dead);
        self.back(()).await
    }

    async fn close(&self, order: &OrderKey) -> Result<bool, StoreError> {
        self.there().await?;
        let is_closed = self.world.ledger.close(order).await?;
        if is_closed {
            self.world.book().is_closed(order);
        }
        self.back(is_closed).await
    }

    // What no node of this shop does.

    async fn open(&self, _: NewOrder) -> Result<Opened, StoreError> {
        unreachable!()
    }

    async fn set_expected(&self, _: &OrderKey, _: Expected) -> Result<(), StoreError> {
        unreachable!()
    }

    async fn attach_session(&self, _: &OrderKey, _: &str) -> Result<(), StoreError> {
        unreachable!()
    }

    async fn abandon(&self, _: &OrderKey) -> Result<(), StoreError> {
        unreachable!()
    }

    async fn due(&self, _: &str, _: u32) -> Result<Vec<DueOrder>, StoreError> {
        unreachable!()
    }

    async fn hurry(&self, _: &OrderKey) -> Result<(), StoreError> {
        unreachable!()
    }

    async fn undelivered(&self, _: u32) -> Result<Vec<OrderRecord>, StoreError> {
        unreachable!()
    }

    async fn reviews(&self, _: &ReviewFilter, _: u32) -> Result<Vec<Review>, StoreError> {
        unreachable!()
    }

    async fn resolve(
        &self,
        _: ReviewId,
        _: Resolution,
        _: &str,
        _: &str,
    ) -> Result<Resolving, StoreError> {
        unreachable!()
    }

    async fn purge(&self, _: Retention, _: u32) -> Result<u64, StoreError> {
        unreachable!()
    }
}

#[async_trait]
impl ExpectedAmount for Line {
    async fn expected_amount(&self, order: &OrderKey) -> Result<Expected, BoxError> {
        self.there().await?;
        let expected = self.world.ledger.expected_amount(order).await?;
        Ok(self.back(expected).await?)
    }
}
