//! Errors that stores report.

/// Any error of a store, a ledger or a handler.
pub type BoxError = Box<dyn std::error::Error + Send + Sync + 'static>;

/// The store could not answer. Nothing is known about the effect of the call.
///
/// The cause is kept as [`source`](std::error::Error::source) for the logs; the text says nothing
/// about it, so that it can never reach a caller from outside.
#[derive(Debug, thiserror::Error)]
#[error("the order store is unavailable")]
pub struct StoreError(#[source] BoxError);

impl StoreError {
    /// Wraps the cause.
    pub fn new(cause: impl Into<BoxError>) -> Self {
        Self(cause.into())
    }
}
