//! The step `api`: what the published libraries show to their users, against the listings in `docs/api`, and the crates
//! whose types stand there, against each manifest.

mod listing;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use self::listing::Listing;
use super::Verdict;
use crate::run::{cargo, output, root, run};
use crate::workspace::{Library, Workspace};

/// The step.
///
/// # Errors
///
/// An API is not as recorded, a type of a crate that the manifest does not name stands in it, or a library does not
/// compile.
pub(super) fn check() -> Result<Verdict> {
    let apis = match read()? {
        Read::All(apis) => apis,
        Read::Unknown(reason) => return Ok(Verdict::NotChecked(reason)),
    };
    let mut changed = Vec::new();
    for api in &apis {
        let file = api.file();
        let Ok(recorded) = fs::read_to_string(&file) else {
            eprintln!("\n{} is missing", file.display());
            changed.push(api.library.name.as_str());
            continue;
        };
        let difference = difference(&recorded, &api.listing.lines);
        if !difference.is_empty() {
            eprintln!("\nThe public API of {} changed:", api.library.name);
            for line in difference {
                eprintln!("{line}");
            }
            changed.push(&api.library.name);
        }
    }
    for file in abandoned(&apis)? {
        eprintln!("\n{} is of no published library", file.display());
        changed.push("docs/api");
    }
    let foreign = check_foreign(&apis);
    if !changed.is_empty() {
        let how = "if it is meant, record it with `cargo xtask check api --bless`";
        let more = foreign.err().map(|error| format!("; {error}"));
        bail!(
            "the public API is not as recorded: {}; {how}{}",
            changed.join(", "),
            more.unwrap_or_default()
        );
    }
    foreign?;
    Ok(Verdict::Passed)
}

/// Writes the listings anew.
///
/// # Errors
///
/// A library does not compile, the toolchain's JSON cannot be read, or a type of a crate that the manifest does not
/// name stands in an API: that is decided in the manifest.
pub(super) fn bless() -> Result<()> {
    let apis = match read()? {
        Read::All(apis) => apis,
        Read::Unknown(reason) => bail!(reason),
    };
    fs::create_dir_all(folder())?;
    for api in &apis {
        let text = api.listing.lines.join("\n") + "\n";
        fs::write(api.file(), text).with_context(|| api.file().display().to_string())?;
    }
    for file in abandoned(&apis)? {
        fs::remove_file(file)?;
    }
    eprintln!("\ncheck: the public API is recorded in docs/api");
    check_foreign(&apis)
}

struct Api {
    library: Library,
    listing: Listing,
}

impl Api {
    fn file(&self) -> PathBuf {
        folder().join(format!("{}.txt", self.library.name))
    }
}

fn folder() -> PathBuf {
    root().join("docs/api")
}

enum Read {
    All(Vec<Api>),
    /// Why this toolchain's JSON cannot be read.
    Unknown(String),
}

fn read() -> Result<Read> {
    let workspace = Workspace::read()?;
    document()?;
    let mut apis = Vec::new();
    for library in workspace.libraries {
        let name = library.name.replace('-', "_");
        let path = workspace.target.join("doc").join(format!("{name}.json"));
        let json = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let version = listing::format_version(&json);
        if version != Some(rustdoc_types::FORMAT_VERSION) {
            let rustc = output(Command::new("rustc").arg("--version"))?;
            return Ok(Read::Unknown(does_not_fit(rustc.trim(), version)));
        }
        let listing = listing::read(&path, &json).context(library.name.clone())?;
        apis.push(Api { library, listing });
    }
    Ok(Read::All(apis))
}

fn does_not_fit(rustc: &str, version: Option<u32>) -> String {
    let version = version.map_or("an unknown version".to_owned(), |version| {
        version.to_string()
    });
    format!(
        "{rustc} writes rustdoc's JSON in format {version}, and `public-api` in xtask/Cargo.toml reads format {}",
        rustdoc_types::FORMAT_VERSION
    )
}

