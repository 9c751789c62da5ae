//! `cargo xtask simulate`: the simulation of `paid-once` with other seeds than its tests, or with broken rules.

mod broken_rules;

use std::ffi::OsString;

use anyhow::{Context as _, Result, bail};

use crate::Command;
use crate::run::{cargo, run};
use broken_rules::break_rules;

/// The command.
pub(crate) const COMMAND: Command = Command {
    name: "simulate",
    summary: "Run the simulation of paid-once with many seeds, one seed, or broken rules",
    help: HELP,
    run: simulate,
};

const HELP: &str = "\
Usage: cargo xtask simulate [--from N] [--seeds N] [WORLD]
       cargo xtask simulate --mutants [--seeds N] [WORD]

Runs the seeds from N on (default 0), so many of them (default 100000), in every world or in the one that is named as
its test is. For the night: without arguments. A seed that fails is printed with the command that runs it alone.

With --mutants it breaks one rule of paid-once after the other, in a copy under target/, as
paid-once/tests/simulation/mutants.json says, and fails unless every one is found within the seeds (default 1000). With a
WORD it breaks those rules only that contain it. Once all are broken and found, docs/simulation.md says what found each.
";

fn simulate(arguments: &[OsString]) -> Result<()> {
    let choice = Choice::read(arguments)?;
    if choice.mutants {
        return break_rules(choice.seeds.unwrap_or(1_000), choice.world.as_deref());
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
    break_rules(1_000, None)
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
    /// Or the word that the rules to break contain.
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

#[cfg(test)]
mod tests {
    use super::*;

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
