//! `cargo xtask servers`: the database servers of the tests, for tests that are run one by one.

use std::ffi::OsString;
use std::io::Read as _;

use anyhow::{Result, ensure};

use crate::Command;
use crate::needs;

/// The command.
pub(crate) const COMMAND: Command = Command {
    name: "servers",
    summary: "Start the databases of the tests and keep them until Ctrl-C",
    help: HELP,
    run: servers,
};

const HELP: &str = "\
Usage: cargo xtask servers

Starts a private server of every database that the tests need, each on a free port of 127.0.0.1 with its data in a
temporary folder, and prints the variables that lead to them:

  export PAID_ONCE_POSTGRES_URL=postgres://...
  export PAID_ONCE_REDIS_URL=redis://...
  export PAID_ONCE_REDIS_CLUSTER_URL=redis+cluster://...

Set them in another terminal; then plain `cargo nextest run -p paid-once-sqlx` and `cargo test` work there. The servers
run until Ctrl-C, or until the standard input ends.
";

fn servers(arguments: &[OsString]) -> Result<()> {
    ensure!(arguments.is_empty(), "the command takes no arguments");
    let servers = needs::provide_servers()?;
    for server in &servers {
        for (name, value) in server.variables() {
            println!("export {name}={value}");
        }
    }
    eprintln!("\nservers: they run until Ctrl-C");
    // On Ctrl-C this process ends here; the guards of the servers' folders do the rest.
    std::io::stdin().lock().read_to_end(&mut Vec::new())?;
    Ok(())
}
