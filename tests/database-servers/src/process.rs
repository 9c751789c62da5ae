use std::fs::File;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

const PAUSE: Duration = Duration::from_millis(10);

/// A running server. It is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    pid_file: PathBuf,
    log: PathBuf,
}

impl Process {
    /// Starts a server whose output goes to a log in its folder.
    pub(crate) fn start(command: &mut Command, folder: &Path) -> Result<Self> {
        let log = folder.join("server.log");
        let output = File::options().create(true).append(true).open(&log)?;
        let child = command
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            // Ctrl-C is for its owner, who then stops it.
            .process_group(0)
            .spawn()
            .with_context(|| format!("{} did not start", command.get_program().display()))?;
        let process = Self {
            child,
            pid_file: folder.join("server.pid"),
            log,
        };
        // For the guard of the folder.
        std::fs::write(&process.pid_file, process.child.id().to_string())?;
        Ok(process)
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: Signal) -> Result<()> {
        let id = i32::try_from(self.child.id())?;
        let id = Pid::from_raw(id).context("a process has an id above zero")?;
        kill_process(id, signal).context("the server is gone already")
    }

    /// Sends a signal and waits until the server has ended.
    pub(crate) fn end(mut self, signal: Signal, deadline: Duration) -> Result<()> {
        self.signal(signal)?;
        let until = Instant::now() + deadline;
        while self.status()?.is_none() {
            if Instant::now() > until {
                bail!("the server does not stop\n{}", self.log());
            }
            std::thread::sleep(PAUSE);
        }
        Ok(())
    }

    /// How it ended, if it did.
    pub(crate) fn status(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Waits until `answers` is true. An error if the server ends before that, or the deadline comes.
    pub(crate) fn wait_until(
        &mut self,
        deadline: Duration,
        mut answers: impl FnMut() -> Result<bool>,
    ) -> Result<()> {
        let until = Instant::now() + deadline;
        while !answers()? {
            if let Some(status) = self.status()? {
                bail!("the server ended with {status}\n{}", self.log());
            }
            if Instant::now() > until {
                bail!("the server does not answer\n{}", self.log());
            }
            std::thread::sleep(PAUSE);
        }
        Ok(())
    }

    /// The last lines of what it said.
    fn log(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = text.lines().collect();
        let tail = lines.get(lines.len().saturating_sub(20)..);
        tail.unwrap_or_default().join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_file(&self.pid_file);
    }
}

/// How often somebody else may take the port that was just free.
const PORTS: u32 = 5;

/// Starts a server on a port of 127.0.0.1 that is its own.
pub(crate) fn start_on_a_free_port(mut start: impl FnMut(u16) -> Result<()>) -> Result<()> {
    for _ in 1..PORTS {
        match start(free_port()?) {
            Err(error) if is_taken(&error) => {}
            started => return started,
        }
    }
    start(free_port()?)
}

fn is_taken(error: &anyhow::Error) -> bool {
    format!("{error:#}")
        .to_ascii_lowercase()
        .contains("address already in use")
}

/// A port of 127.0.0.1 that was free a moment ago. Somebody else may take it before the server
/// does; then start the server again with another.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    Ok(listener.local_addr()?.port())
}

/// The program `name`, in the first of these folders that has it, or on the path.
pub(crate) fn program(name: &str, folders: &[PathBuf], package: &str) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    folders
        .iter()
        .cloned()
        .chain(std::env::split_paths(&path))
        .map(|folder| folder.join(name))
        .find(|program| is_program(program))
        .with_context(|| {
            format!(
                "the program {name} is missing: run the tests with `cargo xtask test`, \
                 or install Debian's package {package}"
            )
        })
}

fn is_program(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}
