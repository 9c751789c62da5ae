//! `cargo xtask`: the project's own commands.
//!
//! `cargo xtask test` is the README's test command. `test` and `check` together are what CI runs. Every command works from a
//! fresh clone: what is missing on the machine is installed, and what cannot be installed is named.
#![allow(
    clippy::print_stdout,
    reason = "the help of a command belongs on the standard output"
)]

mod advisories;
mod bench;
mod check;
mod command;
mod needs;
mod run;
mod servers;
mod test;
mod tools;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    match command::run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
