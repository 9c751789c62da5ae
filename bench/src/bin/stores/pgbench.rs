//! pgbench, PostgreSQL's own benchmark.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use async_trait::async_trait;
use bench::payments::{LEASE, MERCHANT, MINOR_UNITS};
use database_servers::Postgres;
use tempfile::TempDir;

use crate::engine::{Contender, ROUND, Round};

/// The parameters of the claim, in their order, with their types; the settlement has the first three. To pgbench
/// each place is a parameter of its own, whose type cannot be told from the others.
const PARAMETERS: [(&str, &str); 6] = [
    ("merchant", "text"),
    ("order_id", "text"),
    ("claimant", "bytea"),
    ("lease", "bigint"),
    ("total", "bigint"),
    ("currency", "text"),
];

/// Two prepared statements for each payment, from one connection for each writer.
pub(crate) struct Pgbench {
    port: u16,
    directory: TempDir,
}

impl Pgbench {
    pub(crate) fn new(server: &Postgres, claim: &str, settle: &str) -> Result<Self> {
        let directory = TempDir::new()?;
        let script = format!(
            "\\set order_id random(100000000000000000, 999999999999999999)\n{};\n{};\n",
            with_variables(claim),
            with_variables(settle)
        );
        std::fs::write(script_in(&directory), script)?;
        let port = server.port();
        Ok(Self { port, directory })
    }

    fn command(&self, writers: usize, logs: &Path) -> Command {
        let mut command = Command::new("pgbench");
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        for (name, value) in [
            ("merchant", MERCHANT.to_owned()),
            ("claimant", format!("\\x{:032x}", 1)),
            ("lease", LEASE.as_millis().to_string()),
            ("total", MINOR_UNITS.to_string()),
            ("currency", "TRY".to_owned()),
        ] {
            command.arg("-D").arg(format!("{name}={value}"));
        }
        command
            .args(["-n", "-M", "prepared", "-h", "127.0.0.1", "-U", "postgres"])
            .args(["-p", &self.port.to_string()])
            .args(["-c", &writers.to_string()])
            .args(["-j", &writers.min(2).to_string()])
            .args(["-T", &ROUND.as_secs().to_string()])
            .arg("-f")
            .arg(script_in(&self.directory))
            .arg("-l")
            .arg("--log-prefix")
            .arg(logs.join("log"))
            .arg("postgres");
        command
    }
}

#[async_trait]
impl Contender for Pgbench {
    fn name(&self) -> &'static str {
        "pgbench, the same two statements"
    }

    async fn round(&mut self, writers: usize) -> Result<Round> {
        let logs = TempDir::new_in(self.directory.path())?;
        let output = self
            .command(writers, logs.path())
            .output()
            .context("pgbench is missing: install Debian's package postgresql")?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let complaints = String::from_utf8_lossy(&output.stderr);
        ensure!(
            output.status.success(),
            "pgbench failed\n{said}{complaints}"
        );
        // Without the time to connect; the ledger is connected too.
        let rate = said
            .lines()
            .find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok())
            .with_context(|| format!("pgbench gave no rate\n{said}{complaints}"))?;
        let p99_ms = Round::of(latencies(logs.path())?, 1.0).p99_ms;
        Ok(Round { rate, p99_ms })
    }
}

fn script_in(directory: &TempDir) -> std::path::PathBuf {
    directory.path().join("payment.sql")
}

/// `$1`, `$2`, … as pgbench's variables.
fn with_variables(statement: &str) -> String {
    let numbered = (1..).zip(PARAMETERS);
    numbered.fold(statement.to_owned(), |sql, (number, (name, kind))| {
        sql.replace(&format!("${number}"), &format!("CAST(:{name} AS {kind})"))
    })
}

/// Of every transaction, in seconds: the third word of each line, in microseconds.
fn latencies(logs: &Path) -> Result<Vec<f64>> {
    let mut latencies = Vec::new();
    for log in std::fs::read_dir(logs)? {
        for line in std::fs::read_to_string(log?.path())?.lines() {
            let word = line.split(' ').nth(2).context("a short line in the log")?;
            latencies.push(word.parse::<f64>()? / 1e6);
        }
    }
    Ok(latencies)
}
