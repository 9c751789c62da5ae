//! Private servers for tests, databases and what stands in front of a shop: each on a free port of 127.0.0.1,
//! with its data in a temporary folder of its own.
//!
//! The databases keep the durability that a shop would have: what was answered is on disk. All are stopped
//! and their folders removed when the value is dropped, and also when the process that owns it dies
//! in any other way.
//!
//! ```no_run
//! use database_servers::Postgres;
//!
//! # fn main() -> anyhow::Result<()> {
//! let mut postgres = Postgres::start()?;
//! let url = postgres.url();
//! postgres.crash()?;
//! postgres.start_again()?;
//! assert_eq!(postgres.url(), url);
//! # Ok(())
//! # }
//! ```
//!
//! Tests that only need some server share those of the whole test run: see [`shared`].
#![allow(
    clippy::missing_errors_doc,
    reason = "a server that cannot be had is an error that says why"
)]

mod folder;
mod front;
mod pgbouncer;
mod postgres;
mod process;
mod proxy;
mod redis;
mod redis_cluster;
mod redis_sentinels;
pub mod shared;

pub use front::{Front, FrontKind};
pub use pgbouncer::PgBouncer;
pub use postgres::Postgres;
pub use process::free_port;
pub use proxy::Proxy;
pub use redis::{Redis, Role};
pub use redis_cluster::RedisCluster;
pub use redis_sentinels::RedisSentinels;
