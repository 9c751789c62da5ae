//! Money that leaves: a marketplace pays its sellers.
//!
//! Both requests are sent once, whatever happens. Each has a [`TransId`] that PayTR takes once, so a
//! person or a job may ask again with the same id when the outcome is unknown.

mod cashout;
mod echo;
mod iban;
mod trans_id;
mod transfer;

pub use cashout::{AcceptedCashout, Cashout, Payout};
use echo::echo;
pub use iban::Iban;
pub use trans_id::TransId;
pub use transfer::{AcceptedTransfer, PlatformTransfer};
