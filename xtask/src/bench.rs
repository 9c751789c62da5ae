//! `cargo xtask bench`: the benchmarks, in release mode.

use std::ffi::OsString;

use anyhow::{Result, bail};

use crate::command::Command;
use crate::run::{cargo, run};

/// The command.
pub(crate) const COMMAND: Command = Command {
    name: "bench",
    summary: "Build and run the benchmarks in release mode",
    help: HELP,
    run: bench,
};

const HELP: &str = "\
Usage: cargo xtask bench [callbacks] [verify]

Builds the benchmarks in release mode and runs those named, all of them without a name:
  callbacks  notifications per second against servers that only parse the form
  verify     one verification against a bare HMAC-SHA256
";

const BENCHMARKS: [&str; 2] = ["verify", "callbacks"];

fn bench(arguments: &[OsString]) -> Result<()> {
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
            run(&mut cargo([
                "run",
                "--release",
                "--package",
                "bench",
                "--bin",
                name,
            ]))?;
        }
    }
    Ok(())
}
