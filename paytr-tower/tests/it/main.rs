//! Tests of the layer.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod connections;
mod fuzz_rules;
mod replies;
mod server;
mod service;
