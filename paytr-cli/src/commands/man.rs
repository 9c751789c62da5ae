use clap::CommandFactory as _;

use crate::cli::{Cli, ManArgs};
use crate::exit::{Exit, Failure};
use crate::output::print;

pub(super) fn run(args: &ManArgs) -> Result<(), Failure> {
    if let Some(folder) = &args.dir {
        return clap_mangen::generate_to(Cli::command(), folder)
            .map_err(|error| Failure::new(Exit::Local, format!("{}: {error}", folder.display())));
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut page)?;
    print(&String::from_utf8_lossy(&page))
}