/// Lets rustdoc write JSON. The whole workspace, as in the step `docs`: the dependencies are then built for both.
fn document() -> Result<()> {
    let mut command = cargo(["doc", "--workspace", "--no-deps", "--all-features"]);
    run(command
        .env("RUSTDOC", root().join("xtask/src/check/rustdoc.sh"))
        .env(
            "RUSTDOCFLAGS",
            "-Z unstable-options --output-format json --cap-lints warn",
        ))
}

/// The recorded lines that are gone, and the new ones. Their order does not count.
fn difference(recorded: &str, current: &[String]) -> Vec<String> {
    let now: HashSet<&str> = current.iter().map(String::as_str).collect();
    let then: HashSet<&str> = recorded.lines().collect();
    let gone = recorded.lines().filter(|line| !now.contains(line));
    let new = current.iter().filter(|line| !then.contains(line.as_str()));
    gone.map(|line| format!("- {line}"))
        .chain(new.map(|line| format!("+ {line}")))
        .collect()
}

/// The listings of crates that are no longer there.
fn abandoned(apis: &[Api]) -> Result<Vec<PathBuf>> {
    let known: BTreeSet<_> = apis.iter().map(Api::file).collect();
    let Ok(files) = fs::read_dir(folder()) else {
        return Ok(Vec::new());
    };
    let mut abandoned = Vec::new();
    for file in files {
        let path = file?.path();
        if path.extension().is_some_and(|extension| extension == "txt") && !known.contains(&path) {
            abandoned.push(path);
        }
    }
    Ok(abandoned)
}

fn check_foreign(apis: &[Api]) -> Result<()> {
    let mut wrong = Vec::new();
    for api in apis {
        let problems = foreign_problems(&api.library.public_types, &api.listing.foreign);
        if !problems.is_empty() {
            eprintln!(
                "\n[package.metadata.public-types] in the Cargo.toml of {}:",
                api.library.name
            );
            for problem in problems {
                eprintln!("  {problem}");
            }
            wrong.push(api.library.name.as_str());
        }
    }
    ensure!(
        wrong.is_empty(),
        "crates whose types stand in a public API: the list `allowed` in [package.metadata.public-types] does not fit in {}",
        wrong.join(", ")
    );
    Ok(())
}

fn foreign_problems(allowed: &[String], foreign: &BTreeMap<String, String>) -> Vec<String> {
    let unknown = foreign
        .iter()
        .filter(|(name, _)| !allowed.contains(name))
        .map(|(name, line)| format!("`{name}` is not allowed: {line}"));
    let idle = allowed
        .iter()
        .filter(|name| !foreign.contains_key(*name))
        .map(|name| format!("`{name}` is allowed, and no type of it stands in the API"));
    unknown.chain(idle).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_removed_and_added_lines_are_shown() {
        let current = ["c", "b", "d"].map(str::to_owned);
        assert_eq!(difference("a\nb\nc\n", &current), ["- a", "+ d"]);
        assert!(difference("d\nb\nc\n", &current).is_empty());
    }

    #[test]
    fn a_crate_that_is_not_allowed_and_one_that_is_not_there_are_problems() {
        let foreign = BTreeMap::from([
            ("bytes".to_owned(), "pub fn a::f(bytes::Bytes)".to_owned()),
            ("http".to_owned(), "pub use a::http = http".to_owned()),
        ]);
        let allowed = ["http", "url"].map(str::to_owned);
        assert_eq!(
            foreign_problems(&allowed, &foreign),
            [
                "`bytes` is not allowed: pub fn a::f(bytes::Bytes)",
                "`url` is allowed, and no type of it stands in the API",
            ]
        );
    }

    #[test]
    fn a_toolchain_that_does_not_fit_is_named() {
        let reason = does_not_fit("rustc 9.9.9", Some(99));
        assert!(reason.contains("rustc 9.9.9"), "{reason}");
        assert!(reason.contains("format 99"), "{reason}");
    }
}
