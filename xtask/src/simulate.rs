//! `cargo xtask simulate`: the simulation of `paid-once` with other seeds than its tests, or with broken rules.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use crate::Command;
use crate::run::{cargo, root, run, succeeds};

/// The command.
pub(crate) const COMMAND: Command = Command {
    name: "simulate",
    summary: "Run the simulation of paid-once with many seeds, one seed, or broken rules",
    help: HELP,
    run: simulate,
};

const HELP: &str = "\
Usage: cargo xtask simulate [--from N] [--seeds N] [WORLD]
       cargo xtask simulate --mutants [--seeds N]

Runs the seeds from N on (default 0), so many of them (default 100000), in every world or in the one that is named as
its test is. For the night: without arguments. A seed that fails is printed with the command that runs it alone.

With --mutants it breaks one rule of paid-once after the other, in a copy under target/, as
paid-once/tests/simulation/mutants.json says, and fails unless every one is found within the seeds (default 1000).
";

/// Where the simulation is, and the list of broken rules.
const MUTANTS: &str = "paid-once/tests/simulation/mutants.json";

fn simulate(arguments: &[OsString]) -> Result<()> {
    let choice = Choice::read(arguments)?;
    if choice.mutants {
        return break_rules(choice.seeds.unwrap_or(1_000));
    }
    let mut test = cargo(TEST);
    test.arg("--release").args(&choice.world);
    test.env("SIMULATION_FROM", choice.from.to_string());
    test.env(
        "SIMULATION_SEEDS",
        choice.seeds.unwrap_or(100_000).to_string(),
    );
    run(&mut test)
}

/// The simulation for the night: every world with 100 000 seeds.
pub(crate) fn many_seeds() -> Result<()> {
    simulate(&[])
}

/// Every broken rule.
pub(crate) fn mutants() -> Result<()> {
    break_rules(1_000)
}

const TEST: [&str; 6] = [
    "test",
    "--package",
    "paid-once",
    "--all-features",
    "--test",
    "simulation",
];

/// What the arguments say.
#[derive(Debug, Default, PartialEq, Eq)]
struct Choice {
    mutants: bool,
    from: u64,
    seeds: Option<u64>,
    world: Option<String>,
}

impl Choice {
    fn read(arguments: &[OsString]) -> Result<Self> {
        let mut choice = Self::default();
        let mut words = arguments.iter().map(|word| word.to_string_lossy());
        while let Some(word) = words.next() {
            let mut number = || -> Result<u64> {
                let number = words
                    .next()
                    .with_context(|| format!("{word} needs a number"))?;
                number.parse().with_context(|| format!("{word} {number}"))
            };
            match &*word {
                "--mutants" => choice.mutants = true,
                "--from" => choice.from = number()?,
                "--seeds" => choice.seeds = Some(number()?),
                world if !world.starts_with('-') => choice.world = Some(world.to_owned()),
                other => bail!("unknown argument {other}"),
            }
        }
        Ok(choice)
    }
}

/// One rule, and a change of the code that breaks it.
struct Mutant {
    rule: String,
    file: String,
    find: String,
    replace: String,
}

impl Mutant {
    fn all() -> Result<Vec<Self>> {
        let list = fs::read_to_string(root().join(MUTANTS)).context(MUTANTS)?;
        let list: Vec<Value> = serde_json::from_str(&list).context(MUTANTS)?;
        let read = |entry: &Value| {
            let text = |name: &str| entry[name].as_str().map(str::to_owned);
            Some(Self {
                rule: text("rule")?,
                file: text("file")?,
                find: text("find")?,
                replace: text("replace")?,
            })
        };
        let mutants = list.iter().map(read).collect::<Option<_>>();
        mutants.context("an entry lacks rule, file, find or replace")
    }

    /// The file with the rule broken.
    fn applied(&self, source: &str) -> Result<String> {
        let places = source.matches(&self.find).count();
        ensure!(
            places == 1,
            "{}: {} stands {places} times in {}: adapt {MUTANTS}",
            self.rule,
            self.find,
            self.file
        );
        Ok(source.replacen(&self.find, &self.replace, 1))
    }
}

