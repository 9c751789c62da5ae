//! Servers that are measured, each in a process of its own.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result};

/// A server process; it ends with this value.
#[derive(Debug)]
pub struct ServerProcess {
    child: Child,
    address: SocketAddr,
}

impl ServerProcess {
    /// Starts a server of this program, or of the same program in another build: `PROGRAM serve ARGUMENTS`. It prints
    /// its address first.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub fn start(program: &Path, arguments: &[&str]) -> Result<Self> {
        Self::start_as(Command::new(program), arguments)
    }

    /// The same by a command that begins with another program.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
    pub fn start_as(mut command: Command, arguments: &[&str]) -> Result<Self> {
        let mut child = command
            .arg("serve")
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = child.stdout.take().context("the server has no output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let address = line.trim().parse().context("the server gave no address")?;
        Ok(Self { child, address })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends the server as an operator does, and waits for its end.
    ///
    /// # Errors
    ///
    /// When it cannot be ended.
    pub fn terminate(mut self) -> Result<()> {
        Command::new("kill")
            .arg(self.child.id().to_string())
            .status()?;
        self.child.wait()?;
        Ok(())
    }

    /// CPU time of all threads so far, in seconds, from the kernel's scheduler (Linux).
    ///
    /// # Errors
    ///
    /// When the kernel has no such statistics.
    pub fn cpu_seconds(&self) -> Result<f64> {
        let mut nanoseconds = 0.0;
        for thread in std::fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let statistics = std::fs::read_to_string(thread?.path().join("schedstat"))?;
            let on_cpu = statistics.split_whitespace().next();
            nanoseconds += on_cpu.context("no scheduler statistics")?.parse::<f64>()?;
        }
        Ok(nanoseconds / 1e9)
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
