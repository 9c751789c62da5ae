use std::sync::Arc;

use async_trait::async_trait;

use crate::{BoxError, OrderStore, Review};

/// One empty store under test, and how to come at its data.
///
/// See the [module docs](super) for an example.
#[async_trait]
pub trait Subject: Send + Sync + Sized + 'static {
    /// The store. The cases for ledgers also ask that it is an
    /// [`OrderLedger`](crate::OrderLedger).
    type Store: OrderStore;

    /// A new store without any data. No two may share data: give each its own file, schema or key
    /// prefix.
    ///
    /// # Errors
    ///
    /// Anything; the case fails with it.
    async fn fresh() -> Result<Self, BoxError>;

    /// One more node on the same data: a second connection pool, or the same handle where a store
    /// has only one.
    ///
    /// A store that takes times from the node makes the node's wall clock go wrong as `clock` says.
    /// A store that reads only its own clock, as it should, has no use for `clock`.
    ///
    /// # Errors
    ///
    /// Anything; the case fails with it.
    async fn node(&self, clock: NodeClock) -> Result<Arc<Self::Store>, BoxError>;

    /// Closes every handle and opens the same data again, as a restart does. A store that lives in
    /// memory by design gives itself back.
    ///
    /// # Errors
    ///
    /// Anything; the case fails with it.
    async fn reopen(self) -> Result<Self, BoxError>;

    /// Everything that was recorded for review, in any order.
    ///
    /// # Errors
    ///
    /// Anything; the case fails with it.
    async fn reviews(&self) -> Result<Vec<Review>, BoxError>;
}

/// The wall clock of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeClock {
    /// As right as the machine's own.
    Right,
    /// An hour ahead.
    HourAhead,
    /// An hour behind.
    HourBehind,
}
