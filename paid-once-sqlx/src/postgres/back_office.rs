use paid_once::back_office::{BackOfficeLedger, HourCount, LedgerGauges, OrderFilter, OrderLife};
use paid_once::{OrderKey, OrderRecord, StoreError, async_trait};

use super::{PostgresLedger, query};
use crate::value::{OrderColumns, corrupt, gauges, hour_counts, life, record};

#[async_trait]
impl BackOfficeLedger for PostgresLedger {
    async fn orders(
        &self,
        filter: &OrderFilter,
        limit: u32,
    ) -> Result<Vec<OrderRecord>, StoreError> {
        let Some(columns) = OrderColumns::of(filter) else {
            return Ok(Vec::new());
        };
        let list = || {
            let columns = columns.clone();
            query(&self.statements.orders)
                .bind(columns.merchant)
                .bind(columns.from)
                .bind(columns.before)
                .bind(columns.after_merchant)
                .bind(columns.after_order_id)
                .bind(columns.state)
                .bind(i64::from(limit))
        };
        let rows = self.connections.repeatable(list).await?;
        rows.iter().map(record).collect()
    }

    async fn life(&self, order: &OrderKey) -> Result<Option<OrderLife>, StoreError> {
        let rows = self.about(&self.statements.life, order).await?;
        rows.first().map(life).transpose()
    }

    async fn hours(&self, hours: u32) -> Result<Vec<HourCount>, StoreError> {
        let count = || query(&self.statements.hours).bind(i64::from(hours));
        let rows = self.connections.repeatable(count).await?;
        hour_counts(&rows, hours)
    }

    async fn gauges(&self) -> Result<LedgerGauges, StoreError> {
        let count = || query(&self.statements.gauges);
        let rows = self.connections.repeatable(count).await?;
        rows.first().map_or_else(|| Err(corrupt("gauges")), gauges)
    }
}
