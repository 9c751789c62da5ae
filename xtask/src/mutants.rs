//! `cargo xtask mutants`: breaks the code in every way that cargo-mutants knows, and looks whether a test fails.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use crate::Command;
use crate::run::{MUTANTS, cargo, root};

/// The command.
pub(crate) const COMMAND: Command = Command {
    name: "mutants",
    summary: "Break the gate, signing and verification in every small way, and see a test fail",
    help: HELP,
    run: mutants,
};

const HELP: &str = "\
Usage: cargo xtask mutants [ARGUMENTS]

Runs cargo-mutants, which is installed if it is missing, on paid-once and on signing and verification in paytr-core, as
.cargo/mutants.toml says. It takes hours on two cores. ARGUMENTS go to `cargo mutants`: `--re NAME` for some,
`--jobs 2`, `--list`.

It fails if fewer than 95 % of the mutants are caught, or if one survives that docs/mutants.md does not list with its
reason.
";

/// The survivors, with their reasons.
const LIST: &str = "docs/mutants.md";

/// How many of a hundred mutants have to be caught.
const CAUGHT: usize = 95;

fn mutants(arguments: &[OsString]) -> Result<()> {
    MUTANTS.ensure()?;
    let reasons = fs::read_to_string(root().join(LIST)).context(LIST)?;
    let output = root().join("target/mutants");
    let mut test = cargo(["mutants", "--workspace", "--output"]);
    test.arg(&output).args(arguments);
    // Enough of each world to find what the simulation finds at all.
    test.env("SIMULATION_SEEDS", "30");
    let status = test.status().context("cargo mutants")?;
    // 2 and 3: some survive, or hang. Which may is known here; with anything else what lies there is of another run.
    ensure!(
        matches!(status.code(), Some(0 | 2 | 3)),
        "cargo mutants did not get through ({status})"
    );
    if arguments.iter().any(|argument| argument == "--list") {
        return Ok(());
    }
    let outcome = Outcome::read(&output.join("mutants.out"))?;
    eprintln!("\n{}", outcome.summary());
    outcome.judge(&listed(&reasons))
}

/// What became of the mutants.
#[derive(Debug)]
struct Outcome {
    caught: usize,
    survivors: Vec<String>,
}

impl Outcome {
    /// What cargo-mutants wrote. A mutant that hangs its tests is caught, and one that does not compile is none.
    fn read(folder: &Path) -> Result<Self> {
        let lines = |name: &str| match fs::read_to_string(folder.join(name)) {
            Ok(text) => Ok(text.lines().map(str::to_owned).collect::<Vec<_>>()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error).context(name.to_owned()),
        };
        Ok(Self {
            caught: lines("caught.txt")?.len() + lines("timeout.txt")?.len(),
            survivors: lines("missed.txt")?,
        })
    }

    fn summary(&self) -> String {
        let all = self.caught + self.survivors.len();
        format!(
            "{} of {all} mutants are caught, {} survive",
            self.caught,
            self.survivors.len()
        )
    }

    fn judge(&self, listed: &BTreeSet<String>) -> Result<()> {
        let all = self.caught + self.survivors.len();
        ensure!(all > 0, "no mutant was tested");
        let mutants = self.survivors.iter().map(|line| without_place(line));
        let new: Vec<_> = mutants.filter(|mutant| !listed.contains(mutant)).collect();
        ensure!(
            new.is_empty(),
            "catch these by a test, or list them with a reason in {LIST}:\n{}",
            new.join("\n")
        );
        ensure!(
            self.caught * 100 >= all * CAUGHT,
            "fewer than {CAUGHT} of a hundred are caught"
        );
        Ok(())
    }
}

/// `FILE:LINE:COLUMN: CHANGE` as `FILE: CHANGE`, which other changes of the file leave as it is.
fn without_place(line: &str) -> String {
    let mut parts = line.splitn(4, ':');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(file), Some(_), Some(_), Some(change)) => format!("{file}:{change}"),
        _ => line.to_owned(),
    }
}

/// The mutants of the page: what stands between the first two backquotes of each item of a list.
fn listed(page: &str) -> BTreeSet<String> {
    let items = page.lines().filter_map(|line| line.strip_prefix("- `"));
    let mutants = items.filter_map(|item| item.split_once('`'));
    mutants.map(|(mutant, _)| mutant.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SURVIVOR: &str = "a/src/b.rs:7:9: replace | with ^ in c::d";
    const PAGE: &str =
        "# Page\n\n- `a/src/b.rs: replace | with ^ in c::d`: the two sides share no bit\n";

    fn outcome(caught: usize, survivors: &[&str]) -> Outcome {
        Outcome {
            caught,
            survivors: survivors.iter().copied().map(str::to_owned).collect(),
        }
    }

    #[test]
    fn a_survivor_without_a_reason_is_an_error_that_names_it() {
        assert!(outcome(99, &[SURVIVOR]).judge(&listed(PAGE)).is_ok());
        let error = outcome(99, &[SURVIVOR]).judge(&listed("")).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("a/src/b.rs: replace | with ^ in c::d")
        );
    }

    #[test]
    fn fewer_than_95_of_100_are_an_error_even_with_reasons() {
        let listed = listed(PAGE);
        assert!(outcome(19, &[SURVIVOR]).judge(&listed).is_ok());
        assert!(outcome(18, &[SURVIVOR]).judge(&listed).is_err());
        assert!(outcome(0, &[]).judge(&listed).is_err());
    }

    #[test]
    fn one_that_hangs_is_caught() {
        let folder = std::env::temp_dir().join(format!("xtask-mutants-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("caught.txt"), "one\ntwo\n").unwrap();
        fs::write(folder.join("timeout.txt"), "three\n").unwrap();
        fs::write(folder.join("missed.txt"), format!("{SURVIVOR}\n")).unwrap();
        let outcome = Outcome::read(&folder);
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(
            outcome.unwrap().summary(),
            "3 of 4 mutants are caught, 1 survive"
        );
    }

    #[test]
    fn each_reason_on_the_page_is_for_one_mutant_and_not_empty() {
        let page = fs::read_to_string(root().join(LIST)).unwrap();
        let items: Vec<_> = page
            .lines()
            .filter(|line| line.starts_with("- `"))
            .collect();
        assert_eq!(listed(&page).len(), items.len(), "one is listed twice");
        for item in items {
            let (_, reason) = item.rsplit_once("`: ").expect(item);
            assert!(!reason.trim().is_empty(), "{item}");
        }
    }
}
