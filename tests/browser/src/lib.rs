//! A headless Chromium that tests drive, one step after the other.
//!
//! It needs `chromium` and `chromedriver`; without them a test ends with an error that says how to install
//! them. With `SUITE_SCREENSHOTS` set to a directory, [`Browser::look`] saves a picture there.
#![allow(
    clippy::missing_errors_doc,
    reason = "a step that cannot be done ends the test"
)]

mod driver;
mod window;

use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::{Instant, sleep};

pub use window::{Browser, Screen};

/// How long anything that must happen may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Asks again and again until there is an answer, or patience ends with an error that says what never
/// happened.
pub async fn eventually<T>(
    what: &str,
    mut ask: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask().await? {
            return Ok(answer);
        }
        if Instant::now() > deadline {
            bail!("never happened: {what}");
        }
        sleep(Duration::from_millis(10)).await;
    }
}
