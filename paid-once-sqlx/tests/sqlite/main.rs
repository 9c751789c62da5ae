//! The ledger on SQLite, in files and in memory.

mod conformance;
mod counted;
mod disk_full;
mod group_commit;
mod locked;
mod opening;
mod processes;
mod settle_in;
mod write_refused;
