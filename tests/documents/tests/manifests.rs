//! What is written of features and Rust versions is what the manifests say.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what cannot be read fails the test"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// A crate that is published.
struct Published {
    name: String,
    folder: PathBuf,
    manifest: Table,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &Path) -> Table {
    fs::read_to_string(path).unwrap().parse().unwrap()
}

fn published() -> Vec<Published> {
    let workspace = read(&root().join("Cargo.toml"));
    let members = workspace["workspace"]["members"].as_array().unwrap();
    let crates = members.iter().map(|member| {
        let folder = root().join(member.as_str().unwrap());
        let manifest = read(&folder.join("Cargo.toml"));
        let name = manifest["package"]["name"].as_str().unwrap().to_owned();
        Published {
            name,
            folder,
            manifest,
        }
    });
    let is_published = |one: &Published| {
        let publish = one.manifest["package"].get("publish");
        publish.is_none_or(|publish| publish.as_bool() != Some(false))
    };
    crates.filter(is_published).collect()
}

/// The features with the mark of a default one, as a front page writes them.
fn features(manifest: &Table) -> BTreeSet<String> {
    let Some(features) = manifest.get("features").and_then(Value::as_table) else {
        return BTreeSet::new();
    };
    let defaults = features.get("default").and_then(Value::as_array);
    let is_default = |name: &String| {
        let mut defaults = defaults.into_iter().flatten();
        defaults.any(|default| default.as_str() == Some(name))
    };
    let names = features.keys().filter(|name| *name != "default");
    names
        .map(|name| {
            let mark = if is_default(name) { " (default)" } else { "" };
            format!("`{name}`{mark}")
        })
        .collect()
}

/// The rows of the list under `# Features`.
fn listed(front: &str) -> BTreeSet<String> {
    let lines = front.lines().filter_map(|line| line.strip_prefix("//!"));
    let mut lines = lines
        .map(str::trim)
        .skip_while(|line| *line != "# Features");
    lines.next();
    let lines = lines.take_while(|line| !line.starts_with("# "));
    let rows = lines.filter_map(|line| line.strip_prefix("* `"));
    rows.map(|row| format!("`{}", row.split(':').next().unwrap()))
        .collect()
}

#[test]
fn every_front_page_lists_the_features_of_its_manifest() {
    let mut with_features = 0;
    for one in published() {
        let Ok(front) = fs::read_to_string(one.folder.join("src/lib.rs")) else {
            continue;
        };
        let features = features(&one.manifest);
        with_features += usize::from(!features.is_empty());
        assert_eq!(listed(&front), features, "{}: # Features", one.name);
    }
    assert!(with_features >= 7, "{with_features}");
}

#[test]
fn every_front_page_begins_with_a_sentence_and_has_an_example() {
    for one in published() {
        let Ok(front) = fs::read_to_string(one.folder.join("src/lib.rs")) else {
            continue;
        };
        let first = front.lines().next().unwrap();
        assert!(first.starts_with("//! "), "{}: {first}", one.name);
        // A program's library has no users.
        let is_program = one.folder.join("src/main.rs").is_file();
        let has_example = front.contains("\n//! ```\n") || front.contains("\n//! ```no_run\n");
        assert!(is_program || has_example, "{} has no example", one.name);
    }
}

#[test]
fn the_pages_about_versions_have_every_crate_with_its_rust_version() {
    for page in ["docs/versions.md", "docs/versions.tr.md"] {
        let page = fs::read_to_string(root().join(page)).unwrap();
        let (_, table) = page.split_once("| crate | Rust |\n|---|---|\n").unwrap();
        let rows: BTreeSet<_> = table.lines().take_while(|line| !line.is_empty()).collect();
        let expected: Vec<_> = published()
            .iter()
            .map(|one| {
                let version = one.manifest["package"]["rust-version"].as_str().unwrap();
                format!("| `{}` | {version} |", one.name)
            })
            .collect();
        let expected: BTreeSet<_> = expected.iter().map(String::as_str).collect();
        assert_eq!(rows, expected);
    }
}
