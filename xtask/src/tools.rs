//! Tools of the Rust toolchain that the commands call, installed where they are missing.

use std::process::Command;

use anyhow::{Context, Result};

use crate::run::{cargo, run, succeeds};

/// A cargo subcommand from crates.io.
pub(crate) struct Tool {
    subcommand: &'static str,
    package: &'static str,
    /// A newer minor version may read our settings in another way.
    version: &'static str,
}

/// Runs the tests.
pub(crate) const NEXTEST: Tool = Tool {
    subcommand: "nextest",
    package: "cargo-nextest",
    version: "^0.9",
};

/// Checks the dependencies.
pub(crate) const DENY: Tool = Tool {
    subcommand: "deny",
    package: "cargo-deny",
    version: "^0.20",
};

impl Tool {
    /// Makes sure that the tool is there; building it takes some minutes.
    ///
    /// # Errors
    ///
    /// It is missing and cannot be installed.
    pub(crate) fn ensure(&self) -> Result<()> {
        if succeeds(&mut cargo([self.subcommand, "--version"])) {
            return Ok(());
        }
        eprintln!(
            "\n{} is missing: installing it takes some minutes",
            self.package
        );
        run(&mut cargo([
            "install",
            "--locked",
            self.package,
            "--version",
            self.version,
        ]))
        .with_context(|| format!("{} is needed and could not be installed", self.package))
    }
}

/// Makes sure that a component of the toolchain, such as `clippy`, is there. The minimal profile of rustup has none.
///
/// # Errors
///
/// It is missing and rustup cannot add it.
pub(crate) fn ensure_component(component: &str, subcommand: &str) -> Result<()> {
    if succeeds(&mut cargo([subcommand, "--version"])) {
        return Ok(());
    }
    run(Command::new("rustup").args(["component", "add", component]))
        .with_context(|| format!("the toolchain's component {component} is needed"))
}
