//! The `paytr` command as people and scripts use it: the real program, a local server instead of PayTR.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod callback;
mod common;
mod csv_export;
mod documents;
mod dry_run;
mod explain;
mod explain_requests;
mod money;
mod paging;
mod reconcile;
mod refund_ledger;
mod refunds;
mod replies;
mod secrets;
mod settings;
mod usage;
