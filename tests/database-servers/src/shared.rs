//! The servers of a whole test run. `cargo xtask test` and `cargo xtask servers` start them and set
//! these variables.

use anyhow::{Context as _, Result};

/// The variable with the URL of a PostgreSQL database. Every test makes a schema of its own in it.
pub const POSTGRES_URL: &str = "PAID_ONCE_POSTGRES_URL";

/// The variable with the URL of a Redis. Every test uses a key prefix of its own in it.
pub const REDIS_URL: &str = "PAID_ONCE_REDIS_URL";

/// The variable with the URL of a Redis Cluster. Every test uses a key prefix of its own in it.
pub const REDIS_CLUSTER_URL: &str = "PAID_ONCE_REDIS_CLUSTER_URL";

/// The URL of the shared PostgreSQL database.
pub fn postgres_url() -> Result<String> {
    url(POSTGRES_URL)
}

/// The URL of the shared Redis.
pub fn redis_url() -> Result<String> {
    url(REDIS_URL)
}

/// The URL of the shared Redis Cluster.
pub fn redis_cluster_url() -> Result<String> {
    url(REDIS_CLUSTER_URL)
}

/// The value of a variable with the URL of a server.
pub fn url(variable: &str) -> Result<String> {
    std::env::var(variable).with_context(|| {
        format!(
            "{variable} is not set: run the tests with `cargo xtask test`, \
             or start the servers with `cargo xtask servers` and set the variable"
        )
    })
}
