//! The unit of systemd and the Containerfile, as they are shipped and as `docs/relay.md` configures them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod configuration;
mod container;
mod unit;
