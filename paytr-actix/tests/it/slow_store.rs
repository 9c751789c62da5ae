//! A store whose claims are made, and then wait for the test before they are told.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use paid_once::{
    Claim, Claimant, HandlerFailure, Lease, OrderStore, Payment, ReviewReason, Settled, Standing,
    StoreError,
};
use paytr_actix::MemoryStore;
use paytr_actix::paytr_core::async_trait;
use tokio::sync::Semaphore;

pub(crate) struct SlowStore {
    pub(crate) inner: Arc<MemoryStore>,
    pub(crate) claims: AtomicU32,
    pub(crate) door: Semaphore,
}

impl SlowStore {
    pub(crate) fn new(inner: Arc<MemoryStore>) -> Self {
        Self {
            inner,
            claims: AtomicU32::new(0),
            door: Semaphore::new(0),
        }
    }
}

#[async_trait]
impl OrderStore for SlowStore {
    async fn claim(
        &self,
        payment: &Payment,
        claimant: Claimant,
        lease_for: Duration,
    ) -> Result<Claim, StoreError> {
        let claim = self.inner.claim(payment, claimant, lease_for).await;
        self.claims.fetch_add(1, Ordering::SeqCst);
        self.door.acquire().await.unwrap().forget();
        claim
    }

    async fn settle(&self, lease: &Lease) -> Result<Settled, StoreError> {
        self.inner.settle(lease).await
    }

    async fn standing(&self, payment: &Payment) -> Result<Standing, StoreError> {
        self.inner.standing(payment).await
    }

    async fn release(&self, lease: &Lease, why: HandlerFailure) -> Result<(), StoreError> {
        self.inner.release(lease, why).await
    }

    async fn review(&self, payment: &Payment, why: ReviewReason) -> Result<(), StoreError> {
        self.inner.review(payment, why).await
    }
}
