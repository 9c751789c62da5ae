//! `cargo xtask check`: everything about the code that is not a test.

mod api;
mod minimal_versions;

use std::ffi::OsString;
use std::process;

use anyhow::{Result, bail, ensure};

use crate::Command;
use crate::run::{DENY, HACK, SHEAR, cargo, ensure_component, run};

/// The command.
pub(crate) const COMMAND: Command = Command {
    name: "check",
    summary: "Check formatting, lints, documentation and dependencies",
    help: HELP,
    run: check,
};

const HELP: &str = "\
Usage: cargo xtask check [STEP...]
       cargo xtask check api --bless

Runs the steps, all of them without arguments, and then says how each one ended:

  format        cargo fmt --check
  lints         cargo clippy, warnings denied
  docs          cargo doc, warnings and broken links denied
  book          the guides in docs/guide: the pages of both languages in step, their commands, and a book of each
                built by mdbook, with its links and the search of the Turkish one
  features      cargo hack: every crate with each of its features alone, and with none
  api           the public API of every published library against docs/api, and the crates whose types stand
                in it against [package.metadata.public-types] in its Cargo.toml. With a toolchain whose rustdoc
                writes another format, the step says NOT CHECKED; this alone does not fail the command.
                With --bless it writes docs/api anew
  minimal-versions
                the published libraries compile with the lowest versions that their manifests allow
  unused        cargo shear: no dependency that nothing uses
  dependencies  cargo deny: bans, licenses, sources
  advisories    cargo deny: known vulnerabilities and yanked versions. Where the database cannot be
                reached, the step says NOT CHECKED; this alone does not fail the command

Installs rustfmt, clippy, cargo-hack, cargo-shear, cargo-deny and mdbook where they are missing.
";

/// How a step ended that did not fail.
enum Verdict {
    Passed,
    /// The machine could not do it. This must be seen, so it is said again at the end.
    NotChecked(String),
}

struct Step {
    name: &'static str,
    run: fn() -> Result<Verdict>,
}

const API: &str = "api";
/// What the step `api` takes to record what it would compare.
const BLESS: &str = "--bless";

const STEPS: [Step; 10] = [
    Step {
        name: "format",
        run: format,
    },
    Step {
        name: "lints",
        run: lints,
    },
    Step {
        name: "docs",
        run: docs,
    },
    Step {
        name: "book",
        run: book,
    },
    Step {
        name: "features",
        run: features,
    },
    Step {
        name: API,
        run: api::check,
    },
    Step {
        name: "minimal-versions",
        run: minimal_versions::check,
    },
    Step {
        name: "unused",
        run: unused,
    },
    Step {
        name: "dependencies",
        run: dependencies,
    },
    Step {
        name: "advisories",
        run: advisories,
    },
];

fn check(arguments: &[OsString]) -> Result<()> {
    if arguments.iter().any(|argument| argument == BLESS) {
        ensure!(
            is_to_bless(arguments),
            "{BLESS} stands alone with its step: cargo xtask check {API} {BLESS}"
        );
        return api::bless();
    }
    let chosen = choose(arguments)?;
    // One failure must not hide the next.
    let outcomes: Vec<_> = chosen
        .iter()
        .map(|step| (step.name, (step.run)()))
        .collect();

    eprintln!();
    let mut failed = Vec::new();
    for (name, outcome) in &outcomes {
        match outcome {
            Ok(Verdict::Passed) => eprintln!("check: {name}: passed"),
            Ok(Verdict::NotChecked(reason)) => eprintln!("check: {name}: NOT CHECKED: {reason}"),
            Err(error) => {
                eprintln!("check: {name}: FAILED: {error:#}");
                failed.push(*name);
            }
        }
    }
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

fn is_to_bless(arguments: &[OsString]) -> bool {
    matches!(arguments, [step, flag] if step == API && flag == BLESS)
}

fn choose(arguments: &[OsString]) -> Result<Vec<&'static Step>> {
    if let Some(unknown) = arguments
        .iter()
        .find(|name| !name.to_str().is_some_and(has_step))
    {
        bail!(
            "no such step: {}; `cargo xtask check --help` lists them",
            unknown.display()
        );
    }
    let is_chosen =
        |step: &&Step| arguments.is_empty() || arguments.iter().any(|name| name == step.name);
    Ok(STEPS.iter().filter(is_chosen).collect())
}

fn format() -> Result<Verdict> {
    ensure_component("rustfmt", "fmt")?;
    run(&mut cargo(["fmt", "--all", "--check"]))?;
    Ok(Verdict::Passed)
}

