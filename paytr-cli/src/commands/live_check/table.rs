//! The table: for people, for machines, and for docs/behaviours.md.

use comfy_table::{Cell, ContentArrangement, Table, presets};
use serde_json::{Value, json};

use super::check::{Check, Finding, Verdict};
use crate::exit::Failure;
use crate::output::{Plain, print};

/// A check, and what became of it.
pub(super) struct Row {
    pub(super) check: &'static Check,
    pub(super) finding: Finding,
}

/// The head of the table in Markdown.
const MARKDOWN_HEAD: &str =
    "| check | of | behaviour | known from | seen | so it is |\n|---|---|---|---|---|---|\n";

/// As wide as it is where nobody looks at it.
const WIDTH_WITHOUT_A_TERMINAL: u16 = 120;

pub(super) fn print_for_people(rows: &[Row]) -> Result<(), Failure> {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(terminal_width());
    table.set_header(["of", "behaviour", "known from", "seen", ""]);
    for Row { check, finding } in rows {
        let cells = [
            check.of,
            check.behaviour,
            check.known_from(),
            &finding.seen,
            finding.verdict.name(),
        ];
        table.add_row(cells.map(|text| Cell::new(Plain(text))));
    }
    print(&table.trim_fmt())?;
    let count = |verdict| {
        rows.iter()
            .filter(|row| row.finding.verdict == verdict)
            .count()
    };
    print(&format!(
        "as known: {}; DIFFERENT: {}; not seen: {}",
        count(Verdict::AsKnown),
        count(Verdict::Different),
        count(Verdict::NotSeen)
    ))
}

/// The width that the shell tells, if it does.
fn terminal_width() -> u16 {
    let columns = std::env::var("COLUMNS").ok();
    let columns = columns.and_then(|columns| columns.parse().ok());
    columns.unwrap_or(WIDTH_WITHOUT_A_TERMINAL).max(60)
}

pub(super) fn as_json(row: &Row) -> Value {
    json!({
        "check": row.check.name,
        "of": row.check.of,
        "behaviour": row.check.behaviour,
        "known_from": row.check.known_from(),
        "verdict": row.finding.verdict.name(),
        "seen": row.finding.seen,
    })
}

/// The table as docs/behaviours.md has it.
pub(super) fn as_markdown(rows: &[Row]) -> String {
    let mut text = MARKDOWN_HEAD.to_owned();
    for Row { check, finding } in rows {
        text.push_str(&line(check, &finding.seen, finding.verdict.name()));
    }
    text
}

/// The same before anybody has looked.
#[cfg(test)]
pub(super) fn unfilled<'a>(checks: impl Iterator<Item = &'a Check>) -> String {
    let lines: String = checks.map(|check| line(check, "–", "not seen")).collect();
    format!("{MARKDOWN_HEAD}{lines}")
}

fn line(check: &Check, seen: &str, verdict: &str) -> String {
    let of = if check.of.starts_with('/') {
        format!("`{}`", check.of)
    } else {
        check.of.to_owned()
    };
    format!(
        "| `{}` | {of} | {} | {} | {} | {verdict} |\n",
        check.name,
        check.behaviour,
        check.known_from(),
        Plain(seen).to_string().replace('|', "\\|"),
    )
}
