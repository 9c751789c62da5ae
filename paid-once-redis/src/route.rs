//! The way to the server that has the ledger now.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use redis::aio::{MultiplexedConnection, SendError};
use redis::{AsyncConnectionConfig, Client, PushInfo, PushKind, RedisError};

use crate::RedisFault;
use crate::address::{Address, host_and_port};
use crate::cluster::Cluster;
use crate::replicas::Rounds;
use crate::sentinels::Sentinels;

/// Where a new connection leads.
pub(crate) enum Route {
    Server(Client),
    Sentinels(Sentinels),
    Cluster(Cluster),
}

/// An open connection.
#[derive(Clone)]
pub(crate) struct Connected {
    pub(crate) connection: MultiplexedConnection,
    /// Set when the server closed the connection, also between commands, or sent an answer that cannot be read.
    hung_up: Arc<AtomicBool>,
    pub(crate) rounds: Arc<Rounds>,
}

/// How a connection is made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dial {
    pub(crate) connect_timeout: Duration,
    pub(crate) response_timeout: Duration,
}

impl Route {
    /// The way that an address names. `probe` is a key of the ledger, by which a cluster tells where it is.
    pub(crate) fn to(address: Address, probe: &str) -> Result<Self, RedisError> {
        Ok(match address {
            Address::Server(info) => Self::Server(Client::open(info)?),
            Address::Sentinels {
                sentinels,
                name,
                primary,
            } => Self::Sentinels(Sentinels::new(sentinels, name, primary)?),
            Address::Cluster(nodes) => Self::Cluster(Cluster::new(nodes, probe)),
        })
    }

    pub(crate) async fn connect(&self, dial: Dial) -> Result<Connected, RedisFault> {
        match self {
            Self::Server(client) => dial.connect(client).await,
            Self::Sentinels(sentinels) => sentinels.connect(dial).await,
            Self::Cluster(cluster) => cluster.connect(dial).await,
        }
    }

    /// Whether the next connection may lead to another server than this one.
    pub(crate) fn leads_elsewhere(&self) -> bool {
        !matches!(self, Self::Server(_))
    }
}

impl Connected {
    pub(crate) fn is_over(&self) -> bool {
        self.hung_up.load(Ordering::Relaxed)
    }

    /// Nobody shall use it any more.
    pub(crate) fn give_up(&self) {
        self.hung_up.store(true, Ordering::Relaxed);
    }
}

impl Dial {
    pub(crate) async fn connect(self, client: &Client) -> Result<Connected, RedisFault> {
        let hung_up = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&hung_up);
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.connect_timeout))
            .set_response_timeout(Some(self.response_timeout))
            .set_push_sender(move |push: PushInfo| {
                if push.kind == PushKind::Disconnection {
                    told.store(true, Ordering::Relaxed);
                }
                Ok::<_, SendError>(())
            });
        let connecting = client.get_multiplexed_async_connection_with_config(&config);
        match connecting.await {
            Ok(connection) => Ok(Connected {
                connection,
                hung_up,
                rounds: Arc::default(),
            }),
            Err(error) => Err(why(client, &error).await),
        }
    }

    /// The same, and the connection shall be there in a shorter time. Later answers have theirs.
    pub(crate) fn within(self, limit: Duration) -> Self {
        Self {
            connect_timeout: limit.min(self.connect_timeout),
            ..self
        }
    }
}

/// Why there is no connection. The system has no kind of its own for a name that it cannot look up.
async fn why(client: &Client, error: &RedisError) -> RedisFault {
    match RedisFault::from(error) {
        fault @ RedisFault::Connection(_) => {
            let Some(host) = host_and_port(client.get_connection_info()) else {
                return fault;
            };
            match tokio::net::lookup_host(host).await {
                Ok(_) => fault,
                Err(_) => RedisFault::UnknownHost,
            }
        }
        fault => fault,
    }
}
