//! Faults of processes, databases, connections and clocks, with two nodes on one database.
//!
//! The two nodes are different programs of the same shop. [`fault_suite!`](crate::fault_suite) lists the
//! rules, and `docs/faults.md` says what each one tried and what survived.

pub mod away;
pub mod clock;
pub mod crash;
pub mod cut;
pub mod kill;
pub mod kill_at_every_answer;
pub mod locked;
mod nodes;
pub mod plain_handler_kill;
pub mod pool;
pub mod stall;
mod stamp;
pub mod standby;
mod sweep;
pub mod two_nodes;

pub use nodes::Nodes;
