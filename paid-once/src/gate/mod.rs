//! The gate: every verified payment passes here, and each is delivered once.
//!
//! One file per idea: what the gate is made of (`builder`), the order of its steps (`steps`), a
//! claim on its way through the handler (`claimed`), what comes out (`decision`), and the optional
//! question back to the provider (`read_back`). Beneath them, handlers that outlive who waits (`tasks`).

mod builder;
mod claimed;
mod decision;
mod read_back;
mod steps;
mod tasks;
mod time_limit;

pub use builder::{GateBuilder, GateConfigError, TestPayments};
pub use claimed::{ClaimedPayment, Delivery};
pub use decision::{Admission, Decision, HandlerFailure, Unavailable};
pub use read_back::{ReadBack, ReadBackAnswer, WhenReadBackUnavailable};
pub use steps::{DrainTimeout, Gate};
pub use tasks::HandlerTasks;
