//! What the tests need on this machine besides Rust: one file each.
//!
//! A new need is one new file with a function such as [`browser::provide`], and its line in [`ALL`]. A program that must run
//! beside the tests is started there, told to the tests by [`Need::variables`], and stopped by its `Drop`.

mod browser;

use anyhow::Result;

/// Something that is there for the tests, from before the first to after the last.
pub(crate) trait Need {
    /// Environment variables that tell the tests where to find it.
    fn variables(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }
}

type Provide = fn() -> Result<Box<dyn Need>>;

const ALL: [Provide; 1] = [browser::provide];

/// Provides everything the tests need. Keep the answer for as long as the tests run.
///
/// # Errors
///
/// Something is missing and cannot be provided.
pub(crate) fn provide_all() -> Result<Vec<Box<dyn Need>>> {
    ALL.iter().map(|provide| provide()).collect()
}
