use std::time::Duration;

use paytr_core::paid_once::OrderRecord;
use paytr_core::paid_once::back_office::{
    BackOfficeLedger, HourCount, LedgerGauges, OrderFilter, OrderLife,
};
use paytr_core::paid_once::refund::{NewRefund, RefundLedger, RefundRecord, Reservation};
use paytr_core::{OrderKey, StoreError, async_trait};

use super::ledger::FaultyLedger;

impl FaultyLedger {
    fn aged(&self, mut refunds: Vec<RefundRecord>) -> Vec<RefundRecord> {
        let age = *self.refunds_age.lock().unwrap();
        for refund in &mut refunds {
            refund.reserved_at -= age;
        }
        refunds
    }
}

#[async_trait]
impl RefundLedger for FaultyLedger {
    async fn reserve(&self, refund: &NewRefund) -> Result<Reservation, StoreError> {
        self.check("reserve")?;
        self.store.reserve(refund).await
    }

    async fn confirm(&self, order: &OrderKey, reference: &str) -> Result<(), StoreError> {
        self.check("confirm")?;
        self.store.confirm(order, reference).await
    }

    async fn cancel(&self, order: &OrderKey, reference: &str) -> Result<(), StoreError> {
        self.check("cancel")?;
        self.store.cancel(order, reference).await
    }

    async fn refunds(&self, order: &OrderKey) -> Result<Vec<RefundRecord>, StoreError> {
        self.check("refunds")?;
        Ok(self.aged(self.store.refunds(order).await?))
    }

    async fn undecided_refunds(
        &self,
        merchant: &str,
        age: Duration,
        limit: u32,
    ) -> Result<Vec<RefundRecord>, StoreError> {
        let age = age.saturating_sub(*self.refunds_age.lock().unwrap());
        let undecided = self.store.undecided_refunds(merchant, age, limit).await?;
        Ok(self.aged(undecided))
    }
}

#[async_trait]
impl BackOfficeLedger for FaultyLedger {
    async fn orders(
        &self,
        filter: &OrderFilter,
        limit: u32,
    ) -> Result<Vec<OrderRecord>, StoreError> {
        self.check("orders")?;
        self.store.orders(filter, limit).await
    }

    async fn life(&self, order: &OrderKey) -> Result<Option<OrderLife>, StoreError> {
        self.check("life")?;
        self.store.life(order).await
    }

    async fn hours(&self, hours: u32) -> Result<Vec<HourCount>, StoreError> {
        self.store.hours(hours).await
    }

    async fn gauges(&self) -> Result<LedgerGauges, StoreError> {
        self.check("gauges")?;
        self.store.gauges().await
    }
}
