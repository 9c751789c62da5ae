use std::sync::Arc;
use std::time::Duration;

use paid_once::refund::{NewRefund, RefundLedger, RefundRecord, Reservation};
use paid_once::{Expected, OrderKey, PriceList, StoreError, async_trait};

use super::query::{Query, of_order, query};
use super::{SqliteLedger, store_error};
use crate::value::{expected_kind, millis, money_columns, refund, reservation};

#[async_trait]
impl RefundLedger for SqliteLedger {
    /// In one transaction. Nobody else writes while it is open.
    async fn reserve(&self, new: &NewRefund) -> Result<Reservation, StoreError> {
        let of_refund = |sql| of_refund(sql, &new.order, &new.reference);
        let mut transaction = self.begin().await?;
        let row = of_refund(&self.statements.before_reserving)
            .fetch_one(&mut *transaction)
            .await?;
        let answer = reservation(&row, new)?;
        if answer != Reservation::Granted {
            return Ok(answer);
        }
        let (amount, currency) = money_columns(Some(new.amount))?;
        of_refund(&self.statements.reserve)
            .bind(amount)
            .bind(currency)
            .bind(new.by.clone())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await.map_err(store_error)?;
        Ok(answer)
    }

    async fn confirm(&self, order: &OrderKey, reference: &str) -> Result<(), StoreError> {
        self.decide(&self.statements.confirm, order, reference)
            .await
    }

    async fn cancel(&self, order: &OrderKey, reference: &str) -> Result<(), StoreError> {
        self.decide(&self.statements.cancel, order, reference).await
    }

    async fn refunds(&self, order: &OrderKey) -> Result<Vec<RefundRecord>, StoreError> {
        let rows = of_order(&self.statements.refunds, order)
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(refund).collect()
    }

    async fn undecided_refunds(
        &self,
        merchant: &str,
        age: Duration,
        limit: u32,
    ) -> Result<Vec<RefundRecord>, StoreError> {
        let rows = query(&self.statements.undecided_refunds)
            .bind_text(merchant)
            .bind(millis(age))
            .bind(limit)
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(refund).collect()
    }
}

impl SqliteLedger {
    async fn decide(
        &self,
        statement: &Arc<str>,
        order: &OrderKey,
        reference: &str,
    ) -> Result<(), StoreError> {
        let decide = of_refund(statement, order, reference);
        self.writer.run(decide).await.map(drop)
    }
}

#[async_trait]
impl PriceList for SqliteLedger {
    async fn set_price(
        &self,
        merchant: &str,
        name: &str,
        expected: Expected,
    ) -> Result<(), StoreError> {
        let (total, currency) = money_columns(expected.amount())?;
        let of_price = |sql| query(sql).bind_text(merchant).bind_text(name);
        let change = if expected == Expected::Unknown {
            of_price(&self.statements.remove_price)
        } else {
            of_price(&self.statements.set_price)
                .bind_text(expected_kind(expected))
                .bind(total)
                .bind(currency)
        };
        self.writer.run(change).await.map(drop)
    }

    async fn price(&self, merchant: &str, name: &str) -> Result<Expected, StoreError> {
        let row = query(&self.statements.price)
            .bind_text(merchant)
            .bind_text(name)
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref()
            .map_or(Ok(Expected::Unknown), crate::value::expected)
    }
}

/// A statement that begins with the values that name a refund.
fn of_refund(sql: &Arc<str>, order: &OrderKey, reference: &str) -> Query {
    of_order(sql, order).bind_text(reference)
}
