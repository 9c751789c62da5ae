//! The command `paytr-relay`: see the library.

use std::process::ExitCode;

use clap::Parser;
use paytr_relay::cli::{Arguments, run};

/// Takes PayTR's notifications, settles each payment once, and tells an app in any language.
#[derive(Parser)]
#[command(name = "paytr-relay", version)]
struct CommandLine {
    #[command(flatten)]
    arguments: Arguments,
}

fn main() -> ExitCode {
    match run(&CommandLine::parse().arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("paytr-relay: {error:#}");
            ExitCode::FAILURE
        }
    }
}
