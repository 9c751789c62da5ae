//! A library that gives a process another clock, for the tests of nodes whose clocks are wrong.

use anyhow::Result;

use super::Need;
use super::packages::{Packages, not_on_the_path};

const PACKAGES: Packages = Packages {
    needed_by: "the tests of wrong clocks",
    names: &["faketime"],
    missing: || not_on_the_path(&["faketime"]),
    prepare: || Ok(()),
};

struct Clock;

impl Need for Clock {}

/// Makes sure that the program is on the path, which comes with its library.
///
/// # Errors
///
/// It is missing and the package cannot be installed.
pub(super) fn provide() -> Result<Box<dyn Need>> {
    PACKAGES.ensure()?;
    Ok(Box::new(Clock))
}
