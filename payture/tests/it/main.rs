//! One subject per file.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod client;
mod command;
mod common;
mod ewallet_commands;
mod gate_cases;
mod golden_answers;
mod golden_requests;
mod holds_and_refunds;
mod injection;
mod notifications;
mod reconciler;
mod refused_before_sending;
mod secrets;
mod settling_once;
mod steering;
mod three_ds;
