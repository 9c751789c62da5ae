use std::sync::Arc;
use std::time::Duration;

use paid_once::refund::{NewRefund, RefundLedger, RefundRecord, Reservation};
use paid_once::{Expected, OrderKey, PriceList, StoreError, async_trait};

use super::{Query, SqliteLedger, by_order, query, store_error};
use crate::value::{expected_kind, millis, money_columns, refund, reservation};

#[async_trait]
impl RefundLedger for SqliteLedger {
    /// In one transaction. Nobody else writes while it is open.
    async fn reserve(&self, new: &NewRefund) -> Result<Reservation, StoreError> {
        let of_refund = |sql| of_refund(query(sql), &new.order, &new.reference);
        let mut transaction = self.begin().await?;
        let row = of_refund(&self.statements.before_reserving)
            .fetch_one(&mut *transaction)
            .await
            .map_err(store_error)?;
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
            .await
            .map_err(store_error)?;
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
        let rows = by_order(query(&self.statements.refunds), order)
            .fetch_all(&self.pool)
            .await
            .map_err(store_error)?;
        rows.iter().map(refund).collect()
    }

    async fn undecided_refunds(
        &self,
        merchant: &str,
        age: Duration,
        limit: u32,
    ) -> Result<Vec<RefundRecord>, StoreError> {
        let rows = query(&self.statements.undecided_refunds)
            .bind(merchant.to_owned())
            .bind(millis(age))
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await
            .map_err(store_error)?;
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
        let (order, reference) = (order.clone(), reference.to_owned());
        let bind = move |decide| of_refund(decide, &order, &reference);
        self.writer.run(statement, bind).await.map(drop)
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
        let (merchant, name) = (merchant.to_owned(), name.to_owned());
        let of_price = move |sql: Query| sql.bind(merchant.clone()).bind(name.clone());
        let set = if expected == Expected::Unknown {
            let remove = self.writer.run(&self.statements.remove_price, of_price);
            remove.await
        } else {
            let bind = move |set| {
                of_price(set)
                    .bind(expected_kind(expected))
                    .bind(total)
                    .bind(currency.clone())
            };
            self.writer.run(&self.statements.set_price, bind).await
        };
        set.map(drop)
    }

    async fn price(&self, merchant: &str, name: &str) -> Result<Expected, StoreError> {
        let row = query(&self.statements.price)
            .bind(merchant.to_owned())
            .bind(name.to_owned())
            .fetch_optional(&self.pool)
            .await
            .map_err(store_error)?;
        row.as_ref()
            .map_or(Ok(Expected::Unknown), crate::value::expected)
    }
}

/// Adds the values that name a refund.
fn of_refund(query: Query, order: &OrderKey, reference: &str) -> Query {
    by_order(query, order).bind(reference.to_owned())
}
