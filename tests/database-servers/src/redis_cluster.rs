use std::collections::HashSet;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

use crate::process::free_port;
use crate::redis::{AT_ONCE, Redis, ask, replicas_have_all};

/// How long six nodes may take to find each other.
const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(20);
/// How long a node is silent before the others take it for failed, in milliseconds.
const NODE_TIMEOUT: &str = "1000";
const PRIMARIES: usize = 3;
const NODES: usize = 6;
const SLOTS: usize = 16384;
const TLS_PORT: &str = "--tls-port";

/// A private Redis Cluster of six nodes: three primaries, each with a replica.
///
/// Each node keeps what it answered on its disk, as [`Redis`] does. When a primary is gone for a second, its replica
/// takes over.
#[derive(Debug)]
pub struct RedisCluster {
    nodes: Vec<Redis>,
}

impl RedisCluster {
    /// Starts the six. Returns when every slot is served and every replica has what its primary has.
    pub fn start() -> Result<Self> {
        let nodes = (0..NODES).map(|_| node(&[]));
        Self::of(nodes.collect::<Result<_>>()?)
    }

    /// The same with a TLS port for clients besides the plain one, and these settings for it, such as
    /// `--tls-cert-file`.
    pub fn start_with_tls(settings: &[&str]) -> Result<Self> {
        let nodes = (0..NODES).map(|_| {
            let port = free_port()?.to_string();
            let mut all = vec![TLS_PORT, &port];
            // Without it nodes name each other's plain ports, to clients who come over TLS too.
            all.extend(["--tls-cluster", "yes", "--tls-replication", "yes"]);
            all.extend(settings);
            node(&all)
        });
        Self::of(nodes.collect::<Result<_>>()?)
    }

    fn of(nodes: Vec<Redis>) -> Result<Self> {
        let cluster = Self { nodes };
        cluster.join()?;
        Ok(cluster)
    }

    /// `redis+cluster://` with all six.
    #[must_use]
    pub fn url(&self) -> String {
        let hosts: Vec<_> = self
            .nodes
            .iter()
            .map(|node| format!("127.0.0.1:{}", node.port()))
            .collect();
        format!("redis+cluster://{}", hosts.join(","))
    }

    /// `rediss+cluster://` with one of them, if they have TLS ports.
    #[must_use]
    pub fn tls_url(&self) -> Option<String> {
        let port = self.nodes.last()?.setting(TLS_PORT)?;
        Some(format!("rediss+cluster://127.0.0.1:{port}"))
    }

    /// The nodes. The first three were primaries when it started.
    #[must_use]
    pub fn nodes(&self) -> &[Redis] {
        &self.nodes
    }

    /// The same, to crash one.
    pub fn nodes_mut(&mut self) -> &mut [Redis] {
        &mut self.nodes
    }

    /// Which node takes writes to this key now: its place in [`nodes`](Self::nodes). `None` while no node does.
    #[must_use]
    pub fn primary_of(&self, key: &str) -> Option<usize> {
        self.nodes.iter().position(|node| {
            let is_primary = node.role() == Some(crate::Role::Primary);
            let answer = ask(node.port(), &format!("EXISTS {key}"));
            is_primary && answer.is_ok_and(|answer| answer.starts_with(':'))
        })
    }

    fn join(&self) -> Result<()> {
        let ids = self
            .nodes
            .iter()
            .map(|node| ask(node.port(), "CLUSTER MYID"));
        let ids: Vec<_> = ids.collect::<Result<_>>()?;
        for (index, node) in self.nodes.iter().enumerate() {
            okay(node, &format!("CLUSTER SET-CONFIG-EPOCH {}", index + 1))?;
            if index < PRIMARIES {
                let (begin, end) = (
                    index * SLOTS / PRIMARIES,
                    (index + 1) * SLOTS / PRIMARIES - 1,
                );
                okay(node, &format!("CLUSTER ADDSLOTSRANGE {begin} {end}"))?;
            }
        }
        let first = self.nodes.first().context("there are six nodes")?;
        for node in self.nodes.iter().skip(1) {
            let bus = node.setting("--cluster-port").context("it has one")?;
            let plain = node.port().to_string();
            let port = node.setting(TLS_PORT).unwrap_or(&plain);
            okay(first, &format!("CLUSTER MEET 127.0.0.1 {port} {bus}"))?;
        }
        let all = format!("cluster_known_nodes:{NODES}");
        self.wait_until("all nodes know each other", || {
            let known = self.every("CLUSTER INFO", |info| info.contains(&all))?;
            // One that is only met is known by a name of its own for a while.
            let named = |nodes: &str| ids.iter().all(|id| nodes.contains(id.as_str()));
            Ok(known && self.every("CLUSTER NODES", named)?)
        })?;
        for (replica, primary) in self.nodes.iter().skip(PRIMARIES).zip(&ids) {
            okay(replica, &format!("CLUSTER REPLICATE {primary}"))?;
        }
        self.wait_until("every slot is served, and every replica follows", || {
            let served = |info: &str| info.contains("cluster_state:ok");
            let follows = |info: &str| {
                info.contains("role:master") && info.contains("connected_slaves:1")
                    || info.contains("master_link_status:up")
            };
            let replicas = |nodes: &str| {
                nodes.matches(" slave ").count() + nodes.matches(",slave ").count()
                    == NODES - PRIMARIES
            };
            Ok(self.every("CLUSTER INFO", served)?
                && self.every("INFO replication", follows)?
                && self.every("CLUSTER NODES", replicas)?)
        })?;
        self.wait_until("every replica says what it has", || {
            for primary in self.nodes.iter().take(PRIMARIES) {
                if !replicas_have_all(primary.port(), 1)? {
                    return Ok(false);
                }
            }
            Ok(true)
        })
    }

    fn every(&self, question: &str, is_so: impl Fn(&str) -> bool) -> Result<bool> {
        for node in &self.nodes {
            if !is_so(&ask(node.port(), question)?) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn wait_until(&self, what: &str, mut is_so: impl FnMut() -> Result<bool>) -> Result<()> {
        let until = Instant::now() + PATIENCE;
        while !is_so()? {
            if Instant::now() > until {
                let ports: HashSet<_> = self.nodes.iter().map(Redis::port).collect();
                bail!("not in time: {what} ({ports:?})");
            }
            std::thread::sleep(PAUSE);
        }
        Ok(())
    }
}

fn okay(node: &Redis, command: &str) -> Result<()> {
    let answer = ask(node.port(), command)?;
    ensure!(answer == "+OK", "{command}: {answer}");
    Ok(())
}

/// One node that knows no other yet. The bus has a port of its own, because the usual one may be above the last.
fn node(settings: &[&str]) -> Result<Redis> {
    let bus = free_port()?.to_string();
    let mut all = vec![
        "--cluster-enabled",
        "yes",
        "--cluster-port",
        &bus,
        "--cluster-node-timeout",
        NODE_TIMEOUT,
        // A replica takes over however long it has heard nothing of its primary.
        "--cluster-replica-validity-factor",
        "0",
        AT_ONCE,
        "0",
    ];
    all.extend(settings);
    Redis::start_with(&all)
}
