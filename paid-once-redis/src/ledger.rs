use std::fmt;
use std::sync::Arc;

use paid_once::StoreError;
use redis::aio::ConnectionLike;
use redis::{Cmd, FromRedisValue};

#[cfg(doc)]
use crate::RedisFault;
use crate::durability::Durability;
use crate::fault::{corrupt, store_error};
use crate::keys::Keys;
use crate::link::Link;
use crate::script::{Script, Scripts};
use crate::value::Reply;
use crate::{OpenError, RedisLedgerOptions};

/// An [`OrderLedger`](paid_once::OrderLedger) in Redis.
///
/// Cheap to clone; all clones share one connection, on which calls do not wait for each other.
///
/// * Every change is one Lua script: one round trip, and Redis does the whole of it or nothing.
/// * All times are those of Redis' own clock (`TIME`). No node's clock is ever read.
/// * Totals are kept as text, to the last unit of [`u64`].
/// * No call hangs: see [`response_timeout`](RedisLedgerOptions::response_timeout).
/// * How durable an answer is depends on how Redis is set up: see the [crate docs](crate).
#[derive(Clone)]
pub struct RedisLedger {
    shared: Arc<Shared>,
}

struct Shared {
    link: Link,
    keys: Keys,
    scripts: Scripts,
    durability: Option<Durability>,
}

impl RedisLedger {
    /// Connects to the Redis at `url` with the default options: `redis://USER:PASSWORD@HOST:PORT/DB`, or one of the
    /// [other addresses](RedisLedgerOptions::connect).
    ///
    /// # Errors
    ///
    /// [`OpenError`] when it cannot be reached, or cannot keep a ledger.
    pub async fn connect(url: &str) -> Result<Self, OpenError> {
        Self::options().connect(url).await
    }

    /// Other options than the default ones.
    pub fn options() -> RedisLedgerOptions {
        RedisLedgerOptions::new()
    }

    /// Uses a connection of yours with the default options, for example the client's
    /// `ConnectionManager` or `ClusterConnection`. You see to it that it comes back when it breaks.
    ///
    /// # Errors
    ///
    /// [`OpenError`] when Redis cannot be reached, or cannot keep a ledger.
    pub async fn from_connection<C>(connection: C) -> Result<Self, OpenError>
    where
        C: ConnectionLike + Clone + Send + Sync + 'static,
    {
        Self::options().from_connection(connection).await
    }

    pub(crate) fn new(
        link: Link,
        keys: Keys,
        scripts: Scripts,
        durability: Option<Durability>,
    ) -> Self {
        Self {
            shared: Arc::new(Shared {
                link,
                keys,
                scripts,
                durability,
            }),
        }
    }

    /// How durable this Redis was when the ledger was opened, or `None` when it did not tell.
    #[must_use]
    pub fn durability(&self) -> Option<Durability> {
        self.shared.durability
    }

    /// A key for your own data that [`settle_with`](Self::settle_with) writes: beside the ledger's keys
    /// and in the same slot of a Redis Cluster, and never one of the ledger's.
    ///
    /// ```
    /// # async fn show(ledger: paid_once_redis::RedisLedger) {
    /// assert_eq!(ledger.own_key("receipts"), "{paid_once}:own:receipts");
    /// # }
    /// ```
    #[must_use]
    pub fn own_key(&self, name: &str) -> String {
        self.shared.keys.own(name)
    }

    /// Runs a command of yours on the ledger's connection, under its time limit: to read what
    /// [`settle_with`](Self::settle_with) wrote, for example. Commands that wait, such as `BLPOP`, need a
    /// connection of their own: they hold up everybody else on this one.
    ///
    /// # Errors
    ///
    /// [`StoreError`], with a [`RedisFault`] as its source: unknown whether the command ran.
    pub async fn query<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, StoreError> {
        let answer = self.shared.link.ask(command).await.map_err(store_error)?;
        redis::from_redis_value(answer).map_err(|_| corrupt("a command of yours"))
    }

    /// Runs a command whose answer promises that something is written.
    pub(crate) async fn keep<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, StoreError> {
        let answer = self.shared.link.ask_to_keep(command).await;
        let answer = answer.map_err(store_error)?;
        redis::from_redis_value(answer).map_err(|_| corrupt("a command"))
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.shared.keys
    }

    pub(crate) fn scripts(&self) -> &Scripts {
        &self.shared.scripts
    }

    /// Runs a script and gives its answer.
    pub(crate) async fn run(
        &self,
        script: &Script,
        keys: &[&str],
        arguments: &[&[u8]],
    ) -> Result<Reply, StoreError> {
        let answer = script.run(&self.shared.link, keys, arguments).await;
        Reply::of(answer.map_err(store_error)?)
    }
}

impl fmt::Debug for RedisLedger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisLedger").finish_non_exhaustive()
    }
}
