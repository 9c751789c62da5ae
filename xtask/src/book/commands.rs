//! The commands that the pages name: `cargo xtask`, `cargo run` and `cargo install`. Those of `paytr` are held to its
//! arguments by a test of `paytr-cli`.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::languages::pairs;
use super::page::Page;

/// The commands of the English pages that do not exist, one line each. The Turkish pages have the same.
///
/// # Errors
///
/// A page cannot be read.
pub(crate) fn unknown(root: &Path) -> Result<Vec<String>> {
    let mut unknown = Vec::new();
    for pair in pairs(root)? {
        let path = pair.english;
        let text =
            fs::read_to_string(root.join(&path)).with_context(|| path.display().to_string())?;
        let page = Page::read(&text);
        let in_blocks = page.blocks.iter().filter(|block| block.info == "sh");
        let in_blocks = in_blocks.flat_map(|block| block.text.lines());
        for line in in_blocks.chain(page.spans.iter().map(String::as_str)) {
            // What stands behind a blank and a number sign is a remark.
            let line = line.split(" #").next().unwrap_or(line);
            let words: Vec<_> = line.split_whitespace().collect();
            if let ["cargo", arguments @ ..] = &*words
                && let Err(reason) = check(root, arguments)
            {
                unknown.push(format!("{}: `{}`: {reason}", path.display(), line.trim()));
            }
        }
    }
    Ok(unknown)
}

fn check(root: &Path, arguments: &[&str]) -> Result<(), String> {
    match arguments {
        ["xtask" | "run"] | ["add" | "test", ..] => Ok(()),
        ["xtask", "check", steps @ ..] => steps.iter().try_for_each(|step| {
            let is_step = step.starts_with("--") || crate::check::has_step(step);
            is_step
                .then_some(())
                .ok_or_else(|| format!("no step {step}"))
        }),
        ["xtask", command, flags @ ..] => {
            let help = crate::help_of(command).ok_or_else(|| format!("no command {command}"))?;
            let unknown = flags
                .iter()
                .find(|flag| flag.starts_with("--") && !help.contains(**flag));
            unknown.map_or(Ok(()), |flag| Err(format!("its help has no {flag}")))
        }
        ["run", "-p", package, ..] | ["install", "--path", package, ..] => {
            let places = ["", "examples"].map(|place| root.join(place).join(package));
            let exists = places.iter().any(|place| place.join("Cargo.toml").exists());
            exists
                .then_some(())
                .ok_or_else(|| format!("no package {package}"))
        }
        _ => Err("a form of cargo's commands that the check does not know".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::root;

    fn is_known(line: &str) -> bool {
        let words: Vec<_> = line.split_whitespace().skip(1).collect();
        check(root(), &words).is_ok()
    }

    #[test]
    fn commands_steps_flags_and_packages_have_to_exist() {
        for line in [
            "cargo xtask test",
            "cargo xtask check book docs",
            "cargo xtask check api --bless",
            "cargo xtask simulate --mutants",
            "cargo run -p axum-shop",
            "cargo install --path paytr-cli",
        ] {
            assert!(is_known(line), "{line}");
        }
        for line in [
            "cargo xtask tset",
            "cargo xtask check bok",
            "cargo xtask simulate --mutant-ninjas",
            "cargo run -p axum-shoppe",
            "cargo install --path paytr",
            "cargo frobnicate",
        ] {
            assert!(!is_known(line), "{line}");
        }
    }
}
