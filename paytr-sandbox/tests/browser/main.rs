//! Every page of the sandbox in a headless browser: what a buyer and a developer see and do.
//!
//! Needs `chromium` and `chromedriver`. With `SUITE_SCREENSHOTS` set to a directory, pictures of the pages
//! on a phone are saved there.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed step fails the test"
)]

mod browser_card;
mod browser_dashboard;
mod browser_direct;
mod browser_eft;
mod browser_link;
mod browser_proxy;
mod shop;
mod stage;
