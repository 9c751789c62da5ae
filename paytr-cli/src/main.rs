#![doc = include_str!("../docs/commands.md")]

mod cli;
mod commands;
mod exit;
mod explain;
mod output;
mod session;
mod settings;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let exit = match commands::run(cli::Cli::parse().command) {
        Ok(exit) => exit,
        Err(failure) => {
            output::complain(&failure.text);
            failure.exit
        }
    };
    exit.into()
}
