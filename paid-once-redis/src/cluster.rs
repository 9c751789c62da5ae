//! The node of a cluster that has the ledger.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::{Client, Cmd, ConnectionInfo, ErrorKind, RedisError, ServerErrorKind, Value};
use tokio::time::timeout;

use crate::RedisFault;
use crate::address::{at, host_and_port};
use crate::route::{Connected, Dial};

/// How often one node sends to another before there is no use in following.
const REDIRECTIONS: usize = 5;

/// A cluster. All keys of a ledger are in one slot, so one node has all of it, and every other one tells which.
pub(crate) struct Cluster {
    /// Those of the address.
    nodes: Vec<ConnectionInfo>,
    /// The one of them that is asked first.
    first: AtomicUsize,
    /// Where the ledger was last time, which is asked before.
    last: Mutex<Option<ConnectionInfo>>,
    probe: Cmd,
}

impl Cluster {
    pub(crate) fn new(nodes: Vec<ConnectionInfo>, probe: &str) -> Self {
        let mut command = redis::cmd("GET");
        command.arg(probe);
        Self {
            nodes,
            first: AtomicUsize::new(0),
            last: Mutex::new(None),
            probe: command,
        }
    }

    /// A connection to the node that takes the ledger's writes.
    pub(crate) async fn connect(&self, dial: Dial) -> Result<Connected, RedisFault> {
        let count = self.nodes.len();
        let parts = u32::try_from(count).unwrap_or(u32::MAX).saturating_add(1);
        let limit = dial.connect_timeout / parts;
        let last = self.last().take();
        // A call that is given up meanwhile shall not let the next one begin with the same node.
        let first = self.first.fetch_add(1, Ordering::Relaxed);
        let nodes = self.nodes.iter().cycle().skip(first % count.max(1));
        let mut why = RedisFault::ClusterDown;
        for node in last.iter().chain(nodes.take(count)) {
            match self.follow(node.clone(), dial, limit).await {
                Ok((node, connected)) => {
                    *self.last() = Some(node);
                    return Ok(connected);
                }
                Err(fault) => why = fault,
            }
        }
        Err(why)
    }

    /// From this node to the one that has the ledger. Each gets so long to answer.
    async fn follow(
        &self,
        mut node: ConnectionInfo,
        dial: Dial,
        limit: Duration,
    ) -> Result<(ConnectionInfo, Connected), RedisFault> {
        for _ in 0..=REDIRECTIONS {
            let client = Client::open(node.clone()).map_err(|error| RedisFault::from(&error))?;
            let connected = dial.within(limit).connect(&client).await?;
            let mut connection = connected.connection.clone();
            let probed = timeout(limit, connection.send_packed_command(&self.probe)).await;
            let probed = probed.map_err(|_| RedisFault::TimedOut)?;
            match probed.and_then(Value::extract_error) {
                Ok(_) => return Ok((node, connected)),
                Err(error) => match moved_to(&error, &node) {
                    Some(other) => node = other,
                    None if has_the_slot(&error) => return Ok((node, connected)),
                    None => return Err(RedisFault::from(&error)),
                },
            }
        }
        Err(RedisFault::ClusterDown)
    }

    fn last(&self) -> MutexGuard<'_, Option<ConnectionInfo>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where the slot is, if this node says that another one has it.
fn moved_to(error: &RedisError, asked: &ConnectionInfo) -> Option<ConnectionInfo> {
    if error.kind() != ErrorKind::Server(ServerErrorKind::Moved) {
        return None;
    }
    let (address, _slot) = error.redirect_node()?;
    node_at(address, asked)
}

/// The node at `HOST:PORT`, as another one names it. No host: the same as that of the node that was asked.
fn node_at(address: &str, asked: &ConnectionInfo) -> Option<ConnectionInfo> {
    let (host, port) = address.rsplit_once(':')?;
    let host = match host {
        "" | "?" => host_and_port(asked)?.0,
        host => host,
    };
    at(asked, host, port.parse().ok()?)
}

/// Whether the node that said so has the ledger, or a part of it, all the same: a script says better what is wrong.
fn has_the_slot(error: &RedisError) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Server(
            ServerErrorKind::Ask | ServerErrorKind::TryAgain | ServerErrorKind::NoPerm
        )
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Address;

    #[test]
    fn a_node_without_a_name_is_at_the_host_that_was_asked() {
        let Some(Address::Cluster(nodes)) = Address::parse("redis+cluster://u:p@one:7000") else {
            panic!("a cluster")
        };
        for (said, host) in [
            ("10.0.0.7:7001", "10.0.0.7"),
            (":7001", "one"),
            ("?:7001", "one"),
            ("::1:7001", "::1"),
        ] {
            let other = node_at(said, &nodes[0]).unwrap();
            assert_eq!(host_and_port(&other), Some((host, 7001)), "{said}");
            assert_eq!(other.redis_settings().password(), Some("p"));
        }
    }
}
