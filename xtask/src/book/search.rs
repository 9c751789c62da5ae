//! The search of the Turkish book, tried with the book's own scripts.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::needs;
use crate::run::run;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/book/search.mjs");

/// Checks that each word is found however its Turkish letters are typed.
///
/// # Errors
///
/// It is not, or Node.js is missing and cannot be installed.
pub(crate) fn check(book: &Path) -> Result<()> {
    needs::node_alone()?;
    run(Command::new("node").arg(SCRIPT).arg(book))
}
