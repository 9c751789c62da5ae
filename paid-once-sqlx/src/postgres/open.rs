use paid_once::{Idempotency, NewOrder, Opened, OrderState, StoreError};
use sqlx::postgres::{PgConnection, PgRow};

use super::connections::column;
use super::ledger::about_order;
use super::{PostgresLedger, Statement, query};
use crate::value::{Columns as _, expected_kind, millis, mode_name, money_columns, record};

/// How often a cart is asked for again because its key was freed under this call.
const RACES: u32 = 8;

/// Who answers for a cart now.
enum Cart {
    /// This call.
    Ours,
    /// An order that is still good, so there is nothing to open.
    Taken(Opened),
    /// Nobody any more: it was freed a moment ago.
    Gone,
}

#[derive(Debug, thiserror::Error)]
#[error("the cart is opened and abandoned by others without end")]
struct NoPeace;

impl PostgresLedger {
    /// Opens an order under an idempotency key, in one transaction.
    pub(super) async fn open_for_cart(
        &self,
        new: &NewOrder,
        idempotency: &Idempotency,
    ) -> Result<Opened, StoreError> {
        for _ in 0..RACES {
            let mut transaction = self.begin().await?;
            match self.take_cart(&mut transaction, new, idempotency).await? {
                Cart::Ours => {}
                Cart::Taken(opened) => return Ok(opened),
                Cart::Gone => continue,
            }
            let inserted = self.rows(&mut transaction, self.insertion(new)?).await?;
            let opened = Self::new_or_exists(&inserted);
            // Any other answer rolls back: the key stays with the order that had it.
            if opened == Opened::New {
                transaction.commit().await.map_err(StoreError::new)?;
            }
            return Ok(opened);
        }
        Err(StoreError::new(NoPeace))
    }

    /// From here to the end of the transaction others wait for the same cart.
    async fn take_cart(
        &self,
        transaction: &mut PgConnection,
        new: &NewOrder,
        idempotency: &Idempotency,
    ) -> Result<Cart, StoreError> {
        let cart = |sql| {
            query(sql)
                .bind(new.order.merchant().to_owned())
                .bind(idempotency.key.as_bytes().to_owned())
        };
        let by_us = |sql| {
            cart(sql)
                .bind(new.order.order_id().to_owned())
                .bind(idempotency.fingerprint.to_vec())
        };
        let taken = self
            .rows(transaction, by_us(&self.statements.take_cart))
            .await?;
        if !taken.is_empty() {
            return Ok(Cart::Ours);
        }
        let holder = self
            .rows(transaction, cart(&self.statements.cart_holder))
            .await?;
        let Some(holder) = holder.first() else {
            return Ok(Cart::Gone);
        };
        if let Some(opened) = still_answers(holder, idempotency)? {
            return Ok(Cart::Taken(opened));
        }
        self.rows(transaction, by_us(&self.statements.pass_cart_on))
            .await?;
        Ok(Cart::Ours)
    }

    async fn rows(
        &self,
        transaction: &mut PgConnection,
        statement: Statement,
    ) -> Result<Vec<PgRow>, StoreError> {
        let rows = self.tenure.prepared(statement).fetch_all(transaction);
        rows.await.map_err(StoreError::new)
    }

    /// The statement that opens an order which is not open yet.
    pub(super) fn insertion(&self, new: &NewOrder) -> Result<Statement, StoreError> {
        let (total, currency) = money_columns(new.expected.amount())?;
        Ok(about_order(&self.statements.open, &new.order)
            .bind(expected_kind(new.expected))
            .bind(total)
            .bind(currency)
            .bind(mode_name(new.mode))
            .bind(millis(new.inquire_after)))
    }

    /// What the rows of an [`insertion`](Self::insertion) say.
    pub(super) fn new_or_exists(inserted: &[PgRow]) -> Opened {
        if inserted.is_empty() {
            Opened::OrderExists
        } else {
            Opened::New
        }
    }
}

/// What the order that holds a cart is for another click, unless its time is over.
fn still_answers(holder: &PgRow, idempotency: &Idempotency) -> Result<Option<Opened>, StoreError> {
    if !holder.flag("known")? {
        return Ok(None);
    }
    let order = record(holder)?;
    let answers_for_the_key = match order.state {
        _ if holder.flag("owed")? => true,
        OrderState::Paid { .. } | OrderState::Review => true,
        OrderState::Pending => {
            holder.integer("age")?.unwrap_or(i64::MAX) < millis(idempotency.reuse_for)
        }
        _ => false,
    };
    if !answers_for_the_key {
        return Ok(None);
    }
    let fingerprint: &[u8] = column(holder, "fingerprint")?;
    Ok(Some(if fingerprint == idempotency.fingerprint {
        Opened::Existing(order)
    } else {
        Opened::KeyReused
    }))
}