/// Breaks each rule in a copy of the crate, and sees whether the simulation finds it.
fn break_rules(seeds: u64) -> Result<()> {
    let copy = root().join("target/simulation-mutants");
    copy_crate(&copy)?;
    ensure!(
        passes(&copy, seeds)?,
        "the simulation fails without a mutant"
    );
    let mut survivors = Vec::new();
    for mutant in Mutant::all()? {
        let file = copy.join("paid-once").join(&mutant.file);
        let source = fs::read_to_string(&file).with_context(|| mutant.file.clone())?;
        fs::write(&file, mutant.applied(&source)?)?;
        let is_found = passes(&copy, seeds).map(|passes| !passes);
        fs::write(&file, source)?;
        let is_found = is_found.with_context(|| mutant.rule.clone())?;
        let word = if is_found { "found" } else { "SURVIVES" };
        eprintln!("{word:<9} {}", mutant.rule);
        if !is_found {
            survivors.push(mutant.rule);
        }
    }
    ensure!(survivors.is_empty(), "not found: {survivors:#?}");
    Ok(())
}

/// The crate as it is, as the only member of a workspace.
fn copy_crate(copy: &Path) -> Result<()> {
    let _ = fs::remove_dir_all(copy.join("paid-once"));
    fs::create_dir_all(copy.join("tests"))?;
    for name in ["paid-once", "tests/captured-log", "README.md", "Cargo.lock"] {
        let (from, to) = (root().join(name), copy.join(name));
        run(process::Command::new("cp").arg("-rT").args([from, to]))?;
    }
    let manifest = fs::read_to_string(root().join("Cargo.toml"))?;
    fs::write(copy.join("Cargo.toml"), alone(&manifest)?)?;
    Ok(())
}

/// The workspace's manifest with one member.
fn alone(manifest: &str) -> Result<String> {
    let (head, rest) = manifest.split_once("members = [").context("members")?;
    let (_, tail) = rest.split_once("\n]\n").context("the end of the members")?;
    let (_, tail) = tail.split_once('\n').context("the default members")?;
    Ok(format!("{head}members = [\"paid-once\"]\n{tail}"))
}

/// Whether the simulation passes in the copy. One that hangs does not.
///
/// # Errors
///
/// It does not compile.
fn passes(copy: &Path, seeds: u64) -> Result<bool> {
    let mut build = cargo(TEST);
    build.arg("--no-run").current_dir(copy);
    build.env("CARGO_TARGET_DIR", copy.join("target"));
    run(&mut build)?;
    let mut test = process::Command::new("timeout");
    test.arg("300").arg(build.get_program()).args(TEST);
    test.current_dir(copy)
        .env("CARGO_TARGET_DIR", copy.join("target"))
        .env("SIMULATION_SEEDS", seeds.to_string());
    Ok(succeeds(&mut test))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_broken_rule_is_a_change_of_one_place() {
        for mutant in Mutant::all().unwrap() {
            let file = root().join("paid-once").join(&mutant.file);
            let source = fs::read_to_string(file).unwrap();
            assert_ne!(mutant.applied(&source).unwrap(), source, "{}", mutant.rule);
        }
    }

    #[test]
    fn the_copy_has_one_member() {
        let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
        let copy = alone(&manifest).unwrap();
        assert!(copy.contains("members = [\"paid-once\"]"), "{copy}");
        assert!(!copy.contains("\"xtask\"") && !copy.contains("default-members"));
    }

    #[test]
    fn arguments_choose_seeds_and_a_world() {
        let words: Vec<OsString> = ["--from", "7", "--seeds", "1", "some_world"]
            .map(OsString::from)
            .into();
        let choice = Choice::read(&words).unwrap();
        assert_eq!((choice.from, choice.seeds), (7, Some(1)));
        assert_eq!(choice.world.as_deref(), Some("some_world"));
        assert!(Choice::read(&["--seed".into()]).is_err());
        assert!(Choice::read(&["--from".into(), "x".into()]).is_err());
    }
}
