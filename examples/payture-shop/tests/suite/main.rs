//! The shop's process is held to its promises from outside: a fake Payture in the test, HTTP in between.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod browser;
mod harness;
mod kill;
mod notifications;
mod purchase;
