//! The shop's own record of refunds: what keeps two of them from giving back too much.
//!
//! The ledgers of this workspace have one: [`MemoryStore`](crate::MemoryStore), and those in SQLite,
//! PostgreSQL and Redis. With feature `client`, `PaytrClient::refund_reserved` writes a refund down in it before
//! it is sent, and `PaytrClient::decide_refunds` finds out what became of those whose outcome is unknown, after
//! a restart too.

pub use paid_once::refund::{NewRefund, RefundLedger, RefundRecord, RefundState, Reservation};
