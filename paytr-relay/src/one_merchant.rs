//! The ledger as one merchant's people may see it.
//!
//! The merchants of a relay share one ledger, and each has people and tokens of its own. Whoever works in the back
//! office of one must neither see nor settle, dismiss or refund what is another's.

use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use paytr_core::paid_once::back_office::{
    BackOfficeLedger, HourCount, LedgerGauges, OrderFilter, OrderLife,
};
use paytr_core::paid_once::refund::{NewRefund, RefundLedger, RefundRecord, Reservation};
use paytr_core::paid_once::{
    BoxError, Claim, Claimant, DueOrder, Expected, ExpectedAmount, HandlerFailure, Lease, NewOrder,
    Opened, OrderKey, OrderLedger, OrderRecord, OrderStore, Payment, Resolution, Resolving,
    Retention, Review, ReviewFilter, ReviewId, ReviewReason, Settled, Standing, StoreError,
};

/// How many entries of all merchants are read at once.
const PAGE: u32 = 500;

/// What of a ledger belongs to one merchant: its own namespace, and those below it, of links and notices. Nothing else
/// is there. The numbers of [`gauges`](BackOfficeLedger::gauges) and [`hours`](BackOfficeLedger::hours) are those of
/// the whole ledger.
pub(crate) struct OneMerchant {
    ledger: Arc<dyn BackOfficeLedger>,
    merchant: String,
}

impl OneMerchant {
    pub(crate) fn of(ledger: Arc<dyn BackOfficeLedger>, merchant: &dyn Display) -> Self {
        Self {
            ledger,
            merchant: merchant.to_string(),
        }
    }

    fn has(&self, order: &OrderKey) -> bool {
        self.has_namespace(order.merchant())
    }

    fn has_namespace(&self, namespace: &str) -> bool {
        let below = namespace.strip_prefix(&*self.merchant);
        below.is_some_and(|below| below.is_empty() || below.starts_with(':'))
    }

    /// For what is only asked with an order of this merchant, or an order that is another's by mistake.
    fn own(&self, order: &OrderKey) -> Result<(), StoreError> {
        if self.has(order) {
            return Ok(());
        }
        Err(StoreError::new("the order is another merchant's"))
    }
}

#[async_trait]
impl OrderStore for OneMerchant {
    async fn claim(
        &self,
        payment: &Payment,
        claimant: Claimant,
        lease_for: Duration,
    ) -> Result<Claim, StoreError> {
        self.own(&payment.order)?;
        self.ledger.claim(payment, claimant, lease_for).await
    }

    async fn standing(&self, payment: &Payment) -> Result<Standing, StoreError> {
        self.own(&payment.order)?;
        self.ledger.standing(payment).await
    }

    async fn settle(&self, lease: &Lease) -> Result<Settled, StoreError> {
        self.ledger.settle(lease).await
    }

    async fn release(&self, lease: &Lease, why: HandlerFailure) -> Result<(), StoreError> {
        self.ledger.release(lease, why).await
    }

    async fn review(&self, payment: &Payment, why: ReviewReason) -> Result<(), StoreError> {
        self.own(&payment.order)?;
        self.ledger.review(payment, why).await
    }
}

#[async_trait]
impl ExpectedAmount for OneMerchant {
    async fn expected_amount(&self, order: &OrderKey) -> Result<Expected, BoxError> {
        self.own(order)?;
        self.ledger.expected_amount(order).await
    }
}

#[async_trait]
impl OrderLedger for OneMerchant {
    async fn open(&self, order: NewOrder) -> Result<Opened, StoreError> {
        self.own(&order.order)?;
        self.ledger.open(order).await
    }

    async fn attach_session(&self, order: &OrderKey, session: &str) -> Result<(), StoreError> {
        self.own(order)?;
        self.ledger.attach_session(order, session).await
    }

    async fn abandon(&self, order: &OrderKey) -> Result<(), StoreError> {
        self.own(order)?;
        self.ledger.abandon(order).await
    }

    async fn set_expected(&self, order: &OrderKey, expected: Expected) -> Result<(), StoreError> {
        self.own(order)?;
        self.ledger.set_expected(order, expected).await
    }

    async fn get(&self, order: &OrderKey) -> Result<Option<OrderRecord>, StoreError> {
        if !self.has(order) {
            return Ok(None);
        }
        self.ledger.get(order).await
    }

    async fn take_due(
        &self,
        merchant: &str,
        limit: u32,
        busy_for: Duration,
    ) -> Result<Vec<DueOrder>, StoreError> {
        if !self.has_namespace(merchant) {
            return Ok(Vec::new());
        }
        self.ledger.take_due(merchant, limit, busy_for).await
    }

