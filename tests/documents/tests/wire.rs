//! Every type of `paytr-core` that is posted to PayTR or comes from it says, for each field, how it is named there, in
//! which unit and range, and how that is known.

#![allow(clippy::unwrap_used, reason = "what cannot be read fails the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::{Attribute, Expr, Fields, Item, Lit, Meta, Visibility};

const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../paytr-core/src");

const HEAD: &str = "| field | name | unit and range | evidence |";

const EVIDENCE: [&str; 3] = ["documented", "recorded", "assumed"];

/// Types with public fields that are never on the wire.
const OF_THIS_CRATE: [&str; 4] = ["BrokenRule", "MountTexts", "RequestHead", "SignedFields"];

/// Types whose fields are reached by methods.
const WITH_METHODS: [&str; 7] = [
    "PaymentCallback",
    "LinkCallback",
    "EftNotice",
    "TransferResult",
    "CashoutResult",
    "BinLookup",
    "IframeToken",
];

struct Struct {
    doc: String,
    /// Its public fields, without the reply as it came.
    fields: BTreeSet<String>,
}

fn files(folder: &Path, all: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, all);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            all.push(path);
        }
    }
}

fn doc(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| {
        let Meta::NameValue(pair) = &attribute.meta else {
            return None;
        };
        match &pair.value {
            Expr::Lit(literal) if pair.path.is_ident("doc") => match &literal.lit {
                Lit::Str(text) => Some(text.value().trim().to_owned() + "\n"),
                _ => None,
            },
            _ => None,
        }
    });
    lines.collect()
}

/// Enums and types of one value that are never on the wire.
const VALUES_OF_THIS_CRATE: [&str; 12] = [
    "Answer",
    "CallbackError",
    "CardInput",
    "DateError",
    "Effect",
    "GrammarError",
    "InvalidRequest",
    "NotificationKind",
    "PersonalData",
    "PlatformResult",
    "RawJson",
    "UnreadableField",
];

/// Every public enum and type of one value under `api`, `callback` and `wire`, with its documentation.
fn values() -> BTreeMap<String, String> {
    let mut all = Vec::new();
    for folder in ["api", "callback", "wire"] {
        files(&Path::new(SOURCE).join(folder), &mut all);
    }
    let mut values = BTreeMap::new();
    for path in all {
        let file = syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap();
        for item in file.items {
            let (visibility, name, attributes) = match item {
                Item::Enum(item) => (item.vis, item.ident, item.attrs),
                Item::Struct(item) if matches!(item.fields, Fields::Unnamed(_)) => {
                    (item.vis, item.ident, item.attrs)
                }
                _ => continue,
            };
            if matches!(visibility, Visibility::Public(_)) {
                values.insert(name.to_string(), doc(&attributes));
            }
        }
    }
    values.retain(|name, _| !VALUES_OF_THIS_CRATE.contains(&name.as_str()));
    values
}

#[test]
fn every_value_on_the_wire_says_how_it_is_known() {
    let values = values();
    assert!(values.len() >= 20, "{}", values.len());
    for (name, doc) in values {
        let (_, after) = doc
            .split_once("On the wire")
            .unwrap_or_else(|| panic!("{name} does not say how it is on the wire"));
        let after = after.to_lowercase();
        assert!(EVIDENCE.iter().any(|word| after.contains(word)), "{name}");
        assert!(
            after.contains("<https://dev.paytr.com/"),
            "{name} names no page"
        );
    }
}

/// Every public struct under `api` and `callback`.
fn structs() -> BTreeMap<String, Struct> {
    let mut all = Vec::new();
    for folder in ["api", "callback"] {
        files(&Path::new(SOURCE).join(folder), &mut all);
    }
    let mut structs = BTreeMap::new();
    for path in all {
        let file = syn::parse_file(&fs::read_to_string(&path).unwrap()).unwrap();
        for item in file.items {
            let Item::Struct(item) = item else { continue };
            if !matches!(item.vis, Visibility::Public(_)) {
                continue;
            }
            let public = item
                .fields
                .iter()
                .filter(|field| matches!(field.vis, Visibility::Public(_)));
            let names = public.filter_map(|field| Some(field.ident.as_ref()?.to_string()));
            let one = Struct {
                doc: doc(&item.attrs),
                fields: names.filter(|name| name != "raw").collect(),
            };
            structs.insert(item.ident.to_string(), one);
        }
    }
    structs
}

fn on_the_wire() -> BTreeMap<String, Struct> {
    let mut structs = structs();
    structs.retain(|name, one| {
        let is_asked = !one.fields.is_empty() || WITH_METHODS.contains(&name.as_str());
        is_asked && !OF_THIS_CRATE.contains(&name.as_str())
    });
    structs
}

/// The cells of each row of the table.
fn rows<'a>(name: &str, doc: &'a str) -> Vec<[&'a str; 4]> {
    let (_, table) = doc
        .split_once(HEAD)
        .unwrap_or_else(|| panic!("{name} has no table {HEAD}"));
    let lines = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let cells = |line: &'a str| -> Option<[&'a str; 4]> {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        cells.try_into().ok()
    };
    lines
        .map(|line| cells(line).unwrap_or_else(|| panic!("{name}: {line}")))
        .collect()
}

/// What stands between backticks, if it is one name.
fn names(cell: &str) -> Vec<&str> {
    let names = cell.split('`').skip(1).step_by(2);
    names.filter(|name| !name.contains('…')).collect()
}

#[test]
fn every_field_on_the_wire_has_its_row_with_unit_range_and_evidence() {
    let all = on_the_wire();
    assert!(all.len() >= 40, "{}", all.len());
    for (name, one) in &all {
        let rows = rows(name, &one.doc);
        let fields: BTreeSet<_> = rows.iter().flat_map(|[field, ..]| names(field)).collect();
        assert_eq!(fields.len(), rows.len(), "{name}: a row is there twice");
        if !WITH_METHODS.contains(&name.as_str()) {
            let expected: BTreeSet<_> = one.fields.iter().map(String::as_str).collect();
            assert_eq!(fields, expected, "{name}");
        }
        for [field, _, range, evidence] in rows {
            assert!(!range.is_empty(), "{name}: {field}");
            assert!(EVIDENCE.contains(&evidence), "{name}: {field}: {evidence}");
        }
    }
}

#[test]
fn every_type_on_the_wire_names_the_page_and_its_date() {
    for (name, one) in on_the_wire() {
        let (_, after) = one.doc.split_once(HEAD).unwrap();
        assert!(
            after.contains("<https://dev.paytr.com/"),
            "{name} names no page"
        );
        assert!(after.contains("as published in "), "{name} has no date");
    }
}

/// A name that the code neither posts nor reads is a slip, or the field is gone.
#[test]
fn every_name_on_the_wire_stands_in_the_code() {
    let mut all = Vec::new();
    files(Path::new(SOURCE), &mut all);
    let code: String = all
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let code: String = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    for (name, one) in on_the_wire() {
        for [field, on_the_wire, ..] in rows(&name, &one.doc) {
            for wire_name in names(on_the_wire) {
                let literal = ["\"", "_"].iter().any(|start| {
                    code.contains(&format!("{start}{wire_name}\""))
                        || code.contains(&format!("\"{wire_name}{start}"))
                });
                assert!(literal, "{name}: {field}: {wire_name}");
            }
        }
    }
}
