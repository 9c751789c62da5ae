#![doc = include_str!("../docs/commands.md")]

mod commands;
mod exit;
mod explain;
#[cfg(test)]
mod fuzz_rules;
mod output;
mod session;
mod settings;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let exit = match commands::run(commands::Cli::parse()) {
        Ok(exit) => exit,
        Err(failure) => {
            output::complain(&failure.text);
            failure.exit
        }
    };
    exit.into()
}
