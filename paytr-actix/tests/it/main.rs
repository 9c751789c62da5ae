//! Tests of the extractor and the purchase flow, over real connections.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod claims;
mod connections;
mod gate;
mod handlers;
mod notifications;
mod purchase;
mod replies;
mod server;
mod shop;
mod slow_store;
