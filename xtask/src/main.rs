//! `cargo xtask`: the project's own commands.
//!
//! `cargo xtask test` is the README's test command. `test` and `check` together are what CI runs. Every command works from a
//! fresh clone: what is missing on the machine is installed, and what cannot be installed is named.
#![allow(
    clippy::print_stdout,
    reason = "the help of a command belongs on the standard output"
)]

mod bench;
mod book;
mod check;
mod mutants;
mod needs;
mod run;
mod screenshots;
mod servers;
mod simulate;
mod test;
mod workspace;

use std::ffi::{OsStr, OsString};
use std::process::ExitCode;

use anyhow::{Result, bail};

/// One command of `cargo xtask`.
pub(crate) struct Command {
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) help: &'static str,
    pub(crate) run: fn(&[OsString]) -> Result<()>,
}

const ALL: [Command; 7] = [
    test::COMMAND,
    servers::COMMAND,
    check::COMMAND,
    bench::COMMAND,
    simulate::COMMAND,
    mutants::COMMAND,
    screenshots::COMMAND,
];

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    match run_command(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the command that the first argument names with the arguments after it.
///
/// # Errors
///
/// There is no such command, or it failed.
fn run_command(arguments: &[OsString]) -> Result<()> {
    let Some((name, rest)) = arguments.split_first() else {
        print!("{}", overview());
        bail!("no command given");
    };
    if asks_for_help(name) || name == "help" {
        print!("{}", overview());
        return Ok(());
    }
    let Some(command) = ALL.iter().find(|command| name == command.name) else {
        print!("{}", overview());
        bail!("no such command: {}", name.display());
    };
    // Only in the first place: further back it belongs to the program that gets the arguments.
    if rest.first().is_some_and(|first| asks_for_help(first)) {
        print!("{}", command.help);
        return Ok(());
    }
    (command.run)(rest)
}

fn asks_for_help(argument: &OsStr) -> bool {
    argument == "--help" || argument == "-h"
}

/// The help of the command with this name.
pub(crate) fn help_of(name: &str) -> Option<&'static str> {
    let command = ALL.iter().find(|command| command.name == name)?;
    Some(command.help)
}

fn overview() -> String {
    let lines = ALL.map(|command| format!("  {:<12}{}\n", command.name, command.summary));
    format!(
        "Usage: cargo xtask <COMMAND> [ARGUMENTS]\n\n{}\n`cargo xtask <COMMAND> --help` says more.\n",
        lines.concat()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<OsString> {
        text.split_whitespace().map(OsString::from).collect()
    }

    #[test]
    fn no_command_and_an_unknown_command_are_errors() {
        assert!(run_command(&[]).is_err());
        assert!(run_command(&words("tset")).is_err());
    }

    #[test]
    fn help_is_never_an_error_and_starts_nothing() {
        for arguments in [
            "--help",
            "-h",
            "help",
            "test --help",
            "check -h",
            "bench --help -p x",
        ] {
            assert!(run_command(&words(arguments)).is_ok(), "{arguments}");
        }
    }

    #[test]
    fn the_overview_names_every_command() {
        for command in &ALL {
            assert!(overview().contains(command.name));
        }
    }
}
