use anyhow::{Result, bail};
use database_servers::{Postgres, Proxy, Redis};

use crate::harness::Database;

/// A database server that a rule has for itself, to disturb it.
pub(super) enum Server {
    Postgres(Postgres),
    Redis(Redis),
}

impl Server {
    pub(super) fn start(database: Database) -> Result<Self> {
        Ok(match database {
            Database::Postgres => Self::Postgres(Postgres::start()?),
            Database::Redis => Self::Redis(Redis::start()?),
            Database::Sqlite => bail!("SQLite has no server"),
        })
    }

    pub(super) fn url(&self) -> String {
        match self {
            Self::Postgres(server) => server.url(),
            Self::Redis(server) => server.url(),
        }
    }

    fn port(&self) -> u16 {
        match self {
            Self::Postgres(server) => server.port(),
            Self::Redis(server) => server.port(),
        }
    }

    /// A line to it, and the URL through that line.
    pub(super) fn line(&self) -> Result<(Proxy, String)> {
        let proxy = Proxy::before(self.port())?;
        let through = format!(":{}", proxy.port());
        let url = self.url().replace(&format!(":{}", self.port()), &through);
        Ok((proxy, url))
    }

    /// Ends it at once, as `kill -9` or a power failure does.
    pub(super) fn crash(&mut self) -> Result<()> {
        match self {
            Self::Postgres(server) => server.crash(),
            Self::Redis(server) => server.crash(),
        }
    }

    pub(super) fn start_again(&mut self) -> Result<()> {
        match self {
            Self::Postgres(server) => server.start_again(),
            Self::Redis(server) => server.start_again(),
        }
    }
}
