//! Programs for the tests: Chromium and its driver for those that buy something in a browser, a library that gives a
//! process another clock for those of nodes whose clocks are wrong, and a Python environment with a client of PayTR that
//! this project did not write.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::Need;
use super::packages::{Packages, not_on_the_path};
use crate::run::{run, succeeds};

const BROWSER_PACKAGES: Packages = Packages {
    needed_by: "the browser tests",
    names: &["chromium", "chromium-driver"],
    missing: || not_on_the_path(&["chromium", "chromedriver"]),
    prepare: || Ok(()),
};

/// Chromium and its driver.
struct Browser;

impl Need for Browser {}

/// Makes sure that both programs are on the path.
///
/// # Errors
///
/// One is missing and the packages cannot be installed.
pub(super) fn browser() -> Result<Box<dyn Need>> {
    BROWSER_PACKAGES.ensure()?;
    Ok(Box::new(Browser))
}

const CLOCK_PACKAGES: Packages = Packages {
    needed_by: "the tests of wrong clocks",
    names: &["faketime"],
    missing: || not_on_the_path(&["faketime"]),
    prepare: || Ok(()),
};

/// A library that gives a process another clock.
struct Clock;

impl Need for Clock {}

/// Makes sure that the program is on the path, which comes with its library.
///
/// # Errors
///
/// It is missing and the package cannot be installed.
pub(super) fn clock() -> Result<Box<dyn Need>> {
    CLOCK_PACKAGES.ensure()?;
    Ok(Box::new(Clock))
}

const PYTHON_PACKAGES: Packages = Packages {
    needed_by: "the tests with a Python client",
    names: &["python3", "python3-venv"],
    missing: || {
        let mut missing = not_on_the_path(&["python3"]);
        if missing.is_empty() && !can_make_environments() {
            missing.push("python3-venv");
        }
        missing
    },
    prepare: || Ok(()),
};

/// Names the interpreter to the tests.
const VARIABLE: &str = "PAYTR_TEST_PYTHON";

/// Every package with its version and the hashes of its files.
const REQUIREMENTS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../tests/foreign-clients/python/requirements.txt"
);

struct Environment {
    interpreter: PathBuf,
}

impl Need for Environment {
    fn variables(&self) -> Vec<(&'static str, String)> {
        vec![(VARIABLE, self.interpreter.display().to_string())]
    }
}

/// Makes the environment in the target folder, or takes the one of an earlier run.
///
/// # Errors
///
/// Python is missing and cannot be installed, or a package cannot be fetched, or is not the one that was
/// pinned.
pub(super) fn python() -> Result<Box<dyn Need>> {
    PYTHON_PACKAGES.ensure()?;
    let folder = target_folder()?.join("python-client");
    let interpreter = folder.join("bin/python");
    let wanted = fs::read_to_string(REQUIREMENTS).context(REQUIREMENTS)?;
    let done = folder.join("installed.txt");
    let is_there = fs::read_to_string(&done).is_ok_and(|installed| installed == wanted);
    // Works only while the interpreter that made it is there.
    if !is_there || !runs(&interpreter) {
        make(&folder, &interpreter).context("the Python environment for the tests")?;
        fs::write(&done, wanted)?;
    }
    Ok(Box::new(Environment { interpreter }))
}

fn make(folder: &Path, interpreter: &Path) -> Result<()> {
    run(Command::new("python3")
        .args(["-m", "venv", "--clear"])
        .arg(folder))?;
    run(Command::new(interpreter)
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ])
        .args([
            "--require-hashes",
            "--only-binary",
            ":all:",
            "--requirement",
        ])
        .arg(REQUIREMENTS))
}

fn can_make_environments() -> bool {
    let mut command = Command::new("python3");
    // Debian's python3 has the module and not what it unpacks.
    succeeds(command.args(["-c", "import venv, ensurepip"]))
}

fn runs(interpreter: &Path) -> bool {
    succeeds(Command::new(interpreter).args(["-c", "import paytr"]))
}

fn target_folder() -> Result<PathBuf> {
    let program = std::env::current_exe().context("the path of this program")?;
    let mut above = program.ancestors();
    let target = above.find(|folder| folder.join("CACHEDIR.TAG").is_file());
    Ok(target
        .context("this program is in no target folder")?
        .to_owned())
}
