//! Other languages, with clients of PayTR that this project did not write: Python and Node.js with packages that are
//! pinned by version and hash, and PHP alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::Need;
use super::packages::{Packages, not_on_the_path};
use crate::run::{run, succeeds};

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

const NODE_PACKAGES: Packages = Packages {
    needed_by: "the tests with clients of Node.js",
    names: &["nodejs", "npm"],
    missing: || not_on_the_path(&["node", "npm"]),
    prepare: || Ok(()),
};

const NODE_ALONE: Packages = Packages {
    needed_by: "the check of the book's search",
    names: &["nodejs"],
    missing: || not_on_the_path(&["node"]),
    prepare: || Ok(()),
};

const PHP_PACKAGES: Packages = Packages {
    needed_by: "the tests with shops in PHP",
    names: &["php-cli", "php-curl", "php-sqlite3"],
    missing: || {
        let mut missing = not_on_the_path(&["php"]);
        if missing.is_empty() {
            let has = |code: &str| succeeds(Command::new("php").args(["-r", code]));
            if !has("exit(function_exists('curl_init') ? 0 : 1);") {
                missing.push("php-curl");
            }
            if !has("exit(extension_loaded('pdo_sqlite') ? 0 : 1);") {
                missing.push("php-sqlite3");
            }
        }
        missing
    },
    prepare: || Ok(()),
};

/// Names the Python interpreter to the tests.
const PYTHON: &str = "PAYTR_TEST_PYTHON";

/// Names the folder with the packages of Node.js to the tests.
const NODE_MODULES: &str = "PAYTR_TEST_NODE_MODULES";

/// Names the Python interpreter with Flask to the tests of the relay.
const FLASK: &str = "PAYTR_TEST_FLASK";

/// Names the folder with Express to the tests of the relay.
const EXPRESS: &str = "PAYTR_TEST_EXPRESS";

/// The apps behind the relay.
const RELAY_APPS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/relay");

/// The tests whose clients they are.
const TESTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/foreign-clients");

/// Packages of a language, in a folder of their own, and the variable that tells the tests where.
struct Installed {
    variable: &'static str,
    path: PathBuf,
}

impl Need for Installed {
    fn variables(&self) -> Vec<(&'static str, String)> {
        vec![(self.variable, self.path.display().to_string())]
    }
}

/// Makes sure that the interpreter is on the path.
///
/// # Errors
///
/// It is missing and cannot be installed.
pub(super) fn node_alone() -> Result<()> {
    NODE_ALONE.ensure()
}

/// Makes the environment of the client of PayTR in the target folder, or takes the one of an earlier run.
///
/// # Errors
///
/// Python is missing and cannot be installed, or a package cannot be fetched, or is not the one that was
/// pinned.
pub(super) fn python() -> Result<Box<dyn Need>> {
    let pins = Path::new(TESTS).join("python/requirements.txt");
    python_environment(PYTHON, "python-client", &pins, "paytr")
}

/// Makes the environment of the Flask app behind the relay, or takes the one of an earlier run.
///
/// # Errors
///
/// As [`python`].
pub(super) fn flask() -> Result<Box<dyn Need>> {
    let pins = Path::new(RELAY_APPS).join("flask/requirements.txt");
    python_environment(FLASK, "relay-flask", &pins, "flask, standardwebhooks")
}

fn python_environment(
    variable: &'static str,
    folder: &str,
    pins: &Path,
    modules: &str,
) -> Result<Box<dyn Need>> {
    PYTHON_PACKAGES.ensure()?;
    let folder = target_folder()?.join(folder);
    let interpreter = folder.join("bin/python");
    // It works only while the interpreter that made it is there.
    let imports = format!("import {modules}");
    let works = || succeeds(Command::new(&interpreter).args(["-c", &imports]));
    installed(&folder, pins, works, || {
        run(Command::new("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&folder))?;
        run(Command::new(&interpreter)
            .args(["-m", "pip", "install", "--quiet"])
            .args(["--disable-pip-version-check", "--require-hashes"])
            .args(["--only-binary", ":all:", "--requirement"])
            .arg(pins))
    })
    .context("the Python packages for the tests")?;
    Ok(Box::new(Installed {
        variable,
        path: interpreter,
    }))
}

/// Installs the clients of PayTR in the target folder, or takes those of an earlier run. No script of a package is
/// run.
///
/// # Errors
///
/// Node.js or npm is missing and cannot be installed, or a package cannot be fetched, or is not the one that was
/// pinned.
pub(super) fn node() -> Result<Box<dyn Need>> {
    node_packages(NODE_MODULES, "node-clients", &Path::new(TESTS).join("node"))
}

/// Installs what the Express app behind the relay needs, or takes what an earlier run installed.
///
/// # Errors
///
/// As [`node`].
pub(super) fn express() -> Result<Box<dyn Need>> {
    let source = Path::new(RELAY_APPS).join("express");
    node_packages(EXPRESS, "relay-express", &source)
}

fn node_packages(variable: &'static str, folder: &str, source: &Path) -> Result<Box<dyn Need>> {
    NODE_PACKAGES.ensure()?;
    let folder = target_folder()?.join(folder);
    let modules = folder.join("node_modules");
    let pins = source.join("package-lock.json");
    let works = || modules.is_dir();
    installed(&folder, &pins, works, || {
        fs::create_dir_all(&folder)?;
        for name in ["package.json", "package-lock.json"] {
            fs::copy(source.join(name), folder.join(name)).context(name)?;
        }
        run(Command::new("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .args(["--loglevel", "error"])
            .current_dir(&folder))
    })
    .context("the packages of Node.js for the tests")?;
    Ok(Box::new(Installed {
        variable,
        path: modules,
    }))
}

/// PHP, which needs no packages but Debian's.
struct Php;

impl Need for Php {}

/// Makes sure that PHP is there, with its extensions for HTTP and SQLite.
///
/// # Errors
///
/// It is missing and the packages cannot be installed.
pub(super) fn php() -> Result<Box<dyn Need>> {
    PHP_PACKAGES.ensure()?;
    Ok(Box::new(Php))
}

/// Installs, unless an earlier run installed the same pins and what it made still works.
fn installed(
    folder: &Path,
    pins: &Path,
    works: impl Fn() -> bool,
    install: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let wanted = fs::read_to_string(pins).with_context(|| pins.display().to_string())?;
    let done = folder.join("installed.txt");
    let is_there = fs::read_to_string(&done).is_ok_and(|installed| installed == wanted);
    if !is_there || !works() {
        install()?;
        fs::write(&done, wanted)?;
    }
    Ok(())
}

fn can_make_environments() -> bool {
    // Debian's python3 has the module and not what it unpacks.
    succeeds(Command::new("python3").args(["-c", "import venv, ensurepip"]))
}

fn target_folder() -> Result<PathBuf> {
    let program = std::env::current_exe().context("the path of this program")?;
    let mut above = program.ancestors();
    let target = above.find(|folder| folder.join("CACHEDIR.TAG").is_file());
    Ok(target
        .context("this program is in no target folder")?
        .to_owned())
}
