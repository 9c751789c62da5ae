use paid_once::{BoxError, Expected, ExpectedAmount, OrderKey, async_trait};

use crate::columns::money;
use crate::{ShopOrders, sql};

#[async_trait]
impl ExpectedAmount for ShopOrders {
    /// What the order costs, or more: the buyer may have chosen instalments.
    ///
    /// A cancelled order is as unknown as one that was never placed: its payment is refused and recorded for review.
    async fn expected_amount(&self, order: &OrderKey) -> Result<Expected, BoxError> {
        let row = sqlx::query(sql::EXPECTED)
            .bind(order.merchant())
            .bind(order.order_id())
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else {
            return Ok(Expected::Unknown);
        };
        let total = money(&row, "total", "currency")?;
        Ok(total.map_or(Expected::Unknown, Expected::AtLeast))
    }
}
