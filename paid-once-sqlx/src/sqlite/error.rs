use paid_once::{BoxError, StoreError};

use crate::OpenError;

impl From<sqlx::Error> for OpenError {
    fn from(cause: sqlx::Error) -> Self {
        Self::Database(cause.into())
    }
}

/// A call that the ledger cannot work with.
#[derive(Debug, thiserror::Error)]
pub(super) enum CallError {
    #[error(
        "settle_in needs a transaction: begin one with SqliteLedger::begin, \
         or your writes and the settlement could part"
    )]
    NoTransaction,
    #[error("the ledger's writing thread has ended")]
    WriterStopped,
}

pub(super) fn store_error(cause: impl Into<BoxError>) -> StoreError {
    StoreError::new(cause)
}
