//! `cargo xtask bench`: the benchmarks, in release mode.

use std::ffi::OsString;

use anyhow::Result;

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
Usage: cargo xtask bench [--] [ARGUMENTS OF THE BENCHMARKS]

Builds the package `bench` in release mode and runs it with the arguments.
`cargo xtask bench -- --help` shows the help of the benchmarks.
";

fn bench(arguments: &[OsString]) -> Result<()> {
    let arguments = match arguments.split_first() {
        Some((first, rest)) if first == "--" => rest,
        _ => arguments,
    };
    run(cargo(["run", "--release", "--package", "bench", "--"]).args(arguments))
}
