//! Breaks each rule of `paid-once` in a copy of the crate, and sees what of the simulation finds it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use super::TEST;
use crate::run::{cargo, root, run};

/// The list of broken rules.
const LIST: &str = "paid-once/tests/simulation/mutants.json";
/// The page that says what finds them.
const PAGE: &str = "docs/simulation.md";
/// Between these lines of the page is the table.
const TABLE: [&str; 2] = ["<!-- broken rules -->\n", "<!-- end of broken rules -->"];
/// The first so many seeds find nearly every one, in little time.
const FIRST_SEEDS: u64 = 50;
/// Runs a program that may use so many seconds of a processor: virtual time takes no other, on however busy a machine.
const LIMITED: &str = "ulimit -t 300 && exec \"$0\" \"$@\"";

/// One rule, and a change of the code that breaks it.
struct Mutant {
    rule: String,
    /// How it is broken, in words.
    broken: String,
    file: String,
    find: String,
    replace: String,
}

/// What became of a mutant.
enum Fate {
    /// What the simulation said, in a few words, and the world and seed that it said it of.
    Found {
        said: String,
        by: String,
    },
    Survives,
    DoesNotCompile,
}

/// Breaks every rule whose text contains `word`. Where it breaks all of them and all are found, it writes the table of
/// the page.
pub(super) fn break_rules(seeds: u64, word: Option<&str>) -> Result<()> {
    let copy = root().join("target/simulation-mutants");
    copy_crate(&copy)?;
    match fate(&copy, seeds)? {
        Fate::Survives => {}
        Fate::Found { said, by } => {
            bail!("the simulation fails without a mutant: {said} ({by})")
        }
        Fate::DoesNotCompile => bail!("the simulation does not compile without a mutant"),
    }
    let (mut rows, mut survivors) = (String::new(), Vec::new());
    for mutant in Mutant::all()? {
        if word.is_some_and(|word| !mutant.rule.contains(word)) {
            continue;
        }
        let file = copy.join("paid-once").join(&mutant.file);
        let source = fs::read_to_string(&file).with_context(|| mutant.file.clone())?;
        fs::write(&file, mutant.applied(&source)?)?;
        let fate = fate(&copy, seeds);
        fs::write(&file, source)?;
        let name = format!("{}: {}", mutant.rule, mutant.broken);
        match fate.with_context(|| name.clone())? {
            Fate::Found { said, by } => {
                eprintln!("found     {name}: {said} ({by})");
                writeln!(rows, "{} {said} |", mutant.row())?;
            }
            Fate::Survives => {
                eprintln!("SURVIVES  {name}");
                survivors.push(name);
            }
            Fate::DoesNotCompile => {
                eprintln!("NO CODE   {name}");
                survivors.push(name);
            }
        }
    }
    ensure!(survivors.is_empty(), "not found: {survivors:#?}");
    if word.is_none() {
        write_table(&rows)?;
    }
    Ok(())
}

/// Writes what found each mutant into the page.
fn write_table(rows: &str) -> Result<()> {
    let path = root().join(PAGE);
    let page = fs::read_to_string(&path).context(PAGE)?;
    let (head, _, tail) = around_table(&page)?;
    let [begin, end] = TABLE;
    let table = format!("\n| rule | broken so | the simulation says |\n|---|---|---|\n{rows}\n");
    fs::write(path, format!("{head}{begin}{table}{end}{tail}")).context(PAGE)
}

/// What stands before the table, the table, and what stands after it.
fn around_table(page: &str) -> Result<(&str, &str, &str)> {
    let [begin, end] = TABLE;
    let (head, rest) = page.split_once(begin).context(begin)?;
    let (table, tail) = rest.split_once(end).context(end)?;
    Ok((head, table, tail))
}

impl Mutant {
    fn all() -> Result<Vec<Self>> {
        let list = fs::read_to_string(root().join(LIST)).context(LIST)?;
        let list: Vec<Value> = serde_json::from_str(&list).context(LIST)?;
        let read = |entry: &Value| {
            let text = |name: &str| entry.get(name)?.as_str().map(str::to_owned);
            Some(Self {
                rule: text("rule")?,
                broken: text("broken")?,
                file: text("file")?,
                find: text("find")?,
                replace: text("replace")?,
            })
        };
        let mutants = list.iter().map(read).collect::<Option<_>>();
        mutants.context("an entry lacks rule, broken, file, find or replace")
    }

    /// The file with the rule broken.
    fn applied(&self, source: &str) -> Result<String> {
        let places = source.matches(&self.find).count();
        ensure!(
            places == 1,
            "{}: {} stands {places} times in {}: adapt {LIST}",
            self.rule,
            self.find,
            self.file
        );
        Ok(source.replacen(&self.find, &self.replace, 1))
    }

