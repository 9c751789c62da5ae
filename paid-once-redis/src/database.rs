//! The database of the address, which every new connection selects.

use redis::Value;
use redis::aio::MultiplexedConnection;

use crate::RedisFault;
use crate::link::checked;

/// The number in an address: what follows the host.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Database(i64);

impl Database {
    pub(crate) fn new(number: i64) -> Self {
        Self(number)
    }

    /// Makes a new connection use it. Database 0 is selected already.
    pub(crate) async fn select(
        self,
        connection: &mut MultiplexedConnection,
    ) -> Result<(), RedisFault> {
        let Self(number) = self;
        if number == 0 {
            return Ok(());
        }
        let mut select = redis::cmd("SELECT");
        select.arg(number);
        match checked(connection.send_packed_command(&select)).await {
            Ok(_) => Ok(()),
            Err(RedisFault::Permission) => Err(RedisFault::DatabaseForbidden { number }),
            // Redis has no code of its own for it, only a text.
            Err(RedisFault::Other(code)) if code.as_str() == "ERR" => {
                let databases = how_many(connection).await;
                let is_there = |count| u64::try_from(number).is_ok_and(|number| number < count);
                if databases.is_some_and(is_there) {
                    return Err(RedisFault::Other(code));
                }
                Err(RedisFault::NoSuchDatabase { number, databases })
            }
            Err(fault) => Err(fault),
        }
    }
}

/// How many databases there are. `None` when the user may not ask, or Redis does not tell.
async fn how_many(connection: &mut MultiplexedConnection) -> Option<u64> {
    let is_cluster = setting(connection, "cluster-enabled").await? == "yes";
    // Servers whose clusters have more than one database count them here.
    let of_cluster = setting(connection, "cluster-databases").await;
    let count = match (is_cluster, of_cluster) {
        (true, Some(count)) => count,
        (true, None) => return Some(1),
        (false, _) => setting(connection, "databases").await?,
    };
    count.parse().ok()
}

async fn setting(connection: &mut MultiplexedConnection, name: &str) -> Option<String> {
    let mut command = redis::cmd("CONFIG");
    command.arg("GET").arg(name);
    let answer = checked(connection.send_packed_command(&command))
        .await
        .ok()?;
    let words = match answer {
        Value::Map(pairs) => pairs.into_iter().map(|(_, value)| value).next(),
        Value::Array(words) => words.into_iter().nth(1),
        _ => None,
    };
    redis::from_redis_value(words?).ok()
}
