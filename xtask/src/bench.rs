//! `cargo xtask bench`: the benchmarks, in release mode.

use std::ffi::OsString;

use std::path::{Path, PathBuf};
use std::process::Command as Program;

use anyhow::{Context as _, Result, bail, ensure};

use crate::Command;
use crate::needs;
use crate::run::{cargo, run, succeeds};

/// The command.
pub(crate) const COMMAND: Command = Command {
    name: "bench",
    summary: "Build and run the benchmarks in release mode",
    help: HELP,
    run: bench,
};

const HELP: &str = "\
Usage: cargo xtask bench [callbacks] [verify] [memory] [stores] [growth] [relay]
       cargo xtask bench callbacks [--instructions] [--against REVISION]
       cargo xtask bench stores [--rates [ENGINE] | --against REVISION]
       cargo xtask bench growth [ENGINE] [--deep]

Builds the benchmarks in release mode and runs those named, all of them without a name:
  callbacks  notifications per second against servers that only parse the form
               --instructions      the instructions of each instead, counted by valgrind
  verify     one verification against a bare HMAC-SHA256
  memory     bytes of a settled order in a MemoryStore
  stores     payments claimed and settled per second in SQLite, PostgreSQL and Redis, each against the bare engine;
             some minutes, on private servers
               --rates [ENGINE]    of one engine alone: sqlite, postgres or redis
  growth     what each step with an order costs among a million orders, against a thousand, and what retention costs
             payments there; some minutes, on private servers
               ENGINE              of one engine alone: sqlite, postgres, partitioned, open (partitioned, and
                                   no order is paid), redis or memory
               --deep              PostgreSQL with ten million orders too: about ten minutes, and 10 GB in the
                                   folder of temporary files
  relay      notifications per second of paytr-relay with an app behind it, against an axum shop

--against REVISION measures this build and that of an earlier commit in turns. It builds the commit from a git worktree
that is removed again, and keeps what it built in target/against.

Needs PostgreSQL and Redis for the stores, and installs what is missing from Debian's packages, as root or with sudo.
";

const BENCHMARKS: [&str; 6] = ["verify", "memory", CALLBACKS, STORES, GROWTH, RELAY];
const STORES: &str = "stores";
const RATES: &str = "--rates";
/// What `--rates` takes.
const ENGINES: [&str; 3] = ["sqlite", "postgres", "redis"];
const GROWTH: &str = "growth";
/// What `growth` takes, and then `--deep`.
const GROWING: [&str; 6] = [
    "sqlite",
    "postgres",
    "partitioned",
    "open",
    "redis",
    "memory",
];
const DEEP: &str = "--deep";
/// Also the feature that it needs.
const RELAY: &str = "relay";
const CALLBACKS: &str = "callbacks";
/// What `callbacks` takes.
const INSTRUCTIONS: &str = "--instructions";
/// What `callbacks` and `stores` take before the revision to compare with.
const AGAINST: &str = "--against";

fn bench(arguments: &[OsString]) -> Result<()> {
    if let [name, words @ ..] = arguments
        && name == GROWTH
        && is_of_growth(words)
    {
        return run_benchmark(GROWTH, &words.iter().collect::<Vec<_>>());
    }
    if let [name, flag] = arguments
        && name == STORES
        && flag == RATES
    {
        return run_benchmark(STORES, &[flag]);
    }
    if let [name, flag, engine] = arguments
        && name == STORES
        && flag == RATES
        && ENGINES.iter().any(|known| engine == known)
    {
        return run_benchmark(STORES, &[flag, engine]);
    }
    if let [name, flags @ .., flag, revision] = arguments
        && flag == AGAINST
    {
        if name == STORES && flags.is_empty() {
            return run_against(STORES, ROUNDS, Some(ROUNDS_SOURCE), flags, revision);
        }
        if name == CALLBACKS && flags.iter().all(|flag| flag == INSTRUCTIONS) {
            return run_against(CALLBACKS, CALLBACKS, None, flags, revision);
        }
    }
    if let [name, flag] = arguments
        && name == CALLBACKS
        && flag == INSTRUCTIONS
    {
        return run_benchmark(CALLBACKS, &[flag]);
    }
    ensure!(
        arguments.iter().all(|argument| argument != AGAINST),
        "{AGAINST} takes a revision and one of two benchmarks: cargo xtask bench stores|callbacks {AGAINST} REVISION"
    );
    if let Some(unknown) = arguments
        .iter()
        .find(|name| BENCHMARKS.iter().all(|known| known != name))
    {
        bail!(
            "unknown benchmark {}: see cargo xtask bench --help",
            unknown.display()
        );
    }
    for name in BENCHMARKS {
        if arguments.is_empty() || arguments.iter().any(|chosen| chosen == name) {
            run_benchmark(name, &[])?;
        }
    }
    Ok(())
}