    async fn due(&self, merchant: &str, limit: u32) -> Result<Vec<DueOrder>, StoreError> {
        if !self.has_namespace(merchant) {
            return Ok(Vec::new());
        }
        self.ledger.due(merchant, limit).await
    }

    async fn postpone(&self, order: &OrderKey, pause: Duration) -> Result<(), StoreError> {
        self.own(order)?;
        self.ledger.postpone(order, pause).await
    }

    async fn hurry(&self, order: &OrderKey) -> Result<(), StoreError> {
        self.own(order)?;
        self.ledger.hurry(order).await
    }

    async fn close(&self, order: &OrderKey) -> Result<bool, StoreError> {
        self.own(order)?;
        self.ledger.close(order).await
    }

    /// The ledger has no pages of these: it is read further, as far as others' fill what was read.
    async fn undelivered(&self, limit: u32) -> Result<Vec<OrderRecord>, StoreError> {
        let mut most = limit.max(PAGE);
        loop {
            let found = self.ledger.undelivered(most).await?;
            let is_all = found.len() < most as usize || most == u32::MAX;
            let ours = found.into_iter().filter(|record| self.has(&record.order));
            let ours: Vec<_> = ours.take(limit as usize).collect();
            if is_all || ours.len() == limit as usize {
                return Ok(ours);
            }
            most = most.saturating_mul(4);
        }
    }

    async fn reviews(&self, filter: &ReviewFilter, limit: u32) -> Result<Vec<Review>, StoreError> {
        let (mut ours, mut filter) = (Vec::new(), filter.clone());
        loop {
            let page = self.ledger.reviews(&filter, PAGE).await?;
            let is_last = page.len() < PAGE as usize;
            if let Some(last) = page.last() {
                filter = filter.before(last.id);
            }
            ours.extend(page.into_iter().filter(|review| self.has(review.order())));
            if is_last || ours.len() >= limit as usize {
                ours.truncate(limit as usize);
                return Ok(ours);
            }
        }
    }

    async fn resolve(
        &self,
        entry: ReviewId,
        resolution: Resolution,
        by: &str,
        note: &str,
    ) -> Result<Resolving, StoreError> {
        let next = ReviewId::new(entry.get().saturating_add(1));
        let filter = ReviewFilter::all().before(next);
        let found = self.ledger.reviews(&filter, 1).await?;
        let is_ours = |review: &Review| review.id == entry && self.has(review.order());
        if !found.iter().any(is_ours) {
            return Ok(Resolving::Unknown);
        }
        self.ledger.resolve(entry, resolution, by, note).await
    }

    /// Nothing: what is forgotten is forgotten for all merchants, by the relay.
    async fn purge(&self, _retention: Retention, _batch: u32) -> Result<u64, StoreError> {
        Ok(0)
    }
}

#[async_trait]
impl RefundLedger for OneMerchant {
    async fn reserve(&self, refund: &NewRefund) -> Result<Reservation, StoreError> {
        self.own(&refund.order)?;
        self.ledger.reserve(refund).await
    }

    async fn confirm(&self, order: &OrderKey, reference: &str) -> Result<(), StoreError> {
        self.own(order)?;
        self.ledger.confirm(order, reference).await
    }

    async fn cancel(&self, order: &OrderKey, reference: &str) -> Result<(), StoreError> {
        self.own(order)?;
        self.ledger.cancel(order, reference).await
    }

    async fn refunds(&self, order: &OrderKey) -> Result<Vec<RefundRecord>, StoreError> {
        if !self.has(order) {
            return Ok(Vec::new());
        }
        self.ledger.refunds(order).await
    }

    async fn undecided_refunds(
        &self,
        merchant: &str,
        age: Duration,
        limit: u32,
    ) -> Result<Vec<RefundRecord>, StoreError> {
        if !self.has_namespace(merchant) {
            return Ok(Vec::new());
        }
        self.ledger.undecided_refunds(merchant, age, limit).await
    }
}

#[async_trait]
impl BackOfficeLedger for OneMerchant {
    async fn orders(
        &self,
        filter: &OrderFilter,
        limit: u32,
    ) -> Result<Vec<OrderRecord>, StoreError> {
        let namespace = filter.merchant.as_deref().unwrap_or(&self.merchant);
        if !self.has_namespace(namespace) {
            return Ok(Vec::new());
        }
        let mut filter = filter.clone();
        filter.merchant = Some(namespace.to_owned());
        self.ledger.orders(&filter, limit).await
    }

    async fn life(&self, order: &OrderKey) -> Result<Option<OrderLife>, StoreError> {
        if !self.has(order) {
            return Ok(None);
        }
        self.ledger.life(order).await
    }

    async fn hours(&self, hours: u32) -> Result<Vec<HourCount>, StoreError> {
        self.ledger.hours(hours).await
    }

    async fn gauges(&self) -> Result<LedgerGauges, StoreError> {
        self.ledger.gauges().await
    }
}

