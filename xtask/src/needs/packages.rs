//! Debian's packages, installed where their programs are missing.

use std::io::IsTerminal;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::run::run;

/// Programs for the tests, and where they come from.
pub(super) struct Packages {
    /// Who needs them, such as "the browser tests".
    pub(super) needed_by: &'static str,
    /// The names of the packages.
    pub(super) names: &'static [&'static str],
    /// The programs among them that are not on this machine.
    pub(super) missing: fn() -> Vec<&'static str>,
    /// Called before the installation, after the package lists are up to date.
    pub(super) prepare: fn() -> Result<()>,
}

impl Packages {
    /// Installs the packages if a program is missing.
    ///
    /// # Errors
    ///
    /// A program is missing and the packages cannot be installed.
    pub(super) fn ensure(&self) -> Result<()> {
        let missing = (self.missing)();
        if !missing.is_empty() {
            eprintln!("\nmissing: {}", missing.join(", "));
            self.install().with_context(|| self.advice())?;
        }
        let missing = (self.missing)();
        anyhow::ensure!(
            missing.is_empty(),
            "still missing: {}; {}",
            missing.join(", "),
            self.advice()
        );
        Ok(())
    }

    fn advice(&self) -> String {
        let names = self.names.join(" ");
        format!(
            "{} need them; on Debian run as root: apt-get install {names}",
            self.needed_by
        )
    }

    fn install(&self) -> Result<()> {
        // A fresh container has no package lists. Where they are only stale, or one source is down, installing may still work.
        if let Err(error) = run(as_root()?.args(["apt-get", "update"])) {
            eprintln!("{error:#}; trying to install all the same");
        }
        (self.prepare)()?;
        install(self.names)
    }
}

/// Installs packages, with what they need and not what they recommend.
///
/// # Errors
///
/// The package manager fails, or this is not root and `sudo` wants a password that nobody can type.
pub(super) fn install(names: &[&str]) -> Result<()> {
    run(as_root()?
        .args(["apt-get", "install", "--yes", "--no-install-recommends"])
        .args(names))
}

/// Those of `programs` that are not on the path.
pub(super) fn not_on_the_path(programs: &[&'static str]) -> Vec<&'static str> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_there = |program: &str| {
        std::env::split_paths(&path).any(|folder| is_program(&folder.join(program)))
    };
    let programs = programs.iter().copied();
    programs.filter(|program| !is_there(program)).collect()
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata()
        .is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

/// The start of a command that runs as root without questions from the package manager.
///
/// # Errors
///
/// It cannot be found out who runs this.
pub(super) fn as_root() -> Result<Command> {
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
