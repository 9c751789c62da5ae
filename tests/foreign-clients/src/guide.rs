//! `docs/test-without-paytr.md`, as its readers have it.

const GUIDE: &str = include_str!("../../../docs/test-without-paytr.md");

/// The only code block in this language, as it stands on the page; `None` if there is none, or more than one.
#[must_use]
pub fn code(language: &str) -> Option<&'static str> {
    let opening = format!("\n```{language}\n");
    let mut blocks = GUIDE.split(opening.as_str()).skip(1);
    let (block, None) = (blocks.next()?, blocks.next()) else {
        return None;
    };
    let end = block.find("\n```")?;
    block.get(..=end)
}

/// The words of the command that starts this file, from the table on the page.
#[must_use]
pub fn start(file: &str) -> Option<Vec<&'static str>> {
    let row = format!("| `{file}`");
    let row = GUIDE.lines().find(|line| line.starts_with(&row))?;
    let command = row.rsplit('`').nth(1)?;
    Some(command.split_whitespace().collect())
}
