//! The cases for every [`OrderStore`](crate::OrderStore), one file per part of the contract.

mod cancellation;
mod claiming;
mod clocks;
mod concurrency;
mod durability;
mod keys;
mod leases;
mod retries;
mod reviews;
mod state_table;

pub use cancellation::*;
pub use claiming::*;
pub use clocks::*;
pub use concurrency::*;
pub use durability::*;
pub use keys::*;
pub use leases::*;
pub use retries::*;
pub use reviews::*;
pub use state_table::*;
