use std::fmt;

use redis::{Cmd, Value};

use crate::link::Link;
use crate::{OpenError, RedisFault};

/// What survives when the machine of Redis loses power, by its settings `appendonly` and
/// `appendfsync`. A larger one loses less.
///
/// It says nothing about the loss of the machine itself: replicas follow with a delay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Durability {
    /// No append-only file: everything since the last snapshot is lost, or everything.
    Memory,
    /// `appendfsync no`: the operating system writes when it likes, up to half a minute is lost.
    OperatingSystem,
    /// `appendfsync everysec`: about a second is lost, two at worst.
    EverySecond,
    /// `appendfsync always`: what was answered is on disk.
    Always,
}

impl fmt::Display for Durability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Memory => "appendonly no",
            Self::OperatingSystem => "appendfsync no",
            Self::EverySecond => "appendfsync everysec",
            Self::Always => "appendfsync always",
        })
    }
}

/// Refuses a server that cannot keep a ledger, and says how durable the others are.
pub(crate) async fn check(
    link: &Link,
    required: Option<Durability>,
) -> Result<Option<Durability>, OpenError> {
    let info = text(link, redis::cmd("INFO")).await?;
    // A cluster connection may answer with a list of nodes: then nothing is known here.
    let info = info.as_deref().unwrap_or_default();
    if field(info, "role") == Some("slave") {
        return Err(RedisFault::ReadOnly.into());
    }
    match field(info, "maxmemory_policy") {
        Some(policy) if policy.starts_with("allkeys-") => {
            let policy = policy.to_owned();
            return Err(OpenError::Evicts { policy });
        }
        Some(_) => {}
        None => tracing::warn!(
            "could not check the eviction policy of Redis: make sure that maxmemory-policy is \
             noeviction, or paid orders may be forgotten and handled again"
        ),
    }
    let found = match field(info, "aof_enabled") {
        Some("0") => Some(Durability::Memory),
        Some(_) => append_fsync(link).await?,
        None => None,
    };
    judge(found, required)?;
    Ok(found)
}

fn judge(found: Option<Durability>, required: Option<Durability>) -> Result<(), OpenError> {
    match (found, required) {
        (found, Some(required)) if found < Some(required) => {
            Err(OpenError::NotDurable { found, required })
        }
        (_, Some(_)) | (Some(Durability::Always), None) => Ok(()),
        (Some(found), None) => {
            tracing::warn!(
                %found,
                "Redis may forget settled payments in a crash, which are then handled again: set \
                 appendonly yes and appendfsync always"
            );
            Ok(())
        }
        (None, None) => {
            tracing::warn!(
                "could not check how durable Redis is: make sure that it runs with appendonly yes \
                 and appendfsync always, or settled payments may be handled again after a crash"
            );
            Ok(())
        }
    }
}

/// Hosted services forbid `CONFIG`: then it is unknown.
async fn append_fsync(link: &Link) -> Result<Option<Durability>, OpenError> {
    let mut command = redis::cmd("CONFIG");
    command.arg("GET").arg("appendfsync");
    let answer = match link.ask(&command).await {
        Ok(answer) => answer,
        Err(RedisFault::Permission | RedisFault::Other(_)) => return Ok(None),
        Err(fault) => return Err(fault.into()),
    };
    let setting: Option<Vec<String>> = redis::from_redis_value(flat(answer)).ok();
    let value = setting.and_then(|setting| setting.into_iter().nth(1));
    Ok(match value.as_deref() {
        Some("always") => Some(Durability::Always),
        Some("everysec") => Some(Durability::EverySecond),
        Some("no") => Some(Durability::OperatingSystem),
        _ => None,
    })
}

/// Protocol 3 answers a map where protocol 2 answers a list.
fn flat(value: Value) -> Value {
    match value {
        Value::Map(pairs) => {
            let values = pairs.into_iter().flat_map(|(name, value)| [name, value]);
            Value::Array(values.collect())
        }
        other => other,
    }
}

async fn text(link: &Link, command: Cmd) -> Result<Option<String>, OpenError> {
    match link.ask(&command).await {
        Ok(answer) => Ok(redis::from_redis_value(answer).ok()),
        Err(RedisFault::Permission | RedisFault::Other(_)) => Ok(None),
        Err(fault) => Err(fault.into()),
    }
}

/// The value of `name:value` in the answer to `INFO`.
fn field<'a>(info: &'a str, name: &str) -> Option<&'a str> {
    info.lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
        .map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn less_than_required_and_unknown_are_refused() {
        use Durability::{Always, EverySecond, Memory, OperatingSystem};
        for (found, required, fine) in [
            (Some(Always), Some(Always), true),
            (Some(Always), Some(EverySecond), true),
            (Some(EverySecond), Some(Always), false),
            (Some(OperatingSystem), Some(EverySecond), false),
            (Some(Memory), Some(OperatingSystem), false),
            (None, Some(Memory), false),
            (None, None, true),
            (Some(Memory), None, true),
        ] {
            let judged = judge(found, required);
            assert_eq!(judged.is_ok(), fine, "{found:?} {required:?}");
        }
    }

    #[test]
    fn a_field_is_found_by_its_whole_name() {
        let info = "# Memory\r\nmaxmemory_policy_x:no\r\nmaxmemory_policy:noeviction\r\n";
        assert_eq!(field(info, "maxmemory_policy"), Some("noeviction"));
        assert_eq!(field(info, "role"), None);
    }
}
