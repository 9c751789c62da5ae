//! The ledger on SQLite, in files and in memory.

#![allow(clippy::unwrap_used, reason = "a failed test panics")]

mod conformance;
mod counted;
mod disk_full;
mod due;
mod group_commit;
mod locked;
mod migration;
mod opening;
mod processes;
mod removed;
mod settle_in;
#[path = "../version_1/mod.rs"]
mod version_1;
#[path = "../version_2/mod.rs"]
mod version_2;
mod write_refused;
