//! What is paid without an order of its own costs.

use async_trait::async_trait;

use crate::{Expected, StoreError};

/// A durable list of named prices, for what is paid without an order that the shop opened: payment links,
/// say, of which one may be paid many times.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a price list",
    note = "the ledgers of `paid-once`, `paid-once-sqlx` and `paid-once-redis` are"
)]
#[async_trait]
pub trait PriceList: Send + Sync + 'static {
    /// Writes what one payment of `name` should be, from now on. [`Expected::Unknown`] takes it off the
    /// list.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: unknown whether it was written. Writing again is safe.
    async fn set_price(
        &self,
        merchant: &str,
        name: &str,
        expected: Expected,
    ) -> Result<(), StoreError>;

    /// What one payment of `name` should be; [`Expected::Unknown`] if it is not on the list.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it could not be read.
    async fn price(&self, merchant: &str, name: &str) -> Result<Expected, StoreError>;
}
