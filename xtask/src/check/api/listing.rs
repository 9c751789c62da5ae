//! The public API of one crate as lines of text, from rustdoc's JSON.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use anyhow::{Context as _, Result};
use public_api::{Builder, PublicItem};
use rustdoc_types::{Crate, Id, Item, ItemEnum};

/// What a crate shows to the crates that use it.
pub(super) struct Listing {
    /// One public item each, in an order that keeps those of a type together.
    pub(super) lines: Vec<String>,
    /// The other crates whose types stand there, each with the first line that names it.
    pub(super) foreign: BTreeMap<String, String>,
}

/// The version of the format, without reading the rest, which another version may have changed.
pub(super) fn format_version(json: &str) -> Option<u32> {
    let (_, version) = json.rsplit_once("\"format_version\":")?;
    version.trim_end().strip_suffix('}')?.trim().parse().ok()
}

/// Reads the listing from the JSON in a file.
///
/// Left out are the implementations that every type has, and the functions of a trait's implementation, which the trait
/// already names.
///
/// # Errors
///
/// The text is no JSON of rustdoc in the version that the library here reads.
pub(super) fn read(path: &Path, json: &str) -> Result<Listing> {
    let documented: Crate = serde_json::from_str(json).context("rustdoc's JSON")?;
    let api = Builder::from_rustdoc_json(path)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .build()?;
    let mut seen = HashSet::new();
    let lines: Vec<String> = api
        .items()
        .filter(|item| !is_implied(item, &documented.index))
        .map(|item| line(item, &documented.index))
        // A type that stands in two places has its functions listed at each.
        .filter(|line| seen.insert(line.clone()))
        .collect();
    let others = documented.external_crates.values();
    let others = others.map(|other| other.name.as_str()).collect();
    let foreign = foreign(&lines, &others);
    Ok(Listing { lines, foreign })
}

/// Whether another line says it already.
fn is_implied(item: &PublicItem, index: &HashMap<Id, Item>) -> bool {
    let inner = |id: Id| index.get(&id).map(|item| &item.inner);
    let is_of_trait = item.parent_id().is_some_and(
        |parent| matches!(inner(parent), Some(ItemEnum::Impl(of)) if of.trait_.is_some()),
    );
    match inner(item.id()) {
        Some(ItemEnum::Function(_)) => is_of_trait,
        // What `derive(PartialEq)` tells the compiler.
        Some(ItemEnum::Impl(of)) => of
            .trait_
            .as_ref()
            .is_some_and(|of| of.path.ends_with("StructuralPartialEq")),
        _ => false,
    }
}

/// The item, and for something that another crate's item is shown as, what it is there.
fn line(item: &PublicItem, index: &HashMap<Id, Item>) -> String {
    match index.get(&item.id()).map(|item| &item.inner) {
        Some(ItemEnum::Use(shown)) => format!("{item} = {}", shown.source),
        _ => item.to_string(),
    }
}

/// The crates of the standard library.
const STANDARD: [&str; 4] = ["alloc", "core", "proc_macro", "std"];

fn foreign(lines: &[String], others: &HashSet<&str>) -> BTreeMap<String, String> {
    let mut foreign = BTreeMap::new();
    for line in lines {
        for path in paths(line) {
            let name = path.split("::").next().unwrap_or(path);
            // What a macro of another crate wrote for itself is not meant for those who read the API.
            if others.contains(name) && !STANDARD.contains(&name) && !path.contains("::__private") {
                foreign
                    .entry(name.to_owned())
                    .or_insert_with(|| line.clone());
            }
        }
    }
    foreign
}

/// The paths in a line, such as `http::request::Request`. A part of one that follows `>` starts with `::`, and a lifetime
/// with its quote: neither is a crate's name.
fn paths(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !(c.is_alphanumeric() || "_:'".contains(c)))
        .map(|word| word.trim_end_matches(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_that_of_the_outermost_object() {
        let json = r#"{"docs":"\"format_version\":1}","format_version":57}"#;
        assert_eq!(format_version(json), Some(57));
        assert_eq!(format_version("{}"), None);
    }

    #[test]
    fn a_listing_in_another_version_is_an_error() {
        assert!(read(Path::new("/no/such/file"), "{\"format_version\":1}").is_err());
    }

    fn foreign_in(line: &str) -> Vec<String> {
        let others = HashSet::from(["bytes", "core", "http", "pin_project_lite"]);
        foreign(&[line.to_owned()], &others).into_keys().collect()
    }

    #[test]
    fn types_of_other_crates_are_found_wherever_they_stand() {
        assert_eq!(
            foreign_in(
                "pub fn a::F<T>::call(&self, &http::Request<T>) -> core::option::Option<[bytes::Bytes]>"
            ),
            ["bytes", "http"]
        );
        assert_eq!(
            foreign_in("impl<T: http::X> a::Y for T where T: bytes::Z"),
            ["bytes", "http"]
        );
        assert_eq!(foreign_in("pub use a::http = http"), ["http"]);
    }

    #[test]
    fn modules_lifetimes_and_hidden_names_with_the_name_of_a_crate_do_not_count() {
        assert!(foreign_in("pub fn a::http::get(u8)").is_empty());
        assert!(foreign_in("pub fn a::f<'http>(&'http str)").is_empty());
        assert!(foreign_in("pub type a::X<T>::Y = <T as a::Z>::http").is_empty());
        assert!(foreign_in("impl a::X where pin_project_lite::__private::P: core::A").is_empty());
    }
}
