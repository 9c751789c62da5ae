//! PayTR's report of a day beside the ledger, through the public API only.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;
mod edges;
mod missing_here;
mod missing_there;
mod refunds;
