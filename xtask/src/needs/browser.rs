//! Chromium and its driver, for the tests that buy something in a browser.

use anyhow::Result;

use super::Need;
use super::packages::{Packages, not_on_the_path};

const PACKAGES: Packages = Packages {
    needed_by: "the browser tests",
    names: &["chromium", "chromium-driver"],
    missing: || not_on_the_path(&["chromium", "chromedriver"]),
    prepare: || Ok(()),
};

struct Browser;

impl Need for Browser {}

/// Makes sure that both programs are on the path.
///
/// # Errors
///
/// One is missing and the packages cannot be installed.
pub(super) fn provide() -> Result<Box<dyn Need>> {
    PACKAGES.ensure()?;
    Ok(Box::new(Browser))
}
