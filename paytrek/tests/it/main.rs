//! What this crate promises, one subject per file, through the public API only.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod cards;
mod client;
mod codes;
mod command;
mod common;
mod decimals;
mod departures;
mod fake;
mod gate;
mod goldens;
mod hosts;
mod lost_answers;
mod open;
mod plans;
mod properties;
mod reconciler;
mod requests;
mod returns;
mod secrets;
mod steering;
mod tokens;
mod vault;
