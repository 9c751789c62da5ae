//! The back office against a ledger in memory and a stand-in for PayTR on a local port.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod access;
mod forms;
mod orders;
mod pages;
mod refunds;
mod reviews;
mod statement;
mod support;
mod undelivered;
