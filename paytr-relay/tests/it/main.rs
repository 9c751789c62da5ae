//! The relay as PayTR, an app and an operator meet it: the real program, a sandbox for PayTR, an app that keeps what
//! it received.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod app;
mod check;
mod dying;
mod egress;
mod kill_steps;
mod lock;
mod merchants;
mod notices;
mod office;
mod openapi;
mod orders;
mod payments;
mod reload;
mod retention;
mod stand_in;
mod world;
