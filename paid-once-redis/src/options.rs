use std::time::Duration;

use redis::aio::ConnectionLike;
use redis::io::tcp::TcpSettings;
use redis::{Client, ConnectionInfo, IntoConnectionInfo as _, ProtocolVersion};

use crate::database::Database;
use crate::keys::Keys;
use crate::link::Link;
use crate::script::Scripts;
use crate::{Durability, KeyPrefix, OpenError, RedisFault, RedisLedger, durability, migration};

/// The layout of the keys that this version reads and writes.
pub(crate) const LAYOUT: &str = "3";

/// How a [`RedisLedger`] is opened.
#[derive(Debug, Clone)]
#[must_use = "options do nothing until the ledger is opened"]
pub struct RedisLedgerOptions {
    prefix: KeyPrefix,
    connect_timeout: Duration,
    response_timeout: Duration,
    required: Option<Durability>,
}

impl RedisLedgerOptions {
    pub(crate) fn new() -> Self {
        Self {
            prefix: KeyPrefix::default(),
            connect_timeout: Duration::from_secs(3),
            response_timeout: Duration::from_secs(4),
            required: None,
        }
    }

    /// What the keys start with. Default `paid_once`. Shops that share a Redis need one each.
    pub fn prefix(mut self, prefix: KeyPrefix) -> Self {
        self.prefix = prefix;
        self
    }

    /// How long a new connection may take, with its greeting and log-in. Default 3 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long a call to Redis may take, waiting for a connection included. Default 4 s.
    ///
    /// After it the call is an error, and Redis may still do what was asked: the next delivery of the
    /// payment finds out. Keep it below the gate's `store_timeout` (10 s by default), which would
    /// otherwise cut the call off without telling the ledger that its connection is stuck.
    pub fn response_timeout(mut self, timeout: Duration) -> Self {
        self.response_timeout = timeout;
        self
    }

    /// Refuses to open a ledger in a Redis that may lose more than this, or does not tell.
    ///
    /// Without it a Redis that is less than [`Durability::Always`] is used, with a warning. A shop
    /// that takes money should ask for it. Hosted services often forbid `CONFIG`, and then nobody
    /// can tell: ask their documentation, and leave this out.
    pub fn require_durability(mut self, required: Durability) -> Self {
        self.required = Some(required);
        self
    }

    /// Connects to the Redis at `url`: `redis://USER:PASSWORD@HOST:PORT/DB`, or `redis+unix:///SOCKET`.
    ///
    /// One connection, with protocol 3 (Redis 6 or newer, Valkey), made again whenever it breaks.
    ///
    /// # Errors
    ///
    /// [`OpenError`] when Redis cannot be reached, or cannot keep a ledger.
    pub async fn connect(self, url: &str) -> Result<RedisLedger, OpenError> {
        // The client's own error could repeat parts of the address.
        let info = connection_info(url).ok_or(OpenError::Address)?;
        let database = Database::new(info.redis_settings().db());
        // The client would select it itself, and tell a refusal apart by its text alone.
        let without = info.redis_settings().clone().set_db(0);
        let info = info.set_redis_settings(without);
        let client = Client::open(info).map_err(|_| OpenError::Address)?;
        let link = Link::ours(
            client,
            database,
            self.connect_timeout,
            self.response_timeout,
        );
        self.open(link).await
    }

    /// Uses a connection of yours. You see to it that it comes back when it breaks.
    ///
    /// # Errors
    ///
    /// [`OpenError`] when Redis cannot be reached, or cannot keep a ledger.
    pub async fn from_connection<C>(self, connection: C) -> Result<RedisLedger, OpenError>
    where
        C: ConnectionLike + Clone + Send + Sync + 'static,
    {
        let link = Link::theirs(connection, self.response_timeout);
        self.open(link).await
    }

    async fn open(self, link: Link) -> Result<RedisLedger, OpenError> {
        let durability = durability::check(&link, self.required).await?;
        let keys = Keys::new(&self.prefix);
        let scripts = Scripts::new();
        let layout = [LAYOUT.as_bytes()];
        let answer = scripts.layout.run(&link, &[&keys.layout], &layout).await?;
        let found: Option<String> = redis::from_redis_value::<Vec<String>>(answer)
            .map_err(|_| RedisFault::Corrupt("layout"))?
            .pop();
        match found {
            Some(found) if migration::OLD_LAYOUTS.contains(&found.as_str()) => {
                migration::migrate(&link, &keys, &scripts).await?;
            }
            Some(found) if found != LAYOUT => {
                return Err(OpenError::OtherLayout {
                    found,
                    known: LAYOUT,
                });
            }
            _ => {}
        }
        Ok(RedisLedger::new(link, keys, scripts, durability))
    }
}

fn connection_info(url: &str) -> Option<ConnectionInfo> {
    let info = url.into_connection_info().ok()?;
    // Protocol 3 tells when the server hangs up, so that the next call finds a new connection.
    let redis = info.redis_settings().clone();
    let redis = redis.set_protocol(ProtocolVersion::RESP3);
    // A call is one small packet, and nothing comes after it: never wait to fill it.
    let tcp = TcpSettings::default().set_nodelay(true);
    Some(info.set_redis_settings(redis).set_tcp_settings(tcp))
}
