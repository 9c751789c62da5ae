//! What this crate promises, one subject per file, through the public API only.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod callback_forgery;
mod callback_gate;
mod callback_grammar;
mod callback_money;
mod client;
mod client_replies;
mod common;
mod encodings;
mod properties;
mod read_back;
mod requests;
mod secrets;
mod vectors;
