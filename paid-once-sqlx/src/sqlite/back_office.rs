use paid_once::back_office::{BackOfficeLedger, HourCount, LedgerGauges, OrderFilter, OrderLife};
use paid_once::{OrderKey, OrderRecord, StoreError, async_trait};

use super::SqliteLedger;
use super::query::query;
use crate::value::{OrderColumns, gauges, hour_counts, life, record};

#[async_trait]
impl BackOfficeLedger for SqliteLedger {
    async fn orders(
        &self,
        filter: &OrderFilter,
        limit: u32,
    ) -> Result<Vec<OrderRecord>, StoreError> {
        let Some(columns) = OrderColumns::of(filter) else {
            return Ok(Vec::new());
        };
        let rows = query(&self.statements.orders)
            .bind(columns.merchant)
            .bind(columns.from)
            .bind(columns.before)
            .bind(columns.after_merchant)
            .bind(columns.after_order_id)
            .bind(columns.state)
            .bind(limit)
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(record).collect()
    }

    async fn life(&self, order: &OrderKey) -> Result<Option<OrderLife>, StoreError> {
        let row = self.row_of(&self.statements.life, order).await?;
        row.as_ref().map(life).transpose()
    }

    async fn hours(&self, hours: u32) -> Result<Vec<HourCount>, StoreError> {
        let rows = query(&self.statements.hours)
            .bind(hours)
            .fetch_all(&self.pool)
            .await?;
        hour_counts(&rows, hours)
    }

    async fn gauges(&self) -> Result<LedgerGauges, StoreError> {
        let row = query(&self.statements.gauges).fetch_one(&self.pool).await?;
        gauges(&row)
    }
}