#[cfg(test)]
mod tests {
    use paytr_core::MemoryStore;
    use paytr_core::paid_once::{Currency, FailureReason, Money};

    use super::*;

    const WEEK: Duration = Duration::from_hours(168);

    fn key(namespace: &str, order: &str) -> OrderKey {
        OrderKey::new(namespace, order).unwrap()
    }

    fn paid(order: OrderKey) -> Payment {
        Payment::paid(order, Money::new(100, Currency::TRY))
    }

    /// A ledger with an owed payment, a review and a refused failure of many others, and of this merchant below them.
    async fn crowded() -> (Arc<MemoryStore>, OneMerchant) {
        let ledger = Arc::new(MemoryStore::new());
        for number in 0..PAGE + 100 {
            owe(&ledger, key("2", &format!("A{number}"))).await;
        }
        owe(&ledger, key("1", "B1")).await;
        owe(&ledger, key("1:link:L", "B2")).await;
        owe(&ledger, key("12", "C1")).await;
        let own = ledger.clone();
        for order in [key("1", "D1"), key("1:link:L", "D2"), key("12", "D3")] {
            let payment = paid(order);
            let review = ledger.review(&payment, ReviewReason::UnknownOrder);
            review.await.unwrap();
        }
        for number in 0..PAGE + 100 {
            let payment = paid(key("2", &format!("E{number}")));
            let review = ledger.review(&payment, ReviewReason::UnknownOrder);
            review.await.unwrap();
        }
        (ledger, OneMerchant::of(own, &"1"))
    }

    async fn owe(ledger: &MemoryStore, order: OrderKey) {
        let claim = ledger.claim(&paid(order), Claimant::unique(), WEEK).await;
        let Claim::Granted(lease) = claim.unwrap() else {
            panic!("nobody else has it");
        };
        let released = ledger.release(&lease, HandlerFailure::Error);
        released.await.unwrap();
    }

    fn ids<'a>(orders: impl Iterator<Item = &'a OrderKey>) -> Vec<&'a str> {
        orders.map(OrderKey::order_id).collect()
    }

    #[tokio::test]
    async fn what_others_have_is_neither_seen_nor_in_the_way() {
        let (_, ours) = crowded().await;
        let owed = ours.undelivered(10).await.unwrap();
        assert_eq!(ids(owed.iter().map(|one| &one.order)), ["B1", "B2"]);
        assert_eq!(ours.undelivered(1).await.unwrap().len(), 1);
        let reviews = ours.reviews(&ReviewFilter::open(), 10).await.unwrap();
        assert_eq!(ids(reviews.iter().map(Review::order)), ["D2", "D1"]);
        let next = ReviewFilter::open().before(reviews[0].id);
        let next = ours.reviews(&next, 1).await.unwrap();
        assert_eq!(ids(next.iter().map(Review::order)), ["D1"]);
    }

    #[tokio::test]
    async fn an_order_of_another_merchant_is_not_there() {
        let (_, ours) = crowded().await;
        for (namespace, order, is_there) in [
            ("1", "B1", true),
            ("1:link:L", "B2", true),
            ("12", "C1", false),
            ("2", "A1", false),
        ] {
            let order = key(namespace, order);
            assert_eq!(
                ours.life(&order).await.unwrap().is_some(),
                is_there,
                "{order}"
            );
            let standing = ours.standing(&paid(order.clone())).await;
            assert_eq!(standing.is_ok(), is_there, "{order}");
            assert_eq!(ours.hurry(&order).await.is_ok(), is_there, "{order}");
            let failed = Payment::failed(order.clone(), FailureReason::default());
            let claim = ours.claim(&failed, Claimant::unique(), WEEK).await;
            assert_eq!(claim.is_ok(), is_there, "{order}");
        }
        for namespace in ["12", "2", "", "1link"] {
            let filter = OrderFilter::of_merchant(namespace);
            assert_eq!(ours.orders(&filter, 10).await.unwrap(), [], "{namespace}");
            assert_eq!(
                ours.due(namespace, 10).await.unwrap().len(),
                0,
                "{namespace}"
            );
        }
    }

    #[tokio::test]
    async fn a_review_of_another_merchant_cannot_be_resolved() {
        let (ledger, ours) = crowded().await;
        let all = ledger.reviews(&ReviewFilter::open(), 10_000).await.unwrap();
        for review in all {
            let resolved = ours.resolve(review.id, Resolution::Dismissed, "ayse", "");
            let is_ours = matches!(review.order().merchant(), "1" | "1:link:L");
            let expected = if is_ours {
                Resolving::Now
            } else {
                Resolving::Unknown
            };
            assert_eq!(resolved.await.unwrap(), expected, "{:?}", review.order());
        }
    }
}
