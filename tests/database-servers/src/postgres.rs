use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use rustix::process::Signal;

use crate::folder::{Account, Folder};
use crate::process::{Process, program, start_on_a_free_port};

/// The user of Debian's package. PostgreSQL refuses to run as root.
const ACCOUNT: &str = "postgres";
/// Debian keeps each version's programs apart.
const VERSIONS: &str = "/usr/lib/postgresql";
/// How long the server may take to start, with recovery after a crash, and to stop.
const PATIENCE: Duration = Duration::from_mins(1);

/// A private PostgreSQL server.
///
/// * Write-ahead log and `fsync` as by default: what it committed survives [`crash`](Self::crash).
/// * Everybody on this machine may connect as `postgres`, without a password.
#[derive(Debug)]
pub struct Postgres {
    // Before the folder: the server must be gone first.
    process: Option<Process>,
    account: Account,
    port: u16,
    settings: Vec<String>,
    folder: Folder,
}

impl Postgres {
    /// Whether the programs are on this machine.
    #[must_use]
    pub fn is_installed() -> bool {
        [
            "postgres",
            "initdb",
            "pg_isready",
            "pg_ctl",
            "pg_basebackup",
            "psql",
        ]
        .into_iter()
        .all(|name| find(name).is_ok())
    }

    /// Makes a new database cluster and starts a server on it. Returns when it answers.
    pub fn start() -> Result<Self> {
        Self::start_with(&[])
    }

    /// The same with other settings, such as `["shared_buffers=1GB"]`.
    pub fn start_with(settings: &[&str]) -> Result<Self> {
        let account = Account::never_root(ACCOUNT)?;
        let folder = Folder::new("postgres", account)?;
        let mut postgres = Self {
            process: None,
            account,
            port: 0,
            settings: settings.iter().map(ToString::to_string).collect(),
            folder,
        };
        postgres.make_cluster()?;
        start_on_a_free_port(|port| {
            postgres.port = port;
            postgres.start_again()
        })?;
        Ok(postgres)
    }

    /// A standby of this server, by streaming replication, with a copy of its data. Returns when it answers.
    ///
    /// With `synchronous` a commit here is answered once the standby has it on disk, from now on.
    pub fn standby(&self, synchronous: bool) -> Result<Self> {
        let folder = Folder::new("postgres", self.account)?;
        let mut standby = Self {
            process: None,
            account: self.account,
            port: 0,
            settings: self.settings.clone(),
            folder,
        };
        let mut copy = standby.command("pg_basebackup")?;
        copy.arg("-D")
            .arg(standby.folder.path().join("data"))
            .args(["-h", "127.0.0.1", "-U", "postgres"])
            .args(["-p", &self.port.to_string()])
            .args(["--checkpoint=fast", "--write-recovery-conf", "--no-sync"]);
        succeeded(&copy.output()?).context("pg_basebackup failed")?;
        start_on_a_free_port(|port| {
            standby.port = port;
            standby.start_again()
        })?;
        if synchronous {
            self.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")?;
            self.sql("SELECT pg_reload_conf()")?;
            // Some moment later it counts, for every session.
            let until = Instant::now() + PATIENCE;
            while self.sql("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'")?
                != "1"
            {
                ensure!(
                    Instant::now() < until,
                    "the standby does not become synchronous"
                );
                std::thread::sleep(Duration::from_millis(10));
            }
        }
        Ok(standby)
    }

    /// Makes a standby a server of its own, which takes writes. Returns when it does.
    pub fn promote(&self) -> Result<()> {
        let mut promote = self.command("pg_ctl")?;
        promote
            .args(["promote", "--wait", "-D"])
            .arg(self.folder.path().join("data"));
        succeeded(&promote.output()?).context("the standby was not promoted")
    }

