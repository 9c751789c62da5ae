//! The shop's process, from outside: it is bought from, killed, stopped and looked at.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod browser;
mod kill;
mod purchase;
mod shutdown;
mod support;
