//! The advisory step of `cargo xtask check`: known vulnerabilities and yanked versions.

use std::process::Command;

use anyhow::Result;

use crate::check::Verdict;
use crate::run::{cargo, run};
use crate::tools;

/// What cargo-deny reads by default; deny.toml names no other.
const DATABASE: &str = "https://github.com/RustSec/advisory-db";

/// Checks the dependencies against the advisory database.
///
/// cargo-deny ends in the same way whether it found an advisory or could not fetch the database, so the database is asked
/// for first. Only when it cannot be reached is the check left out; after that every failure counts.
///
/// # Errors
///
/// An advisory or a yanked version was found, or cargo-deny failed in another way.
pub(crate) fn check() -> Result<Verdict> {
    tools::DENY.ensure()?;
    if let Err(error) = run(&mut reach(DATABASE)) {
        eprintln!("{error:#}");
        return Ok(Verdict::NotChecked(format!(
            "{DATABASE} cannot be reached; run this step again where it can"
        )));
    }
    run(cargo(["deny", "--all-features", "check"]).arg("advisories"))?;
    Ok(Verdict::Passed)
}

/// A short look at a git repository, by the same git that cargo-deny fetches with.
fn reach(repository: &str) -> Command {
    let mut git = Command::new("git");
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

    #[test]
    fn a_database_that_is_not_there_is_not_reached() {
        assert!(!succeeds(&mut reach("file:///no/such/repository")));
    }
}