    /// The first column of the first row that a statement returns.
    pub fn sql(&self, statement: &str) -> Result<String> {
        let mut psql = self.command("psql")?;
        psql.args([
            "--no-psqlrc",
            "--tuples-only",
            "--no-align",
            "-h",
            "127.0.0.1",
        ])
        .args([
            "-U",
            "postgres",
            "-p",
            &self.port.to_string(),
            "-c",
            statement,
        ])
        .stdin(Stdio::null());
        let output = psql.output()?;
        succeeded(&output).with_context(|| statement.to_owned())?;
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    /// `postgres://postgres@127.0.0.1:PORT/postgres`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// The temporary folder with its data, its log and its socket.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The port on 127.0.0.1. It stays the same when the server is started again.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Starts the stopped or crashed server on the same data and port. Returns when it answers,
    /// recovery included.
    pub fn start_again(&mut self) -> Result<()> {
        ensure!(self.process.is_none(), "the server runs already");
        let mut command = self.command("postgres")?;
        command
            .arg("-D")
            .arg(self.folder.path().join("data"))
            .args(["-c", "listen_addresses=127.0.0.1"])
            .args(["-c", &format!("port={}", self.port)])
            .arg("-c")
            .arg(format!(
                "unix_socket_directories={}",
                self.folder.path().display()
            ))
            // Every test has pools of its own.
            .args(["-c", "max_connections=400"])
            .args(["-c", "shared_buffers=64MB"]);
        for setting in &self.settings {
            // What comes later counts.
            command.args(["-c", setting]);
        }
        let mut process = Process::start(&mut command, self.folder.path())?;
        process.wait_until(PATIENCE, || self.answers())?;
        self.process = Some(process);
        Ok(())
    }

    /// Stops the server as a service manager does: open connections are cut, and nothing is left to
    /// recover.
    pub fn stop(&mut self) -> Result<()> {
        self.end(Signal::INT)
    }

    /// Ends the server at once, as a crash does. The next start recovers from the write-ahead log.
    pub fn crash(&mut self) -> Result<()> {
        self.end(Signal::QUIT)
    }

    fn end(&mut self, signal: Signal) -> Result<()> {
        let process = self.process.take().context("the server does not run")?;
        process.end(signal, PATIENCE)
    }

    fn make_cluster(&self) -> Result<()> {
        let mut initdb = self.command("initdb")?;
        initdb
            .arg("-D")
            .arg(self.folder.path().join("data"))
            .args(["-U", "postgres", "--auth=trust"])
            .args(["--encoding=UTF8", "--locale=C"])
            // Only the new cluster itself is not synced; commits are.
            .args(["--no-sync", "--no-instructions"]);
        succeeded(&initdb.output()?).context("initdb failed")
    }

    fn answers(&self) -> Result<bool> {
        let mut ready = self.command("pg_isready")?;
        ready
            .args(["--quiet", "-h", "127.0.0.1", "-U", "postgres"])
            .args(["-p", &self.port.to_string()])
            .stdin(Stdio::null());
        Ok(ready.status()?.success())
    }

    /// One of PostgreSQL's programs, without the settings of whoever runs the tests.
    fn command(&self, name: &str) -> Result<Command> {
        let mut command = Command::new(find(name)?);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        command.env("LC_ALL", "C").current_dir(self.folder.path());
        self.account.run(&mut command);
        Ok(command)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if self.process.is_some() {
            // A clean end of its children too, which a killed server cannot see to.
            let _ = self.crash();
        }
    }
}

fn find(name: &str) -> Result<PathBuf> {
    program(name, &versions(), "postgresql")
}

/// The folders with programs, newest version first.
fn versions() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(VERSIONS).into_iter().flatten().flatten();
    let mut versions: Vec<u32> = entries
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect();
    versions.sort_unstable();
    let newest_first = versions.into_iter().rev();
    newest_first
        .map(|version| PathBuf::from(format!("{VERSIONS}/{version}/bin")))
        .collect()
}

fn succeeded(output: &Output) -> Result<()> {
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(())
}
