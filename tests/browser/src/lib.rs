//! A headless Chromium that tests drive, one step after the other.
//!
//! It needs `chromium` and `chromedriver`; without them a test ends with an error that says how to install
//! them. With `SUITE_SCREENSHOTS` set to a directory, [`Browser::look`] saves a picture there.
#![allow(
    clippy::missing_errors_doc,
    reason = "a step that cannot be done ends the test"
)]

mod driver;
mod patience;
mod processes;
mod window;

pub use patience::{PATIENCE, eventually};
pub use window::{Browser, Screen};
