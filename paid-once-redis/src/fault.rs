use std::io;
use std::sync::Arc;

use paid_once::StoreError;
use redis::{ErrorKind, RedisError, ServerErrorKind};

/// Why Redis did not do what the ledger asked: the [`source`](std::error::Error::source) of every
/// [`StoreError`](paid_once::StoreError) of this crate.
///
/// It never repeats what Redis or the client said word by word: that text may hold values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RedisFault {
    /// No connection, or it broke. What was asked may or may not have been done.
    #[error("the connection to Redis failed ({0})")]
    Connection(io::ErrorKind),
    /// Nobody knows an address for the name of the host.
    #[error("the host name in the address of Redis is not known")]
    UnknownHost,
    /// The address names a database that this Redis does not have.
    #[error("this Redis has no database {number}: {}", how_many(*databases))]
    NoSuchDatabase {
        /// The number in the address.
        number: i64,
        /// How many there are, if Redis tells: they are numbered from 0.
        databases: Option<u64>,
    },
    /// The address names a database other than 0, and the user may not select one.
    #[error("the user may not select database {number}: give it +select, or use database 0")]
    DatabaseForbidden {
        /// The number in the address.
        number: i64,
    },
    /// No answer in time. What was asked may still be done.
    #[error("Redis did not answer in time")]
    TimedOut,
    /// Wrong password, or none.
    #[error("Redis refused the user name or the password")]
    Authentication,
    /// The user may not do this.
    #[error(
        "the user has no permission for a command or a key: see the crate docs for what it needs"
    )]
    Permission,
    /// The user lacks a right that the ledger knows by name.
    #[error("the user lacks {permission}: see the crate docs for what it needs")]
    MissingPermission {
        /// As `ACL SETUSER` takes it.
        permission: &'static str,
    },
    /// The certificate of Redis is not trusted, or Redis does not trust ours. Nothing was sent.
    #[error("there is no trust between Redis and this client: {0}")]
    Certificate(&'static str),
    /// What listens there does not speak TLS.
    #[error("what listens at the address of Redis speaks no TLS: use its TLS port, or redis://")]
    NoTls,
    /// A sentinel asks for a password of its own.
    #[error(
        "a sentinel refused the user name or the password: sentinels have their own, add \
         ?sentinel_username=…&sentinel_password=… to the address"
    )]
    SentinelAuthentication,
    /// What was asked for the primary is no sentinel.
    #[error("what listens at the address of a sentinel is none: its port is 26379 as a rule")]
    NoSentinel,
    /// The sentinels know no primary of the name in the address.
    #[error("no sentinel knows a primary of the name in the address: see \"sentinel monitor\"")]
    UnknownPrimary,
    /// The server has just started and reads its data from disk.
    #[error("Redis is loading its data")]
    Loading,
    /// The server is a replica, perhaps since a failover.
    #[error("this Redis is a read-only replica: connect to its primary")]
    ReadOnly,
    /// `maxmemory` is reached, and rightly nothing is evicted.
    #[error("Redis is out of memory: raise maxmemory, or purge old orders")]
    OutOfMemory,
    /// The server cannot write to its disk and therefore takes no more writes.
    #[error("Redis cannot write to its disk and refuses writes")]
    Disk,
    /// Another client's script has been running for seconds.
    #[error("Redis is busy with a script")]
    Busy,
    /// Fewer replicas than [`replicas`](crate::RedisLedgerOptions::replicas) asks for are known to have what was
    /// written. It is done on the primary, and may be lost with it: what was asked is to be asked again.
    #[error("{reached} replicas of Redis have the write in time, and {required} are required")]
    TooFewReplicas {
        /// How many have it.
        reached: u32,
        /// How many were asked for.
        required: u32,
    },
    /// Redis refuses writes while fewer replicas follow it than `min-replicas-to-write` says. Nothing was done.
    #[error("Redis refuses writes: fewer replicas follow it than min-replicas-to-write says")]
    NoReplicas,
    /// The address belongs to a cluster, and another node has the ledger.
    #[error(
        "this Redis is a cluster, and another node has the ledger: write redis+cluster:// instead of \
         redis://, or use a cluster connection"
    )]
    Cluster,
    /// The cluster has no primary for the ledger's keys: before a replica takes over, or when too many nodes are gone.
    #[error("the cluster has no primary for the ledger's keys now")]
    ClusterDown,
    /// The slot of the ledger's keys is on its way to another node. Nothing was done.
    #[error("the cluster moves the ledger's keys to another node")]
    SlotMoves,
    /// A command of [`settle_with`](crate::RedisLedger::settle_with) was refused. Nothing is settled;
    /// the commands before it are done and stay done.
    #[error("Redis refused command {index} of settle_with ({code})")]
    CommandRefused {
        /// Which command, from 0.
        index: usize,
        /// The code of the refusal.
        code: RefusalCode,
    },
    /// A command of [`settle_with`](crate::RedisLedger::settle_with) has more words than a script can
    /// pass on. Nothing was done.
    #[error("command {index} of settle_with has {words} words, {most} are possible: split it")]
    CommandTooLong {
        /// Which command, from 0.
        index: usize,
        /// How many words it has, its name included.
        words: usize,
        /// How many are possible.
        most: usize,
    },
    /// A command of [`settle_with`](crate::RedisLedger::settle_with) is empty. Nothing was done.
    #[error("command {index} of settle_with is empty")]
    CommandEmpty {
        /// Which command, from 0.
        index: usize,
    },
    /// Something is stored or answered that this version never writes.
    #[error("Redis answered something for {0} that this version never writes")]
    Corrupt(&'static str),
    /// Any other refusal.
    #[error("Redis refused ({0})")]
    Other(RefusalCode),
}

