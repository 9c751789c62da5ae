use clap::CommandFactory as _;

use crate::cli::{Cli, CompletionsArgs};
use crate::exit::Failure;
use crate::output::print;

pub(super) fn run(args: &CompletionsArgs) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "paytr", &mut script);
    print(&String::from_utf8_lossy(&script))
}
