//! The extractor and the router, over real connections.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod extractor;
mod notifications;
mod purchase;
