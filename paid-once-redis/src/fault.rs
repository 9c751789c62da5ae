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
    /// The address belongs to a cluster, and another node has the ledger.
    #[error("this Redis is a cluster, and another node has the ledger: use a cluster connection")]
    Cluster,
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
        match error.kind() {
            ErrorKind::Io => Self::Connection(io_kind(error)),
            ErrorKind::AuthenticationFailed => Self::Authentication,
            ErrorKind::UnexpectedReturnType | ErrorKind::Parse => Self::Corrupt("a reply"),
            ErrorKind::Server(
                ServerErrorKind::Moved
                | ServerErrorKind::Ask
                | ServerErrorKind::CrossSlot
                | ServerErrorKind::ClusterDown
                | ServerErrorKind::TryAgain,
            )
            | ErrorKind::ClusterConnectionNotFound => Self::Cluster,
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
                | Self::Corrupt(_)
        )
    }
}

/// The client wraps the cause in an `Arc`, which is what `source` then gives.
fn io_kind(error: &RedisError) -> io::ErrorKind {
    std::error::Error::source(error)
        .and_then(|cause| cause.downcast_ref::<Arc<dyn std::error::Error + Send + Sync>>())
        .and_then(|cause| cause.downcast_ref::<io::Error>())
        .map_or(io::ErrorKind::Other, io::Error::kind)
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
