//! What is done with an order that exists, on all three interfaces: charge or release its hold, refund it,
//! ask for its state.
//!
//! | command | `api` | `apim` | `vwapi` |
//! |---|---|---|---|
//! | Charge | `Key` | `Key`, `Password` | `VWID`, `Password` |
//! | Unblock | `Key` | `Key`, `Password` | `VWID`, `Password` |
//! | Refund | `Key`, `Password` | `Key`, `Password` | `VWID`, with `Password` inside `DATA` |
//! | `GetState` | `Key` | `Key` | `Key` |
//! | `PayStatus` | | `Key` | `VWID`, with the order inside `DATA` |
//!
//! Source: Payture's pages of each command.

mod money;
mod state;

pub use money::{Charge, Refund, Unblock};
pub use state::{GetState, PayStatus};