fn how_many(databases: Option<u64>) -> String {
    match databases {
        Some(1) => "it has database 0 only, as a cluster does".to_owned(),
        Some(count) => format!("it has {count}, from 0 to {}", count.saturating_sub(1)),
        None => "see \"databases\" in its settings; most have 16, from 0 to 15".to_owned(),
    }
}

/// The first word of an error of Redis, such as `WRONGTYPE`: upper-case ASCII letters, at most 24.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RefusalCode {
    letters: [u8; Self::MAX_LEN],
}

impl RefusalCode {
    const MAX_LEN: usize = 24;

    pub(crate) fn new(code: &str) -> Self {
        let mut letters = [0; Self::MAX_LEN];
        let known = code.bytes().take_while(u8::is_ascii_uppercase);
        for (letter, found) in letters.iter_mut().zip(known) {
            *letter = found;
        }
        Self { letters }
    }

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let text = std::str::from_utf8(&self.letters).unwrap_or_default();
        text.trim_end_matches('\0')
    }
}

impl std::fmt::Display for RefusalCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self.as_str() {
            "" => "no code",
            code => code,
        })
    }
}

impl std::fmt::Debug for RefusalCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<&RedisError> for RedisFault {
    fn from(error: &RedisError) -> Self {
        if error.is_timeout() {
            return Self::TimedOut;
        }
        #[cfg(feature = "tls")]
        if let Some(fault) = crate::tls::fault(error) {
            return fault;
        }
        match error.kind() {
            ErrorKind::Io => Self::Connection(io_kind(error)),
            ErrorKind::AuthenticationFailed => Self::Authentication,
            ErrorKind::UnexpectedReturnType | ErrorKind::Parse => Self::Corrupt("a reply"),
            ErrorKind::Server(ServerErrorKind::Moved | ServerErrorKind::CrossSlot)
            | ErrorKind::ClusterConnectionNotFound => Self::Cluster,
            ErrorKind::Server(ServerErrorKind::Ask | ServerErrorKind::TryAgain) => Self::SlotMoves,
            ErrorKind::Server(ServerErrorKind::ClusterDown) => Self::ClusterDown,
            ErrorKind::Server(ServerErrorKind::ResponseError)
                if error.detail().is_some_and(is_denied_to_a_script) =>
            {
                Self::Permission
            }
            _ => Self::of_code(error.code().unwrap_or_default()),
        }
    }
}

impl RedisFault {
    pub(crate) fn of_code(code: &str) -> Self {
        match code {
            "WRONGPASS" | "NOAUTH" => Self::Authentication,
            "NOPERM" => Self::Permission,
            "LOADING" | "MASTERDOWN" => Self::Loading,
            "READONLY" => Self::ReadOnly,
            "OOM" => Self::OutOfMemory,
            "MISCONF" => Self::Disk,
            "NOREPLICAS" => Self::NoReplicas,
            "BUSY" => Self::Busy,
            other => Self::Other(RefusalCode::new(other)),
        }
    }

    /// Whether another connection may fare better: this one is broken, stuck, or leads to a server
    /// that is no longer the primary.
    pub(crate) fn spoils_the_connection(self) -> bool {
        matches!(
            self,
            Self::Connection(_)
                | Self::TimedOut
                | Self::Authentication
                | Self::ReadOnly
                | Self::Cluster
                | Self::ClusterDown
                | Self::TooFewReplicas { .. }
                | Self::Corrupt(_)
        )
    }

    /// Whether a server refused because another one has the ledger. Then it did nothing.
    pub(crate) fn is_of_the_wrong_server(self) -> bool {
        matches!(self, Self::ReadOnly | Self::Cluster)
    }
}

/// Redis has no code of its own for what a script may not do, only a text.
pub(crate) fn is_denied_to_a_script(text: &str) -> bool {
    [
        "The user executing the script can't",
        "ACL failure in script",
    ]
    .iter()
    .any(|begin| text.starts_with(begin))
}

/// The client wraps the cause in an `Arc`, which is what `source` then gives.
pub(crate) fn io_error(error: &RedisError) -> Option<&io::Error> {
    std::error::Error::source(error)
        .and_then(|cause| cause.downcast_ref::<Arc<dyn std::error::Error + Send + Sync>>())
        .and_then(|cause| cause.downcast_ref::<io::Error>())
}

fn io_kind(error: &RedisError) -> io::ErrorKind {
    io_error(error).map_or(io::ErrorKind::Other, io::Error::kind)
}

pub(crate) fn store_error(fault: RedisFault) -> StoreError {
    StoreError::new(fault)
}

pub(crate) fn corrupt(what: &'static str) -> StoreError {
    store_error(RedisFault::Corrupt(what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_is_not_there_is_told_with_those_that_are() {
        let told = |databases| {
            let number = 99;
            RedisFault::NoSuchDatabase { number, databases }.to_string()
        };
        let begin = "this Redis has no database 99: ";
        for (databases, says) in [
            (Some(16), "it has 16, from 0 to 15"),
            (Some(1), "it has database 0 only, as a cluster does"),
            (None, "see \"databases\" in its settings"),
        ] {
            let told = told(databases);
            assert!(
                told.strip_prefix(begin).unwrap().starts_with(says),
                "{told}"
            );
        }
    }

    #[test]
    fn a_refusal_shows_its_code_and_none_of_its_text() {
        for text in ["WRONGTYPE", "WRONGTYPE secret", "WRONGTYPE\u{15f}"] {
            assert_eq!(RefusalCode::new(text).as_str(), "WRONGTYPE");
        }
        assert_eq!(RefusalCode::new("").as_str(), "");
        assert_eq!(RefusalCode::new(&"A".repeat(99)).as_str(), "A".repeat(24));
    }
}
