//! A PostgreSQL and a Redis server for the whole test run, and the programs that stand in front of a shop.

use anyhow::{Context as _, Result};
use database_servers::{FrontKind, PgBouncer, Postgres, Redis, RedisCluster, shared};

use super::Need;
use super::packages::{self, Packages};
use crate::run::run;

const POSTGRES_PACKAGES: Packages = Packages {
    needed_by: "the database tests",
    names: &["postgresql"],
    missing: || {
        if Postgres::is_installed() {
            Vec::new()
        } else {
            vec!["postgresql"]
        }
    },
    prepare: without_a_cluster,
};

/// Where Debian's packages read whether a new server gets a cluster.
const CREATE_CLUSTER: &str = "/etc/postgresql-common/createcluster.conf";

/// Debian's package makes a cluster for the whole machine and starts it at every boot. The tests have
/// their own, so a machine that had no PostgreSQL shall not run one because of them.
fn without_a_cluster() -> Result<()> {
    packages::install(&["postgresql-common"])?;
    run(packages::as_root()?.args([
        "sed",
        "-i",
        "-E",
        "s/^#? *create_main_cluster *=.*/create_main_cluster = false/",
        CREATE_CLUSTER,
    ]))
}

impl Need for Postgres {
    fn variables(&self) -> Vec<(&'static str, String)> {
        vec![(shared::POSTGRES_URL, self.url())]
    }
}

const POOLER_PACKAGES: Packages = Packages {
    needed_by: "the tests behind a pooler",
    names: &["pgbouncer"],
    missing: || {
        if PgBouncer::is_installed() {
            Vec::new()
        } else {
            vec!["pgbouncer"]
        }
    },
    prepare: || Ok(()),
};

struct Pooler;

impl Need for Pooler {}

/// Makes sure that `PgBouncer` is installed.
///
/// # Errors
///
/// It is missing and cannot be installed.
pub(super) fn pooler() -> Result<Box<dyn Need>> {
    let was_there = PgBouncer::is_installed();
    POOLER_PACKAGES.ensure()?;
    if !was_there {
        without_services(&["pgbouncer"]);
    }
    Ok(Box::new(Pooler))
}

/// Makes sure that PostgreSQL is installed, and starts a private server.
///
/// # Errors
///
/// It cannot be installed, or does not start.
pub(super) fn postgres() -> Result<Box<dyn Need>> {
    POSTGRES_PACKAGES.ensure()?;
    let server = Postgres::start().context("PostgreSQL does not start")?;
    Ok(Box::new(server))
}

const REDIS_PACKAGES: Packages = Packages {
    needed_by: "the Redis tests",
    names: &["redis-server"],
    missing: || {
        if Redis::is_installed() {
            Vec::new()
        } else {
            vec!["redis-server"]
        }
    },
    prepare: || Ok(()),
};

impl Need for Redis {
    fn variables(&self) -> Vec<(&'static str, String)> {
        vec![(shared::REDIS_URL, self.url())]
    }
}

/// Makes sure that Redis is installed, and starts a private server.
///
/// # Errors
///
/// It cannot be installed, or does not start.
pub(super) fn redis() -> Result<Box<dyn Need>> {
    let was_there = Redis::is_installed();
    REDIS_PACKAGES.ensure()?;
    if !was_there {
        without_services(&["redis-server"]);
    }
    let server = Redis::start().context("Redis does not start")?;
    Ok(Box::new(server))
}

impl Need for RedisCluster {
    fn variables(&self) -> Vec<(&'static str, String)> {
        vec![(shared::REDIS_CLUSTER_URL, self.url())]
    }
}

/// Starts a private Redis Cluster, after [`redis`] has installed what it needs.
///
/// # Errors
///
/// It does not start.
pub(super) fn redis_cluster() -> Result<Box<dyn Need>> {
    REDIS_PACKAGES.ensure()?;
    let cluster = RedisCluster::start().context("Redis Cluster does not start")?;
    Ok(Box::new(cluster))
}

/// Debian's packages start a server for the whole machine, now and at every boot. The tests have their
/// own, so a machine that had none shall not run one because of them.
fn without_services(names: &[&str]) {
    let disabled = packages::as_root()
        .and_then(|mut command| run(command.args(["systemctl", "disable", "--now"]).args(names)));
    if let Err(error) = disabled {
        eprintln!("{error:#}; fine where no services run, such as in a container");
    }
}

const FRONT_PACKAGES: Packages = Packages {
    needed_by: "the tests of what stands in front of a shop",
    names: &["nginx", "haproxy", "apache2-bin", "caddy", "varnish"],
    missing: || {
        let missing = FrontKind::ALL
            .into_iter()
            .filter(|kind| !kind.is_installed());
        missing.map(FrontKind::program).collect()
    },
    prepare: || Ok(()),
};

struct Fronts;

impl Need for Fronts {}

/// Makes sure that nginx, `HAProxy`, Apache, Caddy and Varnish are installed.
///
/// # Errors
///
/// One is missing and cannot be installed.
pub(super) fn fronts() -> Result<Box<dyn Need>> {
    let were_there = FrontKind::ALL.into_iter().any(FrontKind::is_installed);
    FRONT_PACKAGES.ensure()?;
    if !were_there {
        without_services(&["nginx", "haproxy", "caddy", "varnish"]);
    }
    Ok(Box::new(Fronts))
}
