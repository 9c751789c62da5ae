use std::num::NonZeroU32;
use std::time::Duration;

use redis::aio::ConnectionLike;

use crate::address::Parsed;
use crate::database::Database;
use crate::keys::Keys;
use crate::link::Link;
use crate::replicas::Replicas;
use crate::route::{Dial, Route};
use crate::script::Scripts;
#[cfg(feature = "tls")]
use crate::tls::Certificates;
use crate::{
    Durability, KeyPrefix, OpenError, RedisFault, RedisLedger, durability, migration, permissions,
};

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
    replicas: Option<NonZeroU32>,
    #[cfg(feature = "tls")]
    certificates: Certificates,
}

impl RedisLedgerOptions {
    pub(crate) fn new() -> Self {
        Self {
            prefix: KeyPrefix::default(),
            connect_timeout: Duration::from_secs(3),
            response_timeout: Duration::from_secs(4),
            required: None,
            replicas: None,
            #[cfg(feature = "tls")]
            certificates: Certificates::default(),
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

    /// What is answered is on so many replicas too: every change, and every answer that tells the provider that
    /// all is well, waits for them (`WAIT`). Default: Redis answers before any replica has it.
    ///
    /// Calls that wait at the same time wait together. It is an error when the replicas do not have it within a
    /// quarter of the [response timeout](Self::response_timeout), also when the ledger is opened: the write is on
    /// the primary, nothing is acknowledged, and the provider asks again. What is still lost in a failover with it
    /// and without it stands [in the crate docs](crate#what-redis-keeps-and-what-it-loses). The user needs `+wait`.
    ///
    /// A connection of yours must have a longer response timeout than that itself; the client's is 500 ms unless you
    /// set it. A `ClusterConnection` of yours may send `WAIT` to other nodes than the write: let the ledger connect to
    /// the cluster.
    pub fn replicas(mut self, replicas: NonZeroU32) -> Self {
        self.replicas = Some(replicas);
        self
    }

    /// Whom to trust with `rediss://` instead of the roots of the system: certificates in PEM, one or more. An
    /// address without TLS is refused then.
    #[cfg(feature = "tls")]
    pub fn tls_roots(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.certificates.roots = Some(pem.into());
        self
    }

    /// What to show to a Redis that asks its clients for a certificate (`tls-auth-clients`): the certificate with
    /// its chain, and its key, both in PEM. An address without TLS is refused then.
    #[cfg(feature = "tls")]
    pub fn tls_identity(
        mut self,
        certificate: impl Into<Vec<u8>>,
        key: impl Into<Vec<u8>>,
    ) -> Self {
        self.certificates.identity = Some((certificate.into(), key.into()));
        self
    }

    /// Connects to the Redis at `url`, which is one of
    ///
    /// * `redis://USER:PASSWORD@HOST:PORT/DB`, one server, or `redis+unix:///SOCKET`
    /// * `redis+sentinel://USER:PASSWORD@HOST:PORT,HOST:PORT/NAME/DB`: sentinels, and the name that they know the
    ///   primary by. The user and the password are the primary's. Sentinels with a password of their own:
    ///   `?sentinel_username=…&sentinel_password=…`. The port of a sentinel is 26379 if none is given.
    /// * `redis+cluster://USER:PASSWORD@HOST:PORT,HOST:PORT`: some nodes of a cluster
    ///
    /// and with TLS (feature `tls`) the same with `rediss`. Behind it `?replicas=N` is
    /// [`replicas`](Self::replicas), for whoever is told an address alone.
    ///
    /// One connection, with protocol 3 (Redis 6 or newer, Valkey), made again whenever it breaks; with sentinels and
    /// a cluster, to the server that is the primary by then.
    ///
    /// # Errors
    ///
    /// [`OpenError`] when Redis cannot be reached, or cannot keep a ledger.
    pub async fn connect(self, url: &str) -> Result<RedisLedger, OpenError> {
        // The client's own error could repeat parts of the address.
        let Parsed { address, replicas } = Parsed::of(url).ok_or(OpenError::Address)?;
        #[cfg(feature = "tls")]
        let address = self.certificates.apply(address)?;
        let database = Database::new(address.database());
        let address = address.without_database();
        let keys = Keys::new(&self.prefix);
        let route = Route::to(address, &keys.layout).map_err(|_| OpenError::Address)?;
        let dial = Dial {
            connect_timeout: self.connect_timeout,
            response_timeout: self.response_timeout,
        };
        let all = Self {
            replicas: self.replicas.or(replicas),
            ..self
        };
        all.open(Link::ours(route, database, dial)).await
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
        let keys = Keys::new(&self.prefix);
        let replicas = self.replicas;
        let replicas =
            replicas.map(|count| Replicas::new(count, self.response_timeout, &keys.waited));
        let link = link.kept_by(replicas);
        let durability = durability::check(&link, self.required).await?;
        let scripts = Scripts::new();
        let (named, layout) = ([keys.layout.as_str(), &keys.never], [LAYOUT.as_bytes()]);
        let answer = scripts.layout.run_by_text(&link, &named, &layout);
        let answer = match answer.await {
            Err(RedisFault::Permission) => {
                return Err(permissions::why_no_script(&link, &self.prefix).await);
            }
            answer => answer?,
        };
        let mut words = redis::from_redis_value::<Vec<String>>(answer)
            .map_err(|_| RedisFault::Corrupt("layout"))?
            .into_iter();
        let found = words.next().ok_or(RedisFault::Corrupt("layout"))?;
        let missing: Vec<String> = words.collect();
        permissions::check(&link, &missing).await?;
        if migration::OLD_LAYOUTS.contains(&found.as_str()) {
            migration::migrate(&link, &keys, &scripts).await?;
        } else if found != LAYOUT {
            return Err(OpenError::OtherLayout {
                found,
                known: LAYOUT,
            });
        }
        Ok(RedisLedger::new(link, keys, scripts, durability))
    }
}
