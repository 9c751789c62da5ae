//! `PostgresLedger` on real servers: the shared one of the test run, and private ones that crash.

#![allow(clippy::unwrap_used, reason = "a failed test panics")]

mod conformance;
mod due;
mod faults;
mod limits;
mod migration;
mod opening;
mod partitioned;
mod pooler;
mod read_only;
mod refunds;
mod retention;
mod round_trips;
mod schema;
mod settings;
mod settle_in;
mod together;
#[path = "../version_1/mod.rs"]
mod version_1;
#[path = "../version_2/mod.rs"]
mod version_2;
