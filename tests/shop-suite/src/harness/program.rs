use std::fmt::Display;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;

use super::process::{Exit, Process};
use super::{Database, Shop};

/// A shop's program and the settings to start it with.
///
/// It is started in a directory of its own with nothing in its environment but these settings.
#[derive(Debug, Clone)]
pub struct Program {
    path: PathBuf,
    directory: Option<PathBuf>,
    settings: Vec<(String, String)>,
    database: Database,
}

impl Program {
    pub(crate) fn new(path: impl AsRef<Path>) -> Self {
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let program = Self {
            path: path.as_ref().to_owned(),
            directory: None,
            settings: Vec::new(),
            database: Database::Sqlite,
        };
        program.set("SHOP_ADDR", any_port).set("RUST_LOG", "info")
    }

    /// Its file name, which is its package's.
    pub(crate) fn name(&self) -> String {
        let name = self.path.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// The same program with one more setting; it replaces an earlier one of that name.
    pub(crate) fn set(self, name: &str, value: impl Display) -> Self {
        let mut program = self.without(name);
        let setting = (name.to_owned(), value.to_string());
        program.settings.push(setting);
        program
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.settings.retain(|(known, _)| known != name);
        self
    }

    /// Another program with the same settings.
    pub(crate) fn at(mut self, path: impl AsRef<Path>) -> Self {
        path.as_ref().clone_into(&mut self.path);
        self
    }

    /// The same program for markets with another database.
    pub(crate) fn on(mut self, database: Database) -> Self {
        self.database = database;
        self
    }

    pub(super) fn database(&self) -> Database {
        self.database
    }

    /// Where it is started.
    pub(crate) fn directory(mut self, directory: &Path) -> Self {
        self.directory = Some(directory.to_owned());
        self
    }

    pub(crate) fn handler_delay(self, delay: Duration) -> Self {
        self.set("SHOP_HANDLER_DELAY_MS", delay.as_millis())
    }

    pub(crate) fn handler_timeout(self, timeout: Duration) -> Self {
        self.set("SHOP_HANDLER_TIMEOUT_MS", timeout.as_millis())
    }

    pub(crate) fn lease(self, lease: Duration) -> Self {
        self.set("SHOP_LEASE_MS", lease.as_millis())
    }

    /// Starts it and waits until it listens.
    pub(crate) async fn start(&self) -> Result<Shop> {
        Shop::listening(self.spawn()?).await
    }

    /// Starts it and waits until it has ended by itself.
    pub(crate) async fn run_to_end(&self) -> Result<Exit> {
        self.spawn()?.end().await
    }

    fn spawn(&self) -> Result<Process> {
        Process::spawn(&self.path, self.directory.as_deref(), &self.settings)
    }
}
