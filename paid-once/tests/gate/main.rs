//! What the gate promises, step by step, under a clock that the tests move.

#![allow(clippy::unwrap_used, reason = "a failed test panics")]

mod checks;
mod config;
mod handler;
mod read_back;
mod review_queue;
mod settling;
mod shop;
mod shutdown;
mod store_faults;
