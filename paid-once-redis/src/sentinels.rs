//! Sentinels tell where the primary is.

use std::sync::atomic::{AtomicUsize, Ordering};

use redis::{Client, ConnectionInfo, RedisError};
use tokio::time::timeout;

use crate::RedisFault;
use crate::address::at;
use crate::link::checked;
use crate::route::{Connected, Dial};

/// The sentinels of a primary, asked one after the other, as Redis' guidelines for clients say.
pub(crate) struct Sentinels {
    clients: Vec<Client>,
    /// What they know the primary by.
    name: String,
    /// How to log in to the primary.
    primary: ConnectionInfo,
    /// The one that is asked first: it answered last time, or the one before did not.
    first: AtomicUsize,
}

impl Sentinels {
    pub(crate) fn new(
        sentinels: Vec<ConnectionInfo>,
        name: String,
        primary: ConnectionInfo,
    ) -> Result<Self, RedisError> {
        let sentinels = sentinels.into_iter().map(Client::open);
        Ok(Self {
            clients: sentinels.collect::<Result<_, _>>()?,
            name,
            primary,
            first: AtomicUsize::new(0),
        })
    }

    /// A connection to the primary, which says itself that it is one: a sentinel may not know yet that it is not.
    pub(crate) async fn connect(&self, dial: Dial) -> Result<Connected, RedisFault> {
        let (index, primary) = self.primary(dial).await?;
        let connected = dial.connect(&primary).await?;
        let mut info = redis::cmd("INFO");
        info.arg("replication");
        let mut connection = connected.connection.clone();
        match checked(connection.send_packed_command(&info)).await {
            Ok(answer) => {
                let info: String = redis::from_redis_value(answer).unwrap_or_default();
                if info.lines().any(|line| line.trim() == "role:slave") {
                    return Err(RedisFault::ReadOnly);
                }
            }
            Err(RedisFault::Permission) => {}
            Err(fault) => return Err(fault),
        }
        // What it said was right.
        self.first.store(index, Ordering::Relaxed);
        Ok(connected)
    }

    /// Where it is, and the place of the sentinel that says so.
    async fn primary(&self, dial: Dial) -> Result<(usize, Client), RedisFault> {
        let count = self.clients.len();
        let first = self.first.load(Ordering::Relaxed);
        // All of them together get the time of one connection.
        let parts = u32::try_from(count).unwrap_or(u32::MAX).max(1);
        let limit = dial.connect_timeout / parts;
        let mut why = None;
        for (index, sentinel) in self
            .clients
            .iter()
            .enumerate()
            .cycle()
            .skip(first % count.max(1))
            .take(count)
        {
            // Unless it proves right the next call begins with another one.
            self.first.store(index + 1, Ordering::Relaxed);
            let asked = timeout(limit, self.ask(sentinel, dial.within(limit)));
            match asked.await.unwrap_or(Err(RedisFault::TimedOut)) {
                Ok(client) => return Ok((index, client)),
                Err(fault) => why = Some(telling(why, fault)),
            }
        }
        Err(why.unwrap_or(RedisFault::UnknownPrimary))
    }

    async fn ask(&self, sentinel: &Client, dial: Dial) -> Result<Client, RedisFault> {
        let mut connection = dial
            .connect(sentinel)
            .await
            .map_err(of_a_sentinel)?
            .connection;
        let mut where_is_it = redis::cmd("SENTINEL");
        where_is_it.arg("get-master-addr-by-name").arg(&self.name);
        let answer = checked(connection.send_packed_command(&where_is_it)).await;
        let answer = answer.map_err(of_a_sentinel)?;
        let found: Option<(String, u16)> =
            redis::from_redis_value(answer).map_err(|_| RedisFault::Corrupt("a primary"))?;
        let (host, port) = found.ok_or(RedisFault::UnknownPrimary)?;
        let info = at(&self.primary, &host, port).ok_or(RedisFault::UnknownPrimary)?;
        Client::open(info).map_err(|error| RedisFault::from(&error))
    }
}

/// Sentinels have users of their own.
fn of_a_sentinel(fault: RedisFault) -> RedisFault {
    match fault {
        RedisFault::Authentication => RedisFault::SentinelAuthentication,
        RedisFault::Permission => RedisFault::MissingPermission {
            permission: "+sentinel|get-master-addr-by-name on the sentinels",
        },
        RedisFault::Other(code) if code.as_str() == "ERR" => RedisFault::NoSentinel,
        fault => fault,
    }
}

/// Which of two faults says more: that one sentinel is down is no news when another one refuses.
fn telling(before: Option<RedisFault>, now: RedisFault) -> RedisFault {
    match before {
        Some(before) if !matches!(before, RedisFault::Connection(_) | RedisFault::TimedOut) => {
            before
        }
        _ => now,
    }
}
