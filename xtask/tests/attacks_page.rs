//! `docs/attacks.md` says which test shows that an attack is survived. Here the page is held to the code.

#![allow(clippy::unwrap_used, reason = "a failed test panics")]

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Where crates stand, from the root.
const PLACES: [&str; 3] = ["", "tests", "examples"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The rows of the tables whose last column is `test`, as cells.
fn rows(page: &str) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut is_of_tests = false;
    for line in page.lines() {
        let Some(inner) = line.strip_prefix("| ") else {
            is_of_tests &= line.starts_with("|-");
            continue;
        };
        let inner = inner.strip_suffix(" |").unwrap_or(inner);
        let cells: Vec<_> = inner.split(" | ").map(str::to_owned).collect();
        if cells.last().is_some_and(|last| last == "test") {
            is_of_tests = true;
        } else if is_of_tests {
            rows.push(cells);
        }
    }
    rows
}

/// "`name` (crate), `name` (crate)" as pairs.
fn tests_of(cell: &str) -> Vec<(String, String)> {
    let pairs = cell.split(", ").map(|test| {
        let test = test
            .strip_prefix('`')
            .and_then(|rest| rest.split_once("` ("));
        let (name, of) = test.unwrap_or_else(|| panic!("no `name` (crate): {cell}"));
        let of = of.strip_suffix(')').unwrap_or_else(|| panic!("{cell}"));
        (name.to_owned(), of.to_owned())
    });
    pairs.collect()
}

fn read_sources(folder: &Path, into: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            read_sources(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            into.push(fs::read_to_string(&path).unwrap());
        }
    }
}

/// The sources of the crate with this name.
fn sources(of: &str) -> Vec<String> {
    let folders = PLACES.map(|place| root().join(place).join(of));
    let folder = folders
        .iter()
        .find(|folder| folder.join("Cargo.toml").exists());
    let folder = folder.unwrap_or_else(|| panic!("there is no crate {of}"));
    let mut texts = Vec::new();
    read_sources(folder, &mut texts);
    texts
}

/// Whether the function with this name is a test: by its attribute, or because a macro stamps it, which needs
/// its name alone on a line.
fn is_test(texts: &[String], name: &str) -> bool {
    let head = format!("fn {name}");
    let is_head = |line: &str| {
        let rest = line.split_once(&head).map(|(_, rest)| rest);
        rest.is_some_and(|rest| rest.starts_with(['(', '<']))
    };
    let mut is_there = false;
    for text in texts {
        let lines: Vec<_> = text.lines().collect();
        for (at, _) in lines.iter().enumerate().filter(|(_, line)| is_head(line)) {
            is_there = true;
            let above = lines.iter().take(at).rev().map(|line| line.trim());
            let mut attributes = above.take_while(|line| line.starts_with(['#', '/']));
            if attributes.any(|line| line.starts_with("#[") && line.contains("test")) {
                return true;
            }
        }
    }
    let is_stamp = |line: &str| line.trim().trim_end_matches(',') == name;
    is_there && texts.iter().flat_map(|text| text.lines()).any(is_stamp)
}

#[test]
fn every_test_of_the_attack_page_exists_in_the_crate_that_it_names() {
    let page = fs::read_to_string(root().join("docs/attacks.md")).unwrap();
    let rows = rows(&page);
    assert!(rows.len() >= 130, "{}", rows.len());
    let mut crates: HashMap<String, Vec<String>> = HashMap::new();
    let mut missing = Vec::new();
    for cells in rows {
        assert_eq!(cells.len(), 3, "{cells:?}");
        for (name, of) in tests_of(cells.last().unwrap()) {
            let texts = crates.entry(of.clone()).or_insert_with(|| sources(&of));
            if !is_test(texts, &name) {
                missing.push(format!("{name} ({of})"));
            }
        }
    }
    assert!(missing.is_empty(), "no such tests: {missing:#?}");
}

#[test]
fn a_function_that_is_no_test_and_a_name_that_is_only_mentioned_are_no_tests() {
    let texts = [
        "/// Doc.\n#[tokio::test]\n#[cfg(unix)]\nasync fn a_test() {}\n",
        "// `mentioned` is a rule\nfn helper() { mentioned(); }\n",
        "pub async fn stamped<S: Subject>() {}\nstamp! {\n    stamped,\n}\n",
        "pub async fn forgotten(program: Program) {}\n",
    ]
    .map(str::to_owned);
    for (name, expected) in [
        ("a_test", true),
        ("stamped", true),
        ("helper", false),
        ("mentioned", false),
        ("forgotten", false),
        ("a_tes", false),
    ] {
        assert_eq!(is_test(&texts, name), expected, "{name}");
    }
}