    /// How its row in the table of the page begins.
    fn row(&self) -> String {
        format!("| {} | {} |", self.rule, self.broken)
    }
}

/// The crate as it is, as the only named member of a workspace.
fn copy_crate(copy: &Path) -> Result<()> {
    let _ = fs::remove_dir_all(copy.join("paid-once"));
    fs::create_dir_all(copy)?;
    fs::create_dir_all(copy.join("tests"))?;
    // What is read, what its tests stand on, and what they all build with.
    for name in ["paid-once", "tests/captured-log", "README.md", "Cargo.lock"] {
        let (from, to) = (root().join(name), copy.join(name));
        run(Command::new("cp").arg("-rT").args([from, to]))?;
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

/// What the simulation makes of the code in the copy: of the first seeds, and then of all.
///
/// # Errors
///
/// cargo could not be started.
fn fate(copy: &Path, seeds: u64) -> Result<Fate> {
    let Some(simulation) = built(copy)? else {
        return Ok(Fate::DoesNotCompile);
    };
    for seeds in [FIRST_SEEDS.min(seeds), seeds] {
        let mut test = Command::new("timeout");
        test.args(["3600", "sh", "-c", LIMITED, &*simulation]);
        // One after the other, so that the same one finds it every time.
        test.args(["--test-threads", "1"]);
        test.env("SIMULATION_SEEDS", seeds.to_string());
        test.env("SIMULATION_STOPS", "1").stdin(Stdio::null());
        let output = test.output().context("timeout")?;
        if !output.status.success() {
            let told = [output.stderr, output.stdout].concat();
            return Ok(found(&String::from_utf8_lossy(&told)));
        }
    }
    Ok(Fate::Survives)
}

/// Builds the simulation of the copy, and says where it is. `None` if it does not compile.
fn built(copy: &Path) -> Result<Option<String>> {
    let mut build = cargo(TEST);
    build.args(["--no-run", "--message-format", "json"]);
    build.current_dir(copy).stdin(Stdio::null());
    build.env("CARGO_TARGET_DIR", copy.join("target"));
    let output = build.output().context("cargo")?;
    if !output.status.success() {
        return Ok(None);
    }
    let told = String::from_utf8_lossy(&output.stdout);
    let executable = |line: &str| {
        let message: Value = serde_json::from_str(line).ok()?;
        Some(message.get("executable")?.as_str()?.to_owned())
    };
    let simulation = told.lines().find_map(executable);
    simulation.map(Some).context("no simulation was built")
}

/// What a run said that did not succeed.
fn found(told: &str) -> Fate {
    // `FOUND world seed what: more`.
    let line = told.lines().find_map(|line| line.strip_prefix("FOUND "));
    let mut words = line.unwrap_or_default().splitn(3, ' ');
    if let (Some(world), Some(seed), Some(said)) = (words.next(), words.next(), words.next()) {
        let assertion = "assertion `left == right` failed: ";
        let said = said.strip_prefix(assertion).unwrap_or(said);
        let (said, by) = (first_words(said), format!("seed {seed}, {world}"));
        return Fate::Found { said, by };
    }
    let said = if told.contains("hardly ever happens") {
        "what must happen hardly ever does"
    } else {
        "it never ends"
    };
    let (said, by) = (said.to_owned(), "all seeds".to_owned());
    Fate::Found { said, by }
}

/// What stands before the first colon.
fn first_words(said: &str) -> String {
    said.split(':').next().unwrap_or_default().to_owned()
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
    fn the_page_names_every_broken_rule_and_no_other() {
        let page = fs::read_to_string(root().join(PAGE)).unwrap();
        let (_, table, _) = around_table(&page).unwrap();
        let rows = table.lines().filter(|line| line.starts_with('|')).skip(2);
        let mutants = Mutant::all().unwrap();
        let rows: Vec<&str> = rows.collect();
        assert_eq!(rows.len(), mutants.len());
        for (row, mutant) in rows.iter().zip(mutants) {
            assert!(row.starts_with(&mutant.row()), "{row}: {}", mutant.row());
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
    fn what_a_run_said_is_told_in_a_few_words() {
        let told =
            "seed 7 fails\nFOUND some_world 7 assertion `left == right` failed: forgotten: A, B\n";
        let Fate::Found { said, by } = found(told) else {
            panic!("not found");
        };
        assert_eq!((&*said, &*by), ("forgotten", "seed 7, some_world"));
        let hangs = found("running 9 tests\n");
        assert!(matches!(hangs, Fate::Found { said, .. } if said == "it never ends"));
    }
}
