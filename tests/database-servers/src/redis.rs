use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use rustix::process::Signal;

use crate::folder::{Account, Folder};
use crate::process::{Process, program, start_on_a_free_port};

/// How long the server may take to start, with reading its data, and to stop.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long it may take to say that it is there.
const GREETING: Duration = Duration::from_secs(1);

/// How many seconds a primary waits for more replicas before it gives the first one its data. The default is 5.
pub(crate) const AT_ONCE: &str = "--repl-diskless-sync-delay";

/// A private Redis server.
///
/// * `appendonly yes` and `appendfsync always`: what it answered survives [`crash`](Self::crash).
///   [`start_with`](Self::start_with) changes that and anything else.
/// * Everybody on this machine may connect, without a password.
#[derive(Debug)]
pub struct Redis {
    // Before the folder: the server must be gone first.
    process: Option<Process>,
    port: u16,
    settings: Vec<String>,
    folder: Folder,
}

/// What a server does among those that have the same data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It takes writes.
    Primary,
    /// It follows another one.
    Replica,
}

impl Redis {
    /// Whether the program is on this machine.
    #[must_use]
    pub fn is_installed() -> bool {
        find().is_ok()
    }

    /// Starts a server without data. Returns when it answers.
    pub fn start() -> Result<Self> {
        Self::start_with(&[])
    }

    /// The same with other settings, such as `["--maxmemory", "2mb"]`.
    pub fn start_with(settings: &[&str]) -> Result<Self> {
        let mut redis = Self {
            process: None,
            port: 0,
            settings: settings.iter().map(ToString::to_string).collect(),
            folder: Folder::new("redis", Account::Own)?,
        };
        start_on_a_free_port(|port| {
            redis.port = port;
            redis.start_again()
        })?;
        Ok(redis)
    }

    /// `redis://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// The temporary folder with its data and its log.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The port on 127.0.0.1. It stays the same when the server is started again.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether it takes writes or follows another server. `None` when it does not answer.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        let info = ask(self.port, "INFO replication").ok()?;
        if info.contains("role:master") {
            Some(Role::Primary)
        } else {
            info.contains("role:slave").then_some(Role::Replica)
        }
    }

    /// What it was started with, by its name.
    pub(crate) fn setting(&self, name: &str) -> Option<&str> {
        let at = self.settings.iter().position(|word| word == name)?;
        self.settings.get(at + 1).map(String::as_str)
    }

    /// Starts the stopped or crashed server on the same data and port. Returns when it answers, its
    /// data read.
    pub fn start_again(&mut self) -> Result<()> {
        ensure!(self.process.is_none(), "the server runs already");
        let mut command = Command::new(find()?);
        command
            .args(["--port", &self.port.to_string()])
            .args(["--bind", "127.0.0.1"])
            .arg("--dir")
            .arg(self.folder.path())
            .args(["--appendonly", "yes", "--appendfsync", "always"])
            .args(["--save", ""])
            .args(&self.settings);
        let mut process = Process::start(&mut command, self.folder.path())?;
        process.wait_until(PATIENCE, || Ok(answers(self.port)))?;
        self.process = Some(process);
        Ok(())
    }

    /// Stops the server as a service manager does: its data is complete on disk.
    pub fn stop(&mut self) -> Result<()> {
        self.end(Signal::TERM)
    }

    /// Ends the server at once (`kill -9`). The next start reads what had reached the disk.
    pub fn crash(&mut self) -> Result<()> {
        self.end(Signal::KILL)
    }

    /// Makes the server hang: connections stay open and get no answer until [`resume`](Self::resume).
    pub fn pause(&self) -> Result<()> {
        self.running()?.signal(Signal::STOP)
    }

    /// Lets a paused server go on, with what it was asked meanwhile first.
    pub fn resume(&self) -> Result<()> {
        self.running()?.signal(Signal::CONT)
    }

    fn running(&self) -> Result<&Process> {
        self.process.as_ref().context("the server does not run")
    }

    fn end(&mut self, signal: Signal) -> Result<()> {
        let process = self.process.take().context("the server does not run")?;
        process.end(signal, PATIENCE)
    }
}

/// Whether the server on this port answers, and not that it is still loading. An answer that asks for a password will
/// do.
pub(crate) fn answers(port: u16) -> bool {
    let answer = ask(port, "PING");
    answer.is_ok_and(|answer| answer == "+PONG" || answer.starts_with("-NOAUTH"))
}

/// Whether so many replicas of the primary on this port have acknowledged all that it wrote. `WAIT` would say so of a
/// connection that wrote nothing whatever they have.
pub(crate) fn replicas_have_all(port: u16, replicas: usize) -> Result<bool> {
    let info = ask(port, "INFO replication")?;
    let number = |line: &str, name: &str| -> Option<u64> {
        let digits = line.split_once(name)?.1;
        let end = digits.find(|c: char| !c.is_ascii_digit());
        digits.get(..end.unwrap_or(digits.len()))?.parse().ok()
    };
    let written = info
        .lines()
        .find_map(|line| number(line, "master_repl_offset:"));
    let has_all = |line: &&str| {
        line.contains("state=online") && number(line, "offset=") >= written && written.is_some()
    };
    Ok(info.lines().filter(has_all).count() >= replicas)
}

/// What the server on this port answers to a command without spaces in its words: text as it is, everything else as
/// it is on the wire.
pub(crate) fn ask(port: u16, command: &str) -> Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(GREETING))?;
    stream.write_all(format!("{command}\r\n").as_bytes())?;
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let line = line.trim_end();
    if let Some(length) = line.strip_prefix('$') {
        let mut text = vec![0; length.parse().context("an answer without a length")?];
        stream.read_exact(&mut text)?;
        return Ok(String::from_utf8(text)?);
    }
    let Some(count) = line.strip_prefix('*') else {
        return Ok(line.to_owned());
    };
    let mut whole = line.to_owned();
    // A list of texts: two lines each.
    for _ in 0..2 * count.parse::<usize>().unwrap_or_default() {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            bail!("half an answer");
        }
        whole.push_str("\r\n");
        whole.push_str(line.trim_end());
    }
    Ok(whole)
}

pub(crate) fn find() -> Result<PathBuf> {
    program("redis-server", &[], "redis-server")
}
