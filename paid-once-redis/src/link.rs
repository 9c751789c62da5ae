use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use redis::aio::{ConnectionLike, MultiplexedConnection};
use redis::{
    AsyncConnectionConfig, Client, Cmd, ConnectionAddr, PushInfo, PushKind, RedisError, Value,
};
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::RedisFault;
use crate::database::Database;

/// How the ledger reaches Redis.
pub(crate) struct Link {
    line: Line,
    /// For one whole call, waiting for a connection included: whatever sits below, no call hangs.
    response_timeout: Duration,
}

enum Line {
    /// One connection for everybody, made again when it is spoilt.
    ///
    /// Not the client's `ConnectionManager`: that one keeps a failed connection for ever when the
    /// failure was an answer of the server, such as a wrong password or too many clients.
    Ours(Box<Ours>),
    /// A connection of the user, who also sees to it that it comes back.
    Theirs(Arc<dyn Handle>),
}

struct Ours {
    client: Client,
    database: Database,
    connect_timeout: Duration,
    response_timeout: Duration,
    current: Mutex<Option<Connected>>,
}

#[derive(Clone)]
struct Connected {
    connection: MultiplexedConnection,
    /// Set when the server closed the connection, also between commands, or sent an answer that cannot be read.
    hung_up: Arc<AtomicBool>,
}

/// A connection that can be shared: the client's are cheap to clone.
trait Handle: Send + Sync {
    fn handle(&self) -> Box<dyn ConnectionLike + Send>;
}

impl<C: ConnectionLike + Clone + Send + Sync + 'static> Handle for C {
    fn handle(&self) -> Box<dyn ConnectionLike + Send> {
        Box::new(self.clone())
    }
}

impl Link {
    pub(crate) fn ours(
        client: Client,
        database: Database,
        connect_timeout: Duration,
        response_timeout: Duration,
    ) -> Self {
        let ours = Ours {
            client,
            database,
            connect_timeout,
            response_timeout,
            current: Mutex::new(None),
        };
        Self {
            line: Line::Ours(Box::new(ours)),
            response_timeout,
        }
    }

    pub(crate) fn theirs<C>(connection: C, response_timeout: Duration) -> Self
    where
        C: ConnectionLike + Clone + Send + Sync + 'static,
    {
        Self {
            line: Line::Theirs(Arc::new(connection)),
            response_timeout,
        }
    }

    /// One command, one answer, in time. A fault for every error, whoever made it.
    pub(crate) async fn ask(&self, command: &Cmd) -> Result<Value, RedisFault> {
        match &self.line {
            Line::Ours(ours) => {
                let mut used = None;
                let answer = self
                    .in_time(async {
                        let connected = used.insert(ours.connected().await?);
                        checked(connected.connection.send_packed_command(command)).await
                    })
                    .await;
                if let (Some(connected), Err(fault)) = (used, &answer)
                    && fault.spoils_the_connection()
                {
                    connected.hung_up.store(true, Ordering::Relaxed);
                }
                answer
            }
            Line::Theirs(theirs) => {
                let mut connection = theirs.handle();
                let asked = checked(connection.req_packed_command(command));
                self.in_time(asked).await
            }
        }
    }

    async fn in_time<T>(
        &self,
        call: impl Future<Output = Result<T, RedisFault>>,
    ) -> Result<T, RedisFault> {
        timeout(self.response_timeout, call)
            .await
            .unwrap_or(Err(RedisFault::TimedOut))
    }
}

pub(crate) async fn checked(
    answer: impl Future<Output = Result<Value, RedisError>>,
) -> Result<Value, RedisFault> {
    let answer = answer.await.and_then(Value::extract_error);
    answer.map_err(|error| RedisFault::from(&error))
}

