//! `cargo xtask test`: every test of the workspace.

mod deep;

use std::ffi::OsString;
use std::process;

use anyhow::Result;

use crate::Command;
use crate::needs;
use crate::run::{NEXTEST, cargo, run};

/// The command.
pub(crate) const COMMAND: Command = Command {
    name: "test",
    summary: "Run every test; installs what is missing and starts private database servers",
    help: HELP,
    run: test,
};

const HELP: &str = "\
Usage: cargo xtask test [--deep | ARGUMENTS OF CARGO NEXTEST RUN]

Without arguments it runs every test of the workspace with all features, and then the doc tests.
With arguments they go to `cargo nextest run`, and the doc tests are left out:

  cargo xtask test -p paytr-core           one crate
  cargo xtask test -E 'test(browser)'      the tests with `browser` in their name

With --deep what takes hours comes after it: the simulation with 100 000 seeds, the simulation of every broken rule,
and the growth of every store, of PostgreSQL up to ten million orders. It goes on after a failure, and says at the
end how each part went.

Needs cargo-nextest, chromium, chromedriver, faketime, Python, Node.js, PHP, the reverse proxies of docs/in-front,
PostgreSQL and Redis. What is missing is installed: programs and databases from Debian's packages, as root or with
sudo. The database servers of the tests are private and gone at the end.
";

fn test(arguments: &[OsString]) -> Result<()> {
    if let [flag] = arguments
        && flag == "--deep"
    {
        return deep::test(|| usual(&[]));
    }
    usual(arguments)
}

fn usual(arguments: &[OsString]) -> Result<()> {
    NEXTEST.ensure()?;
    // Lives to the end of this function: a server among them stops when it is dropped.
    let needs = needs::provide_all()?;
    let with_needs = |mut command: process::Command| -> Result<()> {
        for need in &needs {
            command.envs(need.variables());
        }
        run(&mut command)
    };

    with_needs(cargo(nextest_arguments(arguments)))?;
    if arguments.is_empty() {
        with_needs(cargo(["test", "--doc", "--workspace", "--all-features"]))?;
        eprintln!("\ntest: all tests and doc tests passed");
    } else {
        eprintln!(
            "\ntest: the chosen tests passed; doc tests NOT RUN (they run without arguments)"
        );
    }
    Ok(())
}

/// The arguments for cargo. Without a choice of the caller everything runs, ignored tests too.
fn nextest_arguments(arguments: &[OsString]) -> Vec<OsString> {
    let mut all: Vec<OsString> = ["nextest", "run", "--all-features"]
        .map(OsString::from)
        .into();
    if arguments.is_empty() {
        all.extend(["--run-ignored", "all"].map(OsString::from));
    }
    // Beside `-p`, cargo takes `--workspace` for "all" and would not choose.
    let is_package = |argument: &OsString| chooses_packages(&argument.to_string_lossy());
    if !arguments.iter().any(is_package) {
        all.push("--workspace".into());
    }
    all.extend_from_slice(arguments);
    all
}

fn chooses_packages(argument: &str) -> bool {
    argument.starts_with("-p") || argument == "--package" || argument.starts_with("--package=")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nextest(arguments: &[&str]) -> String {
        let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
        let all = nextest_arguments(&arguments);
        all.join(" ".as_ref()).into_string().unwrap()
    }

    #[test]
    fn without_arguments_the_whole_workspace_is_tested() {
        assert_eq!(
            nextest(&[]),
            "nextest run --all-features --run-ignored all --workspace"
        );
    }

    #[test]
    fn a_filter_is_passed_on_and_keeps_the_workspace() {
        assert_eq!(
            nextest(&["-E", "test(x)"]),
            "nextest run --all-features --workspace -E test(x)"
        );
        assert_eq!(
            nextest(&["--profile", "y"]),
            "nextest run --all-features --workspace --profile y"
        );
    }

    #[test]
    fn a_chosen_package_stands_alone() {
        for choice in [
            &["-p", "x"][..],
            &["-px"],
            &["--package", "x"],
            &["--package=x"],
        ] {
            assert_eq!(
                nextest(choice),
                format!("nextest run --all-features {}", choice.join(" "))
            );
        }
    }
}
