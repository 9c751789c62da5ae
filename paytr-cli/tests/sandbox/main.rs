//! The commands around the sandbox: the real program, shops that are right and shops that are wrong.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod doctor;
mod documents;
mod live_check;
mod program;
mod proxy;
mod sandbox;
mod shop;