impl Ours {
    async fn connected(&self) -> Result<Connected, RedisFault> {
        // Held while connecting: callers that wait share the new connection.
        let mut current = self.current.lock().await;
        if let Some(connected) = &*current
            && !connected.hung_up.load(Ordering::Relaxed)
        {
            return Ok(connected.clone());
        }
        *current = None;
        let connected = self.connect().await?;
        Ok(current.insert(connected).clone())
    }

    async fn connect(&self) -> Result<Connected, RedisFault> {
        let hung_up = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&hung_up);
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.connect_timeout))
            .set_response_timeout(Some(self.response_timeout))
            .set_push_sender(move |push: PushInfo| {
                if push.kind == PushKind::Disconnection {
                    told.store(true, Ordering::Relaxed);
                }
                Ok::<_, redis::aio::SendError>(())
            });
        let connecting = self
            .client
            .get_multiplexed_async_connection_with_config(&config);
        let mut connection = match connecting.await {
            Ok(connection) => connection,
            Err(error) => return Err(self.why(&error).await),
        };
        self.database.select(&mut connection).await?;
        Ok(Connected {
            connection,
            hung_up,
        })
    }

    /// Why there is no connection. The system has no kind of its own for a name that it cannot look up.
    async fn why(&self, error: &RedisError) -> RedisFault {
        let fault = RedisFault::from(error);
        let (ConnectionAddr::Tcp(host, port) | ConnectionAddr::TcpTls { host, port, .. }) =
            self.client.get_connection_info().addr()
        else {
            return fault;
        };
        if !matches!(fault, RedisFault::Connection(_)) {
            return fault;
        }
        match tokio::net::lookup_host((host.as_str(), *port)).await {
            Ok(_) => fault,
            Err(_) => RedisFault::UnknownHost,
        }
    }
}

#[cfg(test)]
mod tests {
    use database_servers::{Proxy, Redis};
    use paid_once::testing::eventually;

    use super::*;

    /// A load balancer, or Redis itself, closes what is idle. The next payment must not pay for it.
    #[tokio::test]
    async fn a_connection_that_was_closed_while_idle_is_not_used() {
        let redis = Redis::start().unwrap();
        let proxy = Proxy::before(redis.port()).unwrap();
        let url = format!("redis://127.0.0.1:{}/?protocol=resp3", proxy.port());
        let limit = Duration::from_secs(4);
        let link = Link::ours(Client::open(url).unwrap(), Database::new(0), limit, limit);
        let ping = redis::cmd("PING");
        for _ in 0..3 {
            assert!(link.ask(&ping).await.is_ok());
            let Line::Ours(ours) = &link.line else {
                unreachable!("the link was made so");
            };
            let connected = ours.connected().await.unwrap();
            assert!(!connected.hung_up.load(Ordering::Relaxed));
            proxy.cut();
            eventually("the link has noticed", || async {
                let noticed = connected.hung_up.load(Ordering::Relaxed);
                noticed.then_some(())
            })
            .await;
        }
        assert!(link.ask(&ping).await.is_ok());
    }

    /// After a failover the old address may lead to another server, once somebody connects anew.
    #[tokio::test]
    async fn a_connection_to_a_replica_is_given_up() {
        let redis = Redis::start().unwrap();
        let limit = Duration::from_secs(4);
        let url = format!("{}/?protocol=resp3", redis.url());
        let link = Link::ours(Client::open(url).unwrap(), Database::new(0), limit, limit);
        let words = |words: &[&str]| {
            let mut command = Cmd::new();
            command.arg(words);
            command
        };
        let id = words(&["CLIENT", "ID"]);
        let first = link.ask(&id).await.unwrap();
        assert_eq!(link.ask(&id).await.unwrap(), first);
        let replica = words(&["REPLICAOF", "127.0.0.1", "1"]);
        assert!(link.ask(&replica).await.is_ok());
        let refused = link.ask(&words(&["SET", "a", "1"])).await;
        assert_eq!(refused, Err(RedisFault::ReadOnly));
        assert_ne!(link.ask(&id).await.unwrap(), first);
    }
}
