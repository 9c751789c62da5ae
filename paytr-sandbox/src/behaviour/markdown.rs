use std::fmt::Write as _;

use super::behaviours;

/// The whole table as Markdown, as the documentation of this crate shows it.
#[must_use]
pub fn behaviours_as_markdown() -> String {
    let mut text = String::from("| of | behaviour | evidence |\n|---|---|---|\n");
    for row in behaviours() {
        let of = if row.of.starts_with('/') {
            format!("`{}`", row.of)
        } else {
            row.of.to_owned()
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| {of} | {} | {} |", row.what, row.evidence);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The documentation includes the file. `UPDATE_DOCS=1` writes it anew.
    #[test]
    fn the_documented_table_is_the_one_in_the_code() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/behaviours.md");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(path, behaviours_as_markdown()).unwrap();
        }
        let documented = std::fs::read_to_string(path).unwrap();
        assert_eq!(
            documented,
            behaviours_as_markdown(),
            "run this test with UPDATE_DOCS=1"
        );
    }
}
