//! Chromium and its driver, for the tests that buy something in a browser.

use std::io::IsTerminal;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::Need;
use crate::run::run;

/// The programs, and Debian's packages that hold them.
const PROGRAMS: [&str; 2] = ["chromium", "chromedriver"];
const PACKAGES: [&str; 2] = ["chromium", "chromium-driver"];

struct Browser;

impl Need for Browser {}

/// Makes sure that both programs are on the path.
///
/// # Errors
///
/// One is missing and the packages cannot be installed.
pub(super) fn provide() -> Result<Box<dyn Need>> {
    if !missing().is_empty() {
        eprintln!("\nmissing: {}", missing().join(", "));
        install().with_context(advice)?;
    }
    let missing = missing();
    anyhow::ensure!(
        missing.is_empty(),
        "still missing: {}; {}",
        missing.join(", "),
        advice()
    );
    Ok(Box::new(Browser))
}

fn advice() -> String {
    format!(
        "the browser tests need {}; on Debian run as root: apt-get install {}",
        PROGRAMS.join(" and "),
        PACKAGES.join(" ")
    )
}

fn missing() -> Vec<&'static str> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_there = |program: &str| {
        std::env::split_paths(&path).any(|folder| is_program(&folder.join(program)))
    };
    PROGRAMS
        .into_iter()
        .filter(|program| !is_there(program))
        .collect()
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata()
        .is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

fn install() -> Result<()> {
    // A fresh container has no package lists. Where they are only stale, or one source is down, installing may still work.
    if let Err(error) = run(as_root()?.args(["apt-get", "update"])) {
        eprintln!("{error:#}; trying to install all the same");
    }
    run(as_root()?
        .args(["apt-get", "install", "--yes", "--no-install-recommends"])
        .args(PACKAGES))
}

/// The start of a command that runs as root without questions from the package manager.
fn as_root() -> Result<Command> {
    let mut command = if is_root()? {
        Command::new("env")
    } else {
        let mut sudo = Command::new("sudo");
        // Nobody is there to type a password.
        if std::env::var_os("CI").is_some() || !std::io::stderr().is_terminal() {
            sudo.arg("--non-interactive");
        }
        sudo.arg("env");
        sudo
    };
    command.arg("DEBIAN_FRONTEND=noninteractive");
    Ok(command)
}

fn is_root() -> Result<bool> {
    let id = Command::new("id")
        .arg("-u")
        .output()
        .context("`id -u` could not be started")?;
    Ok(id.stdout.trim_ascii() == b"0")
}
