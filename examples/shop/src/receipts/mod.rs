//! Receipts: what the payment handler writes, one per payment.

mod bookkeeper;
mod memory;
mod postgres;
mod receipt;
mod redis;
mod sqlite;

pub(crate) use bookkeeper::Bookkeeper;
pub use memory::MemoryReceipts;
pub use postgres::PostgresReceipts;
pub use receipt::{Receipt, Receipts};
pub use redis::RedisReceipts;
pub use sqlite::SqliteReceipts;
