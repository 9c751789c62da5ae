//! Programs for the tests: Chromium and its driver for those that buy something in a browser, and a library that gives
//! a process another clock for those of nodes whose clocks are wrong, and what reads a unit of systemd.

use anyhow::Result;

use super::Need;
use super::packages::{Packages, not_on_the_path};

const BROWSER_PACKAGES: Packages = Packages {
    needed_by: "the browser tests",
    names: &["chromium", "chromium-driver"],
    missing: || not_on_the_path(&["chromium", "chromedriver"]),
    prepare: || Ok(()),
};

/// Chromium and its driver.
struct Browser;

impl Need for Browser {}

/// Makes sure that both programs are on the path.
///
/// # Errors
///
/// One is missing and the packages cannot be installed.
pub(super) fn browser() -> Result<Box<dyn Need>> {
    BROWSER_PACKAGES.ensure()?;
    Ok(Box::new(Browser))
}

const CLOCK_PACKAGES: Packages = Packages {
    needed_by: "the tests of wrong clocks",
    names: &["faketime"],
    missing: || not_on_the_path(&["faketime"]),
    prepare: || Ok(()),
};

/// A library that gives a process another clock.
struct Clock;

impl Need for Clock {}

/// Makes sure that the program is on the path, which comes with its library.
///
/// # Errors
///
/// It is missing and the package cannot be installed.
pub(super) fn clock() -> Result<Box<dyn Need>> {
    CLOCK_PACKAGES.ensure()?;
    Ok(Box::new(Clock))
}

const UNIT_PACKAGES: Packages = Packages {
    needed_by: "the tests of the relay's service",
    names: &["systemd"],
    missing: || not_on_the_path(&["systemd-analyze"]),
    prepare: || Ok(()),
};

/// What reads a unit of systemd, which need not run for it.
struct Units;

impl Need for Units {}

/// Makes sure that the program is on the path.
///
/// # Errors
///
/// It is missing and the package cannot be installed.
pub(super) fn units() -> Result<Box<dyn Need>> {
    UNIT_PACKAGES.ensure()?;
    Ok(Box::new(Units))
}
