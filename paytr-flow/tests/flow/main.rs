//! The purchase flow against a stand-in for PayTR on a local port.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod clicks;
mod config;
mod faults;
mod limits;
mod pages;
mod pay;
mod support;
