//! A ledger that answers, fails or says nothing, as it is told.

use std::future;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use paytr_core::paid_once::back_office::*;
use paytr_core::paid_once::refund::*;
use paytr_core::paid_once::*;

/// How a [`MoodyLedger`] answers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Mood {
    Answers,
    /// With a cause that holds a secret.
    Fails,
    Hangs,
}

/// What a failing ledger's cause holds.
pub(crate) const SECRET: &str = "postgres://shop:cokgizli@db.example/shop";

/// Reads and counts like the store behind it, in the right mood. Nothing else is asked of it.
pub(crate) struct MoodyLedger {
    pub(crate) store: MemoryStore,
    mood: Mutex<Mood>,
}

impl MoodyLedger {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            store: MemoryStore::new(),
            mood: Mutex::new(Mood::Answers),
        })
    }

    pub(crate) fn is_now(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    async fn answer<T>(
        &self,
        answer: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let mood = *self.mood.lock().unwrap();
        match mood {
            Mood::Answers => answer.await,
            Mood::Fails => Err(StoreError::new(SECRET)),
            Mood::Hangs => future::pending().await,
        }
    }
}

fn not_asked<T>() -> T {
    panic!("nobody asks that for the health of a shop")
}

#[async_trait]
impl BackOfficeLedger for MoodyLedger {
    async fn gauges(&self) -> Result<LedgerGauges, StoreError> {
        self.answer(self.store.gauges()).await
    }

    async fn orders(&self, _: &OrderFilter, _: u32) -> Result<Vec<OrderRecord>, StoreError> {
        not_asked()
    }

    async fn life(&self, _: &OrderKey) -> Result<Option<OrderLife>, StoreError> {
        not_asked()
    }

    async fn hours(&self, _: u32) -> Result<Vec<HourCount>, StoreError> {
        not_asked()
    }
}

#[async_trait]
impl OrderLedger for MoodyLedger {
    async fn get(&self, order: &OrderKey) -> Result<Option<OrderRecord>, StoreError> {
        self.answer(self.store.get(order)).await
    }

    async fn open(&self, _: NewOrder) -> Result<Opened, StoreError> {
        not_asked()
    }

    async fn attach_session(&self, _: &OrderKey, _: &str) -> Result<(), StoreError> {
        not_asked()
    }

    async fn abandon(&self, _: &OrderKey) -> Result<(), StoreError> {
        not_asked()
    }

    async fn set_expected(&self, _: &OrderKey, _: Expected) -> Result<(), StoreError> {
        not_asked()
    }

    async fn take_due(&self, _: &str, _: u32, _: Duration) -> Result<Vec<DueOrder>, StoreError> {
        not_asked()
    }

    async fn due(&self, _: &str, _: u32) -> Result<Vec<DueOrder>, StoreError> {
        not_asked()
    }

    async fn postpone(&self, _: &OrderKey, _: Duration) -> Result<(), StoreError> {
        not_asked()
    }

    async fn hurry(&self, _: &OrderKey) -> Result<(), StoreError> {
        not_asked()
    }

    async fn close(&self, _: &OrderKey) -> Result<bool, StoreError> {
        not_asked()
    }

    async fn undelivered(&self, _: u32) -> Result<Vec<OrderRecord>, StoreError> {
        not_asked()
    }

    async fn reviews(&self, _: &ReviewFilter, _: u32) -> Result<Vec<Review>, StoreError> {
        not_asked()
    }

    async fn resolve(
        &self,
        _: ReviewId,
        _: Resolution,
        _: &str,
        _: &str,
    ) -> Result<Resolving, StoreError> {
        not_asked()
    }

    async fn purge(&self, _: Retention, _: u32) -> Result<u64, StoreError> {
        not_asked()
    }
}

#[async_trait]
impl OrderStore for MoodyLedger {
    async fn claim(&self, _: &Payment, _: Claimant, _: Duration) -> Result<Claim, StoreError> {
        not_asked()
    }

    async fn standing(&self, _: &Payment) -> Result<Standing, StoreError> {
        not_asked()
    }

    async fn settle(&self, _: &Lease) -> Result<Settled, StoreError> {
        not_asked()
    }

    async fn release(&self, _: &Lease, _: HandlerFailure) -> Result<(), StoreError> {
        not_asked()
    }

    async fn review(&self, _: &Payment, _: ReviewReason) -> Result<(), StoreError> {
        not_asked()
    }
}

#[async_trait]
impl ExpectedAmount for MoodyLedger {
    async fn expected_amount(&self, _: &OrderKey) -> Result<Expected, BoxError> {
        not_asked()
    }
}

#[async_trait]
impl RefundLedger for MoodyLedger {
    async fn reserve(&self, _: &NewRefund) -> Result<Reservation, StoreError> {
        not_asked()
    }

    async fn confirm(&self, _: &OrderKey, _: &str) -> Result<(), StoreError> {
        not_asked()
    }

    async fn cancel(&self, _: &OrderKey, _: &str) -> Result<(), StoreError> {
        not_asked()
    }

    async fn refunds(&self, _: &OrderKey) -> Result<Vec<RefundRecord>, StoreError> {
        not_asked()
    }

    async fn undecided_refunds(
        &self,
        _: &str,
        _: Duration,
        _: u32,
    ) -> Result<Vec<RefundRecord>, StoreError> {
        not_asked()
    }
}
