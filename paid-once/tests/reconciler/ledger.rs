//! A ledger in memory that writes down how orders were taken and put off, and fails when told to.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use paid_once::*;

#[derive(Default)]
pub(crate) struct Watched {
    pub(crate) memory: MemoryStore,
    /// For how many orders it was asked at a time, and for how long they were to be busy.
    pub(crate) takes: Mutex<Vec<(u32, Duration)>>,
    /// Which orders were put off, and for how long.
    pub(crate) pauses: Mutex<Vec<(String, Duration)>>,
    /// How long each take but the first one takes.
    pub(crate) later_takes_last: Mutex<Duration>,
    faults: Mutex<VecDeque<&'static str>>,
}

impl Watched {
    /// The next call of this step fails.
    pub(crate) fn spoil(&self, step: &'static str) {
        self.faults.lock().unwrap().push_back(step);
    }

    fn fault(&self, step: &'static str) -> Result<(), StoreError> {
        let mut faults = self.faults.lock().unwrap();
        if faults.front() == Some(&step) {
            faults.pop_front();
            return Err(StoreError::new(std::io::Error::other("the disk is full")));
        }
        Ok(())
    }
}

#[async_trait]
impl OrderStore for Watched {
    async fn claim(
        &self,
        payment: &Payment,
        claimant: Claimant,
        lease_for: Duration,
    ) -> Result<Claim, StoreError> {
        self.memory.claim(payment, claimant, lease_for).await
    }

    async fn standing(&self, payment: &Payment) -> Result<Standing, StoreError> {
        self.memory.standing(payment).await
    }

    async fn settle(&self, lease: &Lease) -> Result<Settled, StoreError> {
        self.memory.settle(lease).await
    }

    async fn release(&self, lease: &Lease, why: HandlerFailure) -> Result<(), StoreError> {
        self.memory.release(lease, why).await
    }

    async fn review(&self, payment: &Payment, why: ReviewReason) -> Result<(), StoreError> {
        self.memory.review(payment, why).await
    }
}

#[async_trait]
impl ExpectedAmount for Watched {
    async fn expected_amount(&self, order: &OrderKey) -> Result<Expected, BoxError> {
        self.memory.expected_amount(order).await
    }
}

#[async_trait]
impl OrderLedger for Watched {
    async fn open(&self, order: NewOrder) -> Result<Opened, StoreError> {
        self.memory.open(order).await
    }

    async fn attach_session(&self, order: &OrderKey, session: &str) -> Result<(), StoreError> {
        self.memory.attach_session(order, session).await
    }

    async fn abandon(&self, order: &OrderKey) -> Result<(), StoreError> {
        self.memory.abandon(order).await
    }

    async fn set_expected(&self, order: &OrderKey, expected: Expected) -> Result<(), StoreError> {
        self.memory.set_expected(order, expected).await
    }

    async fn get(&self, order: &OrderKey) -> Result<Option<OrderRecord>, StoreError> {
        self.fault("get")?;
        self.memory.get(order).await
    }

    async fn take_due(
        &self,
        merchant: &str,
        limit: u32,
        busy_for: Duration,
    ) -> Result<Vec<DueOrder>, StoreError> {
        let is_first = {
            let mut takes = self.takes.lock().unwrap();
            takes.push((limit, busy_for));
            takes.len() == 1
        };
        if !is_first {
            let lasts = *self.later_takes_last.lock().unwrap();
            tokio::time::sleep(lasts).await;
        }
        self.fault("take_due")?;
        self.memory.take_due(merchant, limit, busy_for).await
    }

    async fn due(&self, merchant: &str, limit: u32) -> Result<Vec<DueOrder>, StoreError> {
        self.memory.due(merchant, limit).await
    }

    async fn postpone(&self, order: &OrderKey, pause: Duration) -> Result<(), StoreError> {
        let put_off = (order.order_id().to_owned(), pause);
        self.pauses.lock().unwrap().push(put_off);
        self.memory.postpone(order, pause).await
    }

    async fn hurry(&self, order: &OrderKey) -> Result<(), StoreError> {
        self.memory.hurry(order).await
    }

    async fn close(&self, order: &OrderKey) -> Result<bool, StoreError> {
        self.fault("close")?;
        self.memory.close(order).await
    }

    async fn undelivered(&self, limit: u32) -> Result<Vec<OrderRecord>, StoreError> {
        self.memory.undelivered(limit).await
    }

    async fn reviews(&self, filter: &ReviewFilter, limit: u32) -> Result<Vec<Review>, StoreError> {
        self.memory.reviews(filter, limit).await
    }

    async fn resolve(
        &self,
        entry: ReviewId,
        resolution: Resolution,
        by: &str,
        note: &str,
    ) -> Result<Resolving, StoreError> {
        self.memory.resolve(entry, resolution, by, note).await
    }

    async fn purge(&self, retention: Retention, batch: u32) -> Result<u64, StoreError> {
        self.memory.purge(retention, batch).await
    }
}
