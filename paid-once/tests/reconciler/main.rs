//! What a reconciler asks, when, how much at a time, and what it makes of each answer, under a clock that the tests move.

#![allow(clippy::unwrap_used, reason = "a failed test panics")]

mod answers;
mod ledger;
mod rounds;
mod shop;
