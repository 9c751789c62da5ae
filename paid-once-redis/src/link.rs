use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use redis::aio::ConnectionLike;
use redis::{Cmd, Pipeline, RedisError, Value};
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::RedisFault;
use crate::database::Database;
use crate::replicas::{Replicas, Rounds};
use crate::route::{Connected, Dial, Route};

/// How the ledger reaches Redis.
pub(crate) struct Link {
    line: Line,
    /// For one whole call, waiting for a connection included: whatever sits below, no call hangs.
    response_timeout: Duration,
    /// Who must have what is told to be done.
    replicas: Option<Replicas>,
}

enum Line {
    /// One connection for everybody, made again when it is spoilt.
    ///
    /// Not the client's `ConnectionManager`: that one keeps a failed connection for ever when the
    /// failure was an answer of the server, such as a wrong password or too many clients.
    Ours(Box<Ours>),
    /// A connection of the user, who also sees to it that it comes back.
    Theirs(Arc<dyn Handle>, Rounds),
}

struct Ours {
    route: Route,
    database: Database,
    dial: Dial,
    current: Mutex<Option<Connected>>,
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
    pub(crate) fn ours(route: Route, database: Database, dial: Dial) -> Self {
        let ours = Ours {
            route,
            database,
            dial,
            current: Mutex::new(None),
        };
        Self {
            line: Line::Ours(Box::new(ours)),
            response_timeout: dial.response_timeout,
            replicas: None,
        }
    }

    pub(crate) fn theirs<C>(connection: C, response_timeout: Duration) -> Self
    where
        C: ConnectionLike + Clone + Send + Sync + 'static,
    {
        Self {
            line: Line::Theirs(Arc::new(connection), Rounds::default()),
            response_timeout,
            replicas: None,
        }
    }

    /// From now on [`ask_to_keep`](Self::ask_to_keep) is answered when so many replicas have the write too.
    pub(crate) fn kept_by(self, replicas: Option<Replicas>) -> Self {
        Self { replicas, ..self }
    }

    /// One command, one answer, in time. A fault for every error, whoever made it.
    pub(crate) async fn ask(&self, command: &Cmd) -> Result<Value, RedisFault> {
        self.send(command, None).await
    }

    /// The same for a command whose answer promises that something is written, now or before.
    pub(crate) async fn ask_to_keep(&self, command: &Cmd) -> Result<Value, RedisFault> {
        self.send(command, self.replicas.as_ref()).await
    }

    async fn send(&self, command: &Cmd, replicas: Option<&Replicas>) -> Result<Value, RedisFault> {
        match &self.line {
            Line::Ours(ours) => {
                let mut used = None;
                let answer = self.in_time(ours.send(command, replicas, &mut used)).await;
                if let (Some(connected), Err(fault)) = (used, &answer)
                    && fault.spoils_the_connection()
                {
                    connected.give_up();
                }
                answer
            }
            Line::Theirs(theirs, rounds) => {
                let mut connection = theirs.handle();
                let sent = async {
                    let answer = checked(connection.req_packed_command(command)).await?;
                    if let Some(replicas) = replicas {
                        let send = |round: Pipeline| async move {
                            connection.req_packed_commands(&round, 0, round.len()).await
                        };
                        rounds.wait(replicas, send).await?;
                    }
                    Ok(answer)
                };
                self.in_time(sent).await
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
    /// `used` is the connection that the answer came from.
    async fn send(
        &self,
        command: &Cmd,
        replicas: Option<&Replicas>,
        used: &mut Option<Connected>,
    ) -> Result<Value, RedisFault> {
        let connected = used.insert(self.connected().await?);
        let answer = connected.send(command, replicas).await;
        match answer {
            // It did nothing: the server that it should have reached may be known by now.
            Err(fault) if fault.is_of_the_wrong_server() && self.route.leads_elsewhere() => {
                connected.give_up();
                let connected = used.insert(self.connected().await?);
                connected.send(command, replicas).await
            }
            answer => answer,
        }
    }

    async fn connected(&self) -> Result<Connected, RedisFault> {
        // Held while connecting: callers that wait share the new connection.
        let mut current = self.current.lock().await;
        if let Some(connected) = &*current
            && !connected.is_over()
        {
            return Ok(connected.clone());
        }
        *current = None;
        let mut connected = self.route.connect(self.dial).await?;
        self.database.select(&mut connected.connection).await?;
        Ok(current.insert(connected).clone())
    }
}

impl Connected {
    async fn send(
        &mut self,
        command: &Cmd,
        replicas: Option<&Replicas>,
    ) -> Result<Value, RedisFault> {
        let answer = checked(self.connection.send_packed_command(command)).await?;
        if let Some(replicas) = replicas {
            let connection = &mut self.connection;
            let send = |round: Pipeline| async move {
                connection
                    .send_packed_commands(&round, 0, round.len())
                    .await
            };
            self.rounds.wait(replicas, send).await?;
        }
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use database_servers::{Proxy, Redis};
    use paid_once::testing::eventually;

    use super::*;
    use crate::address::Address;

    fn link(url: &str, limit: Duration) -> Link {
        let dial = Dial {
            connect_timeout: limit,
            response_timeout: limit,
        };
        let route = Route::to(Address::parse(url).unwrap(), "probe").unwrap();
        Link::ours(route, Database::new(0), dial)
    }

    /// A load balancer, or Redis itself, closes what is idle. The next payment must not pay for it.
    #[tokio::test]
    async fn a_connection_that_was_closed_while_idle_is_not_used() {
        let redis = Redis::start().unwrap();
        let proxy = Proxy::before(redis.port()).unwrap();
        let url = format!("redis://127.0.0.1:{}", proxy.port());
        let limit = Duration::from_secs(4);
        let link = link(&url, limit);
        let ping = redis::cmd("PING");
        for _ in 0..3 {
            assert!(link.ask(&ping).await.is_ok());
            let Line::Ours(ours) = &link.line else {
                unreachable!("the link was made so");
            };
            let connected = ours.connected().await.unwrap();
            assert!(!connected.is_over());
            proxy.cut();
            eventually("the link has noticed", || async {
                connected.is_over().then_some(())
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
        let link = link(&redis.url(), limit);
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