/// An engine, or `--deep`, or both.
fn is_of_growth(words: &[OsString]) -> bool {
    let is_engine = |word: &OsString| GROWING.iter().any(|engine| word == engine);
    match words {
        [word] => word == DEEP || is_engine(word),
        [engine, deep] => is_engine(engine) && deep == DEEP,
        _ => false,
    }
}

/// Measures the growth of every engine, of PostgreSQL up to ten million orders.
pub(crate) fn deep_growth() -> Result<()> {
    run_benchmark(GROWTH, &[&DEEP.into()])
}

fn run_benchmark(name: &str, arguments: &[&OsString]) -> Result<()> {
    if name == STORES || name == GROWTH {
        // Installs them where they are missing. The benchmark starts servers of its own.
        drop(needs::provide_servers()?);
    }
    let mut program = cargo(["run", "--release", "--package", "bench", "--bin", name]);
    if name == RELAY {
        program.args(["--features", RELAY]);
    }
    run(program.arg("--").args(arguments))
}

/// Builds the worker of a comparison here and in the revision, and lets them take turns. With `source` the
/// worker of the revision is built from this tree's file.
fn run_against(
    benchmark: &str,
    worker: &str,
    source: Option<&str>,
    flags: &[OsString],
    revision: &OsString,
) -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .context("the package is in the workspace")?;
    let mut commit = OsString::from(revision);
    commit.push("^{commit}");
    ensure!(
        succeeds(
            git(root)
                .args(["rev-parse", "--verify", "--quiet", "--end-of-options"])
                .arg(&commit)
        ),
        "git knows no revision {} here",
        revision.display()
    );
    run(&mut build(worker))?;
    let target = root.join("target").join("against");
    let worktree = Worktree::add(root, target.join("worktree"), &commit)?;
    worktree
        .build(worker, source, &target)
        .with_context(|| format!("revision {} could not be built", revision.display()))?;
    drop(worktree);
    let worker = target.join("release").join(worker);
    let (against, worker) = (AGAINST.into(), worker.into_os_string());
    let arguments: Vec<&OsString> = flags.iter().chain([&against, &worker]).collect();
    run_benchmark(benchmark, &arguments)
}

fn build(worker: &str) -> Program {
    cargo(["build", "--release", "--package", "bench", "--bin", worker])
}

/// The worker of `stores`, and its source, which is small and knows only what both revisions have.
const ROUNDS: &str = "rounds";
const ROUNDS_SOURCE: &str = "bench/src/bin/rounds.rs";

/// Another revision's files, as long as this lives.
struct Worktree<'a> {
    root: &'a Path,
    path: PathBuf,
}

impl<'a> Worktree<'a> {
    /// Always in the same place: cargo builds less again, and what an interrupted run left is found.
    fn add(root: &'a Path, path: PathBuf, commit: &OsString) -> Result<Self> {
        let worktree = Self { root, path };
        worktree.remove();
        run(git(root)
            .args(["worktree", "add", "--detach", "--force"])
            .arg(&worktree.path)
            .arg(commit))?;
        Ok(worktree)
    }

    fn build(&self, worker: &str, source: Option<&str>, target: &Path) -> Result<()> {
        if let Some(source) = source {
            std::fs::copy(self.root.join(source), self.path.join(source))
                .context("the revision has no package bench")?;
        }
        let mut build = build(worker);
        build.arg("--locked").arg("--target-dir").arg(target);
        run(build.current_dir(&self.path))
    }

    fn remove(&self) {
        // Nothing is there in most cases, and nothing can be done in the others: adding would say so.
        let mut remove = git(self.root);
        remove.args(["worktree", "remove", "--force"]);
        succeeds(remove.arg(&self.path));
    }
}

impl Drop for Worktree<'_> {
    fn drop(&mut self) {
        self.remove();
    }
}

fn git(root: &Path) -> Program {
    let mut git = Program::new("git");
    git.current_dir(root);
    git
}
