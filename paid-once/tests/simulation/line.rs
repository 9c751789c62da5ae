//! The line between a node and everything outside of it: slow, cut at times, and dead with its node.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use paid_once::refund::{NewRefund, RefundLedger, RefundRecord, Reservation};
use paid_once::*;
use tokio::time::{sleep, sleep_until};

use crate::world::World;

/// A call that was under way when its caller lost the connection arrives at most so much later.
const LATEST: u64 = 1_500;

/// Between a node and everything outside of it.
pub(crate) struct Line {
    pub(crate) world: Arc<World>,
    pub(crate) dead: Arc<AtomicBool>,
    /// How many questions to the provider are under way.
    pub(crate) asking: AtomicUsize,
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

    async fn write<T, F>(&self, write: impl FnOnce(Arc<World>) -> F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        self.write_late(3, write).await
    }

    /// A write, there and back. So often the caller is told of a broken connection, and the store does it all the
    /// same, much later.
    async fn write_late<T, F>(
        &self,
        per_cent: u64,
        write: impl FnOnce(Arc<World>) -> F,
    ) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        self.there().await?;
        let written = write(self.world.clone());
        if self.world.loses_calls(per_cent) {
            self.world.count(|count| count.late_calls += 1);
            let late = Duration::from_millis(self.world.below(LATEST));
            tokio::spawn(async move {
                sleep(late).await;
                written.await
            });
            return Err(StoreError::new("the connection broke"));
        }
        let answer = written.await?;
        self.back(answer).await
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
        let payment = payment.clone();
        self.write(async move |world| world.claim(&payment, claimant, lease_for).await)
            .await
    }

    async fn settle(&self, lease: &Lease) -> Result<Settled, StoreError> {
        let lease = lease.clone();
        self.write(async move |world| {
            world.book().settles(&lease);
            world.settle(&lease).await
        })
        .await
    }

    async fn standing(&self, payment: &Payment) -> Result<Standing, StoreError> {
        self.there().await?;
        let standing = self.world.ledger.standing(payment).await?;
        self.world.judges(|seen| seen.stands(payment, standing));
        self.back(standing).await
    }

    async fn release(&self, lease: &Lease, why: HandlerFailure) -> Result<(), StoreError> {
        self.world.book().tries_to_release(lease, why);
        let lease = lease.clone();
        self.write(async move |world| {
            world.book().releases(&lease, why);
            world.release(&lease, why).await
        })
        .await
    }

    async fn review(&self, payment: &Payment, why: ReviewReason) -> Result<(), StoreError> {
        let payment = payment.clone();
        self.write(async move |world| world.review(&payment, why).await)
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
        self.world.rests(order, &self.dead, pause);
        self.back(()).await
    }

    async fn close(&self, order: &OrderKey) -> Result<bool, StoreError> {
        let may_be_closed = self.world.may_be_closed(order, &self.dead);
        let order = order.clone();
        // Often late: how the order stands may be another by then.
        self.write_late(20, async move |world| {
            world.close(&order, may_be_closed).await
        })
        .await
    }

    async fn set_expected(&self, order: &OrderKey, expected: Expected) -> Result<(), StoreError> {
        self.there().await?;
        self.world.ledger.set_expected(order, expected).await?;
        self.back(()).await
    }

    async fn reviews(&self, filter: &ReviewFilter, limit: u32) -> Result<Vec<Review>, StoreError> {
        self.there().await?;
        self.back(self.world.ledger.reviews(filter, limit).await?)
            .await
    }

    async fn resolve(
        &self,
        entry: ReviewId,
        resolution: Resolution,
        by: &str,
        note: &str,
    ) -> Result<Resolving, StoreError> {
        self.there().await?;
        let resolving = self.world.ledger.resolve(entry, resolution, by, note);
        let resolving = resolving.await?;
        if resolving == Resolving::Now {
            let written = (resolution, by.to_owned(), note.to_owned());
            self.world.book().is_resolved(entry, written);
        }
        self.back(resolving).await
    }

    // What no node of this shop does.

    async fn open(&self, _: NewOrder) -> Result<Opened, StoreError> {
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

    async fn purge(&self, _: Retention, _: u32) -> Result<u64, StoreError> {
        unreachable!()
    }
}

#[async_trait]
impl RefundLedger for Line {
    async fn reserve(&self, refund: &NewRefund) -> Result<Reservation, StoreError> {
        self.there().await?;
        self.back(self.world.ledger.reserve(refund).await?).await
    }

    async fn confirm(&self, order: &OrderKey, reference: &str) -> Result<(), StoreError> {
        self.there().await?;
        self.back(self.world.ledger.confirm(order, reference).await?)
            .await
    }

    async fn cancel(&self, order: &OrderKey, reference: &str) -> Result<(), StoreError> {
        self.there().await?;
        self.back(self.world.ledger.cancel(order, reference).await?)
            .await
    }

    async fn refunds(&self, _: &OrderKey) -> Result<Vec<RefundRecord>, StoreError> {
        unreachable!()
    }

    async fn undecided_refunds(
        &self,
        merchant: &str,
        age: Duration,
        limit: u32,
    ) -> Result<Vec<RefundRecord>, StoreError> {
        self.there().await?;
        let undecided = self.world.ledger.undecided_refunds(merchant, age, limit);
        self.back(undecided.await?).await
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
