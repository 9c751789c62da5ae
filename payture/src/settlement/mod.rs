//! From a hint to a settled payment.
//!
//! ```text
//!  notification ─┐                        ┌─ already settled? ── yes ─▶ acknowledged
//!  browser return ├─▶ order id ─▶ ledger ─┤
//!  poll ─────────┘   (a hint)             └─ no ─▶ GetState ─▶ Success, same order,
//!                                                   Charged, equal amount, same terminal
//!                                                          │ all of it
//!                                                          ▼
//!                                            gate: claim ─▶ handler ─▶ settle
//! ```
//!
//! Payture signs nothing. A notification and a browser's return are hints that anybody can send: they may
//! start a question, never answer one. [`PaytureGate`] asks the shop's own ledger first, so that an order
//! that is settled stays settled whatever a later answer says, and then asks Payture. Only an order that is
//! `Charged` with exactly the expected amount, on this terminal and not forwarded, reaches the handler.
//!
//! By default Payture sends a notification **once**. An order stays pending in the ledger until it is
//! settled, so nothing is lost as long as a [reconciler](PaytureGate::reconciler) runs.

mod browser_return;
mod disposition;
mod event;
mod fields;
mod gate;
mod inquiry;
mod notification;
mod state_source;
mod verdict;
mod verified;

pub use browser_return::BrowserReturn;
pub use disposition::{Disposition, Missing, Reply};
pub use event::Event;
pub use fields::HintError;
pub(crate) use fields::fields_of;
pub use gate::PaytureGate;
pub use notification::Notification;
pub use state_source::{StateError, StateSource};
pub use verified::VerifiedPayment;
