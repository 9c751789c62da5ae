use std::path::Path;

use anyhow::Result;
use database_servers::Redis;

/// What the shops of a market keep their orders and receipts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// A file.
    Sqlite,
    /// A private server that keeps what it answered.
    Redis,
}

/// A database that is there for one market.
pub(super) struct OpenDatabase {
    pub(super) url: String,
    /// Stopped with the market.
    _server: Option<Redis>,
}

impl Database {
    pub(super) fn open(self, directory: &Path) -> Result<OpenDatabase> {
        Ok(match self {
            Self::Sqlite => OpenDatabase {
                url: format!("sqlite:{}", directory.join("shop.db").display()),
                _server: None,
            },
            Self::Redis => {
                let server = Redis::start()?;
                OpenDatabase {
                    url: server.url(),
                    _server: Some(server),
                }
            }
        })
    }
}
