//! Starting programs, with the command line shown first, and the tools of the Rust toolchain, installed where they are
//! missing.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

/// A call of the cargo that runs this program, in the workspace's root: cargo-deny looks only where it stands.
pub(crate) fn cargo<I>(arguments: I) -> Command
where
    I: IntoIterator,
    I::Item: AsRef<OsStr>,
{
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root());
    // `cargo run` sets these for xtask. Build scripts that watch them would take every change for a reason to build again.
    for (name, _) in std::env::vars_os() {
        if is_about_this_package(&name.to_string_lossy()) {
            command.env_remove(name);
        }
    }
    command
}

/// The workspace's root.
pub(crate) fn root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}

fn is_about_this_package(variable: &str) -> bool {
    variable.starts_with("CARGO_PKG_") || variable.starts_with("CARGO_MANIFEST_")
}

/// Runs a program to its end, with its output on the terminal and nothing on its standard input.
///
/// # Errors
///
/// It could not be started, or it ended with anything but success.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = command_line(command);
    eprintln!("\n$ {line}");
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("`{line}` could not be started"))?;
    ensure!(status.success(), "`{line}` failed ({status})");
    Ok(())
}

/// What a program writes to its standard output.
///
/// # Errors
///
/// It could not be started, or it ended with anything but success.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let line = command_line(command);
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("`{line}` could not be started"))?;
    ensure!(
        output.status.success(),
        "`{line}` failed ({})",
        output.status
    );
    String::from_utf8(output.stdout).with_context(|| format!("what `{line}` says"))
}

/// Whether a program can be started and succeeds, without a word on the terminal.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The command as one would type it, with the variables set for it.
fn command_line(command: &Command) -> String {
    let mut words = Vec::new();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            words.push(format!("{}={}", name.display(), quoted(value)));
        }
    }
    let program = Path::new(command.get_program());
    words.push(quoted(program.file_name().unwrap_or(command.get_program())));
    words.extend(command.get_args().map(quoted));
    words.join(" ")
}

fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    if word.is_empty() || word.contains(|c: char| c.is_whitespace() || "()|&'*$".contains(c)) {
        format!("'{}'", word.replace('\'', r"'\''"))
    } else {
        word.into_owned()
    }
}

/// A tool from crates.io.
///
/// It is built where it is missing, which needs nothing but the toolchain that is there anyway.
pub(crate) struct Tool {
    program: Program,
    package: &'static str,
    /// What it is built with beside its default, as options of `cargo install`.
    options: &'static [&'static str],
    /// A newer minor version may read our settings in another way.
    version: &'static str,
}

/// How a tool is called.
enum Program {
    /// As a subcommand of cargo.
    Subcommand(&'static str),
    /// By its own name.
    Alone(&'static str),
}

impl Program {
    fn version(&self) -> Command {
        match self {
            Self::Subcommand(name) => cargo([name, "--version"]),
            Self::Alone(name) => {
                let mut command = Command::new(name);
                command.arg("--version");
                command
            }
        }
    }
}

/// Runs the tests.
pub(crate) const NEXTEST: Tool = Tool {
    program: Program::Subcommand("nextest"),
    package: "cargo-nextest",
    version: "^0.9",
    options: &[],
};

/// Checks the dependencies.
pub(crate) const DENY: Tool = Tool {
    program: Program::Subcommand("deny"),
    package: "cargo-deny",
    version: "^0.20",
    options: &[],
};

/// Checks each feature alone.
pub(crate) const HACK: Tool = Tool {
    program: Program::Subcommand("hack"),
    package: "cargo-hack",
    version: "^0.6",
    options: &[],
};

/// Breaks the code in small ways.
pub(crate) const MUTANTS: Tool = Tool {
    program: Program::Subcommand("mutants"),
    package: "cargo-mutants",
    version: "^27.1",
    options: &[],
};

/// Finds unused dependencies. From 1.10 on it also warns about each library without tests.
pub(crate) const SHEAR: Tool = Tool {
    program: Program::Subcommand("shear"),
    package: "cargo-shear",
    version: "=1.9.1",
    options: &[],
};

/// Makes a book of pages. It is a program here and no dependency: it would be compiled for every command of xtask, with
/// a hundred crates behind it. The server and the watcher are left out, which are most of them.
pub(crate) const MDBOOK: Tool = Tool {
    program: Program::Alone("mdbook"),
    package: "mdbook",
    version: "^0.5",
    options: &["--no-default-features", "--features", "search"],
};

impl Tool {
    /// Makes sure that the tool is there; building it takes some minutes.
    ///
    /// # Errors
    ///
    /// It is missing and cannot be installed.
    pub(crate) fn ensure(&self) -> Result<()> {
        if succeeds(&mut self.program.version()) {
            return Ok(());
        }
        eprintln!(
            "\n{} is missing: installing it takes some minutes",
            self.package
        );
        let mut install = cargo(["install", "--locked", self.package, "--version"]);
        run(install.arg(self.version).args(self.options))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_is_an_error_that_shows_the_command_line() {
        let error = run(Command::new("sh").args(["-c", "exit 3"])).unwrap_err();
        assert!(
            error.to_string().starts_with("`sh -c 'exit 3'` failed"),
            "{error}"
        );
    }

    #[test]
    fn the_output_of_a_program_is_read_and_its_failure_is_an_error() {
        assert_eq!(output(Command::new("echo").arg("a")).unwrap(), "a\n");
        assert!(output(Command::new("sh").args(["-c", "exit 3"])).is_err());
    }

    #[test]
    fn a_missing_program_is_an_error_and_no_success() {
        assert!(run(&mut Command::new("no-such-program-here")).is_err());
        assert!(!succeeds(&mut Command::new("no-such-program-here")));
    }

    #[test]
    fn a_program_has_nothing_to_read() {
        run(Command::new("sh").args(["-c", "! read line"])).unwrap();
    }

    #[test]
    fn the_command_line_shows_variables_and_quotes() {
        let mut command = Command::new("/usr/bin/cargo");
        command
            .env("RUSTDOCFLAGS", "-D warnings")
            .env_remove("HOME")
            .args(["doc", "it's"]);
        assert_eq!(
            command_line(&command),
            r"RUSTDOCFLAGS='-D warnings' cargo doc 'it'\''s'"
        );
    }

    #[test]
    fn only_variables_of_this_package_are_taken_away() {
        assert!(is_about_this_package("CARGO_PKG_VERSION"));
        assert!(is_about_this_package("CARGO_MANIFEST_DIR"));
        for kept in [
            "CARGO_HOME",
            "CARGO_TARGET_DIR",
            "CARGO_INCREMENTAL",
            "PATH",
        ] {
            assert!(!is_about_this_package(kept), "{kept}");
        }
    }
}
