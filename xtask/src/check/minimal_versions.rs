//! The step `minimal-versions`: the published libraries compile with the lowest versions that their manifests allow.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use super::Verdict;
use crate::run::{cargo, root, run};
use crate::workspace::{Library, Workspace};

/// The step. It works on a copy, whose Cargo.lock differs only where a requirement is lower than the version in use; what
/// both have in common is built once.
///
/// # Errors
///
/// A requirement is too low.
pub(super) fn check() -> Result<Verdict> {
    let workspace = Workspace::read()?;
    let lower = lower(&workspace.libraries);
    if lower.is_empty() {
        eprintln!(
            "\nCargo.lock has the lowest version that each requirement allows: the other steps compile them"
        );
        return Ok(Verdict::Passed);
    }
    let copy = workspace.target.join("minimal-versions");
    synchronize(root(), &files()?, &copy)?;

    let advice = "raise the requirement in Cargo.toml, at most to the version in Cargo.lock";
    let mut update = cargo(["update", "-Z", "direct-minimal-versions"]);
    update.args(&lower).current_dir(&copy);
    // The option is for those who publish, and not yet stable. It compiles nothing.
    run(update.env("RUSTC_BOOTSTRAP", "1"))
        .with_context(|| format!("no version of a dependency is as low as allowed; {advice}"))?;

    let mut check = cargo([
        "check",
        "--locked",
        "--workspace",
        "--lib",
        "--all-features",
    ]);
    check.current_dir(&copy);
    run(check.env("CARGO_TARGET_DIR", &workspace.target))
        .with_context(|| format!("with {} as low as allowed; {advice}", lower.join(", ")))?;
    Ok(Verdict::Passed)
}

/// The dependencies that Cargo.lock has in a higher version than needed, as cargo takes their names.
fn lower(libraries: &[Library]) -> Vec<String> {
    let requirements = libraries.iter().flat_map(|library| &library.requirements);
    let lower: BTreeSet<_> = requirements
        .filter(|requirement| requirement.lowest != requirement.locked)
        .map(|requirement| format!("{}@{}", requirement.name, requirement.locked))
        .collect();
    lower.into_iter().collect()
}

/// Every file of the checkout that git knows or could be told of.
fn files() -> Result<BTreeSet<PathBuf>> {
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others"])
        .arg("--exclude-standard")
        .current_dir(root())
        .output()
        .context("git is needed for a copy of the sources")?;
    ensure!(listed.status.success(), "git could not list the sources");
    let names = listed.stdout.split(|byte| *byte == 0);
    let files = names.map(|name| PathBuf::from(OsStr::from_bytes(name)));
    // A file that is deleted and not yet committed is listed too.
    Ok(files.filter(|file| root().join(file).is_file()).collect())
}

/// Makes the copy like the checkout. A file that is alike is left as it is: to cargo, a new time is a change.
fn synchronize(from: &Path, files: &BTreeSet<PathBuf>, copy: &Path) -> Result<()> {
    for file in files {
        let target = copy.join(file);
        let content = fs::read(from.join(file)).with_context(|| file.display().to_string())?;
        if fs::read(&target).is_ok_and(|old| old == content) {
            continue;
        }
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&target, content).with_context(|| target.display().to_string())?;
    }
    remove_others(copy, copy, files)
}

fn remove_others(folder: &Path, copy: &Path, files: &BTreeSet<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            remove_others(&path, copy, files)?;
        } else if path
            .strip_prefix(copy)
            .is_ok_and(|name| !files.contains(name))
        {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Requirement;

    fn requirement(name: &str, lowest: &str, locked: &str) -> Requirement {
        Requirement {
            name: name.to_owned(),
            lowest: lowest.to_owned(),
            locked: locked.to_owned(),
        }
    }

    #[test]
    fn what_is_locked_higher_than_needed_is_lowered_once() {
        let library = |name: &str| Library {
            name: name.to_owned(),
            public_types: Vec::new(),
            requirements: vec![
                requirement("same", "1.0.0", "1.0.0"),
                requirement("higher", "1.0.0", "1.2.0"),
            ],
        };
        assert_eq!(lower(&[library("a"), library("b")]), ["higher@1.2.0"]);
    }

    #[test]
    fn a_copy_follows_and_leaves_alone_what_is_alike() {
        let folder = std::env::temp_dir().join(format!("xtask-copy-{}", std::process::id()));
        let (from, copy) = (folder.join("from"), folder.join("copy"));
        fs::create_dir_all(from.join("src")).unwrap();
        for file in ["a", "src/b", "src/c"] {
            fs::write(from.join(file), file).unwrap();
        }
        let files = |names: &[&str]| names.iter().map(PathBuf::from).collect::<BTreeSet<_>>();
        synchronize(&from, &files(&["a", "src/b", "src/c"]), &copy).unwrap();
        let time = fs::metadata(copy.join("a")).unwrap().modified().unwrap();

        fs::write(from.join("src/b"), "new").unwrap();
        synchronize(&from, &files(&["a", "src/b"]), &copy).unwrap();
        assert_eq!(fs::read(copy.join("src/b")).unwrap(), b"new");
        assert!(!copy.join("src/c").exists());
        let later = fs::metadata(copy.join("a")).unwrap().modified().unwrap();
        assert_eq!(time, later);
        fs::remove_dir_all(folder).unwrap();
    }
}
