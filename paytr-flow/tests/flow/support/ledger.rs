use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use paid_once::{Claim, Claimant, DueOrder, Retention, Settled, Standing};
use paytr_core::paid_once::{
    HandlerFailure, Lease, Opened, OrderRecord, Payment, Resolution, Resolving, Review,
    ReviewFilter, ReviewId, ReviewReason,
};
use paytr_core::{
    BoxError, Expected, ExpectedAmount, MemoryStore, NewOrder, OrderKey, OrderLedger, OrderStore,
    StoreError, async_trait,
};

/// A ledger in memory whose steps can be made to fail.
#[derive(Default)]
pub(crate) struct FaultyLedger {
    pub(super) store: MemoryStore,
    /// How much longer ago refunds were reserved than they were.
    pub(super) refunds_age: Mutex<Duration>,
    failing: Mutex<Option<&'static str>>,
    fingerprint: Mutex<Option<[u8; 32]>>,
    opens: AtomicUsize,
}

impl FaultyLedger {
    pub(crate) fn fail(&self, step: Option<&'static str>) {
        *self.failing.lock().unwrap() = step;
    }

    /// The fingerprint of the last order with an idempotency key.
    pub(crate) fn fingerprint(&self) -> Option<[u8; 32]> {
        *self.fingerprint.lock().unwrap()
    }

    /// How many clicks have come to the ledger.
    pub(crate) fn opens(&self) -> usize {
        self.opens.load(Ordering::SeqCst)
    }

    /// Waits until this many clicks have come to the ledger.
    pub(crate) async fn wait_for_opens(&self, count: usize) {
        let arrived = async {
            while self.opens() < count {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let in_time = tokio::time::timeout(Duration::from_secs(10), arrived).await;
        in_time.expect("the clicks come in time");
    }

    pub(super) fn check(&self, step: &'static str) -> Result<(), StoreError> {
        if *self.failing.lock().unwrap() == Some(step) {
            return Err(StoreError::new("secret inner detail"));
        }
        Ok(())
    }
}

#[async_trait]
impl OrderStore for FaultyLedger {
    async fn claim(
        &self,
        payment: &Payment,
        claimant: Claimant,
        lease_for: Duration,
    ) -> Result<Claim, StoreError> {
        self.store.claim(payment, claimant, lease_for).await
    }

    async fn settle(&self, lease: &Lease) -> Result<Settled, StoreError> {
        self.store.settle(lease).await
    }

    async fn standing(&self, payment: &Payment) -> Result<Standing, StoreError> {
        self.store.standing(payment).await
    }

    async fn release(&self, lease: &Lease, why: HandlerFailure) -> Result<(), StoreError> {
        self.store.release(lease, why).await
    }

    async fn review(&self, payment: &Payment, why: ReviewReason) -> Result<(), StoreError> {
        self.store.review(payment, why).await
    }
}

#[async_trait]
impl ExpectedAmount for FaultyLedger {
    async fn expected_amount(&self, order: &OrderKey) -> Result<Expected, BoxError> {
        self.store.expected_amount(order).await
    }
}

#[async_trait]
impl OrderLedger for FaultyLedger {
    async fn open(&self, order: NewOrder) -> Result<Opened, StoreError> {
        self.opens.fetch_add(1, Ordering::SeqCst);
        self.check("open")?;
        if self.check("order_exists").is_err() {
            return Ok(Opened::OrderExists);
        }
        if let Some(idempotency) = &order.idempotency {
            *self.fingerprint.lock().unwrap() = Some(idempotency.fingerprint);
        }
        self.store.open(order).await
    }

    async fn attach_session(&self, order: &OrderKey, session: &str) -> Result<(), StoreError> {
        self.check("attach_session")?;
        self.store.attach_session(order, session).await
    }

    async fn abandon(&self, order: &OrderKey) -> Result<(), StoreError> {
        self.store.abandon(order).await
    }

    async fn set_expected(&self, order: &OrderKey, expected: Expected) -> Result<(), StoreError> {
        self.store.set_expected(order, expected).await
    }

    async fn get(&self, order: &OrderKey) -> Result<Option<OrderRecord>, StoreError> {
        self.check("get")?;
        self.store.get(order).await
    }

    async fn take_due(
        &self,
        merchant: &str,
        limit: u32,
        busy_for: Duration,
    ) -> Result<Vec<DueOrder>, StoreError> {
        self.store.take_due(merchant, limit, busy_for).await
    }

    async fn due(&self, merchant: &str, limit: u32) -> Result<Vec<DueOrder>, StoreError> {
        self.store.due(merchant, limit).await
    }

    async fn postpone(&self, order: &OrderKey, pause: Duration) -> Result<(), StoreError> {
        self.store.postpone(order, pause).await
    }

    async fn hurry(&self, order: &OrderKey) -> Result<(), StoreError> {
        self.check("hurry")?;
        self.store.hurry(order).await
    }

    async fn close(&self, order: &OrderKey) -> Result<bool, StoreError> {
        self.store.close(order).await
    }

    async fn undelivered(&self, limit: u32) -> Result<Vec<OrderRecord>, StoreError> {
        self.store.undelivered(limit).await
    }

    async fn reviews(&self, filter: &ReviewFilter, limit: u32) -> Result<Vec<Review>, StoreError> {
        self.check("reviews")?;
        self.store.reviews(filter, limit).await
    }

    async fn resolve(
        &self,
        entry: ReviewId,
        resolution: Resolution,
        by: &str,
        note: &str,
    ) -> Result<Resolving, StoreError> {
        self.check("resolve")?;
        self.store.resolve(entry, resolution, by, note).await
    }

    async fn purge(&self, retention: Retention, batch: u32) -> Result<u64, StoreError> {
        self.store.purge(retention, batch).await
    }
}
