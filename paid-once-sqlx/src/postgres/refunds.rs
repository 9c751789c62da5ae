use std::sync::Arc;
use std::time::Duration;

use paid_once::refund::{NewRefund, RefundLedger, RefundRecord, Reservation};
use paid_once::{Expected, OrderKey, PriceList, StoreError, async_trait};

use super::ledger::about_order;
use super::reviews::without_nul;
use super::{PostgresLedger, Statement, query};
use crate::value::{expected, expected_kind, millis, money_columns, refund, reservation};

#[async_trait]
impl RefundLedger for PostgresLedger {
    /// In one transaction: what is read after the lock was taken stays true until the commit.
    async fn reserve(&self, new: &NewRefund) -> Result<Reservation, StoreError> {
        // Under another isolation level than its own it would be read as it was before the lock was taken.
        let mut transaction = self.begin().await?;
        let lock = about_order(&self.statements.lock_refunds, &new.order);
        let lock = self.tenure.prepared(lock).execute(&mut *transaction);
        lock.await.map_err(StoreError::new)?;
        let before = &self.statements.before_reserving;
        let before = of_refund(before, &new.order, &new.reference);
        let before = self.tenure.prepared(before).fetch_one(&mut *transaction);
        let row = before.await.map_err(StoreError::new)?;
        let answer = reservation(&row, new)?;
        if answer != Reservation::Granted {
            return Ok(answer);
        }
        let (amount, currency) = money_columns(Some(new.amount))?;
        let reserve = of_refund(&self.statements.reserve, &new.order, &new.reference)
            .bind(amount)
            .bind(currency)
            .bind(without_nul(&new.by));
        let reserve = self.tenure.prepared(reserve).execute(&mut *transaction);
        let reserved = reserve.await.map_err(StoreError::new)?;
        if reserved.rows_affected() == 0 {
            return Ok(Reservation::Duplicate);
        }
        // Not sent again if its answer is lost: then nobody knows whose reservation it is.
        transaction.commit().await.map_err(StoreError::new)?;
        Ok(Reservation::Granted)
    }

    async fn confirm(&self, order: &OrderKey, reference: &str) -> Result<(), StoreError> {
        let confirm = || of_refund(&self.statements.confirm, order, reference);
        self.connections.repeatable(confirm).await.map(drop)
    }

    async fn cancel(&self, order: &OrderKey, reference: &str) -> Result<(), StoreError> {
        // Sent twice it could cancel what somebody reserved under this reference in between.
        let cancel = of_refund(&self.statements.cancel, order, reference);
        self.connections.once(cancel).await.map(drop)
    }

    async fn refunds(&self, order: &OrderKey) -> Result<Vec<RefundRecord>, StoreError> {
        let list = || about_order(&self.statements.refunds, order);
        let rows = self.connections.repeatable(list).await?;
        rows.iter().map(refund).collect()
    }

    async fn undecided_refunds(
        &self,
        merchant: &str,
        age: Duration,
        limit: u32,
    ) -> Result<Vec<RefundRecord>, StoreError> {
        let list = || {
            query(&self.statements.undecided_refunds)
                .bind(merchant.to_owned())
                .bind(millis(age))
                .bind(i64::from(limit))
        };
        let rows = self.connections.repeatable(list).await?;
        rows.iter().map(refund).collect()
    }
}

#[async_trait]
impl PriceList for PostgresLedger {
    async fn set_price(
        &self,
        merchant: &str,
        name: &str,
        expected: Expected,
    ) -> Result<(), StoreError> {
        let of_price = |sql| query(sql).bind(merchant.to_owned()).bind(name.to_owned());
        let (total, currency) = money_columns(expected.amount())?;
        let set = || match expected {
            Expected::Unknown => of_price(&self.statements.remove_price),
            _ => of_price(&self.statements.set_price)
                .bind(expected_kind(expected))
                .bind(total)
                .bind(currency.clone()),
        };
        self.connections.repeatable(set).await.map(drop)
    }

    async fn price(&self, merchant: &str, name: &str) -> Result<Expected, StoreError> {
        let price = || {
            query(&self.statements.price)
                .bind(merchant.to_owned())
                .bind(name.to_owned())
        };
        let rows = self.connections.repeatable(price).await?;
        rows.first().map_or(Ok(Expected::Unknown), expected)
    }
}

/// A statement that is about one refund.
fn of_refund(sql: &Arc<str>, order: &OrderKey, reference: &str) -> Statement {
    about_order(sql, order).bind(reference.to_owned())
}
