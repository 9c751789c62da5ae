//! From a hint to a settled payment.
//!
//! ```text
//!  notification ─┐                        ┌─ already settled? ── yes ─▶ acknowledged
//!  browser return ├─▶ order id ─▶ ledger ─┤
//!  nothing said ─┘   (a hint)             └─ no ─▶ GetState ─▶ Success, same order,
//!                                                   Charged, equal amount, same terminal
//!                                                          │ all of it
//!                                                          ▼
//!                                            gate: claim ─▶ handler ─▶ settle
//! ```
//!
//! Payture signs nothing. A notification and a browser's return are hints that anybody can send: they may
//! start a question, never answer one. The [`Reconciler`](paid_once::Reconciler) looks into the shop's own
//! ledger first, so that an order that is settled stays settled whatever a later answer says, and then asks
//! Payture ([`StateOfOrders`]). Only an order that is `Charged` with exactly the expected amount, on this
//! terminal and not forwarded, reaches the handler.
//!
//! By default Payture sends a notification **once**. An order stays due in the ledger until it is settled,
//! so nothing is lost as long as the reconciler [runs](paid_once::Reconciler::run).

mod hint;
#[cfg(feature = "client")]
mod inquiry;
mod notification;
mod notified;

pub(crate) use hint::fields_of;
pub use hint::{BrowserReturn, HintError};
#[cfg(feature = "client")]
pub use inquiry::StateOfOrders;
pub use notification::{Event, Notification};
pub use notified::{Notified, Reply};