fn lints() -> Result<Verdict> {
    ensure_component("clippy", "clippy")?;
    run(
        cargo(["clippy", "--workspace", "--all-targets", "--all-features"])
            .args(["--", "-D", "warnings"]),
    )?;
    Ok(Verdict::Passed)
}

fn docs() -> Result<Verdict> {
    let mut command = cargo(["doc", "--workspace", "--no-deps", "--all-features"]);
    run(command.env("RUSTDOCFLAGS", "-D warnings"))?;
    Ok(Verdict::Passed)
}

fn book() -> Result<Verdict> {
    crate::book::check()?;
    Ok(Verdict::Passed)
}

/// Whether there is a step with this name.
pub(crate) fn has_step(name: &str) -> bool {
    STEPS.iter().any(|step| step.name == name)
}

/// The crates with features. Here one crate's needs are not met by what another one turns on.
const WITH_FEATURES: [&str; 7] = [
    "paid-once",
    "paid-once-sqlx",
    "paytr-core",
    "paytr-axum",
    "paytr-actix",
    "payture",
    "paytrek",
];

fn features() -> Result<Verdict> {
    HACK.ensure()?;
    let mut command = cargo(["hack", "clippy", "--quiet", "--each-feature"]);
    for package in WITH_FEATURES {
        command.args(["--package", package]);
    }
    run(command.args(["--", "-D", "warnings"]))?;
    Ok(Verdict::Passed)
}

fn unused() -> Result<Verdict> {
    SHEAR.ensure()?;
    run(&mut cargo(["shear", "--locked"]))?;
    Ok(Verdict::Passed)
}

fn dependencies() -> Result<Verdict> {
    DENY.ensure()?;
    run(
        cargo(["deny", "--all-features", "check", "--hide-inclusion-graph"])
            .args(["bans", "licenses", "sources"]),
    )?;
    Ok(Verdict::Passed)
}

/// The advisory database that cargo-deny reads by default; deny.toml names no other.
const ADVISORY_DATABASE: &str = "https://github.com/RustSec/advisory-db";

/// Checks the dependencies against the advisory database: known vulnerabilities and yanked versions.
///
/// cargo-deny ends in the same way whether it found an advisory or could not fetch the database, so the database is asked
/// for first. Only when it cannot be reached is the check left out; after that every failure counts.
///
/// # Errors
///
/// An advisory or a yanked version was found, or cargo-deny failed in another way.
fn advisories() -> Result<Verdict> {
    DENY.ensure()?;
    if let Err(error) = run(&mut reach(ADVISORY_DATABASE)) {
        eprintln!("{error:#}");
        return Ok(Verdict::NotChecked(format!(
            "{ADVISORY_DATABASE} cannot be reached; run this step again where it can"
        )));
    }
    run(cargo(["deny", "--all-features", "check"]).arg("advisories"))?;
    Ok(Verdict::Passed)
}

/// A short look at a git repository, by the same git that cargo-deny fetches with.
fn reach(repository: &str) -> process::Command {
    let mut git = process::Command::new("git");
    git.args(["ls-remote", "--exit-code", repository, "HEAD"])
        // Neither a question for a password nor a stalled line may hold up the run.
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_HTTP_LOW_SPEED_LIMIT", "1")
        .env("GIT_HTTP_LOW_SPEED_TIME", "30");
    git
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::succeeds;

    fn chosen(names: &[&str]) -> Vec<&'static str> {
        let names: Vec<OsString> = names.iter().map(OsString::from).collect();
        choose(&names)
            .unwrap()
            .iter()
            .map(|step| step.name)
            .collect()
    }

    #[test]
    fn without_arguments_every_step_runs_and_the_help_names_it() {
        assert_eq!(chosen(&[]).len(), STEPS.len());
        for step in &STEPS {
            assert!(HELP.contains(step.name), "{}", step.name);
        }
    }

    #[test]
    fn only_the_named_steps_run() {
        assert_eq!(chosen(&["docs", "format"]), ["format", "docs"]);
    }

    #[test]
    fn an_unknown_step_is_an_error() {
        assert!(choose(&["format".into(), "docz".into()]).is_err());
    }

    #[test]
    fn nothing_is_recorded_beside_other_steps() {
        let blesses =
            |names: &[&str]| is_to_bless(&names.iter().map(Into::into).collect::<Vec<_>>());
        assert!(blesses(&["api", "--bless"]));
        assert!(!blesses(&["--bless"]));
        assert!(!blesses(&["docs", "api", "--bless"]));
        assert!(check(&["docs".into(), BLESS.into()]).is_err());
    }

    #[test]
    fn a_database_that_is_not_there_is_not_reached() {
        assert!(!succeeds(&mut reach("file:///no/such/repository")));
    }
}
