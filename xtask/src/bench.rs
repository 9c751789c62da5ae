//! `cargo xtask bench`: the benchmarks, in release mode.

use std::ffi::OsString;

use anyhow::{Result, bail};

use crate::command::Command;
use crate::needs;
use crate::run::{cargo, run};

/// The command.
pub(crate) const COMMAND: Command = Command {
    name: "bench",
    summary: "Build and run the benchmarks in release mode",
    help: HELP,
    run: bench,
};

const HELP: &str = "\
Usage: cargo xtask bench [callbacks] [verify] [stores]
       cargo xtask bench stores [--rates | --growth | --ten-million]

Builds the benchmarks in release mode and runs those named, all of them without a name:
  callbacks  notifications per second against servers that only parse the form
  verify     one verification against a bare HMAC-SHA256
  stores     payments claimed and settled per second in SQLite, PostgreSQL and Redis, each against the bare engine, and
             whether a payment costs more among a million settled orders; some minutes, on private servers
               --rates        the first half alone
               --growth       the second half alone
               --ten-million  PostgreSQL alone, with ten million settled orders too; loading them takes minutes

Needs PostgreSQL and Redis for the stores, and installs what is missing from Debian's packages, as root or with sudo.
";

const BENCHMARKS: [&str; 3] = ["verify", "callbacks", STORES];
const STORES: &str = "stores";
/// What `stores` takes.
const FLAGS: [&str; 3] = ["--rates", "--growth", "--ten-million"];

fn bench(arguments: &[OsString]) -> Result<()> {
    if let [name, flag] = arguments
        && name == STORES
        && FLAGS.iter().any(|known| flag == known)
    {
        return run_benchmark(STORES, &[flag]);
    }
    if let Some(unknown) = arguments
        .iter()
        .find(|name| BENCHMARKS.iter().all(|known| known != name))
    {
        bail!(
            "unknown benchmark {}: see cargo xtask bench --help",
            unknown.display()
        );
    }
    for name in BENCHMARKS {
        if arguments.is_empty() || arguments.iter().any(|chosen| chosen == name) {
            run_benchmark(name, &[])?;
        }
    }
    Ok(())
}

fn run_benchmark(name: &str, arguments: &[&OsString]) -> Result<()> {
    if name == STORES {
        // Installs them where they are missing. The benchmark starts servers of its own.
        drop(needs::provide_servers()?);
    }
    let mut program = cargo([
        "run",
        "--release",
        "--package",
        "bench",
        "--bin",
        name,
        "--",
    ]);
    run(program.args(arguments))
}
