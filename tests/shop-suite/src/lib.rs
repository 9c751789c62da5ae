//! Holds a shop to its promises from outside: it starts the shop's process and talks HTTP to it.
//!
//! The same suite runs against every example shop, whatever web framework it is written in. A shop's
//! own test is one line, which stamps a `#[test]` for every rule in [`rules`]:
//!
//! ```text
//! shop_suite::shop_suite!(env!("CARGO_BIN_EXE_axum-shop"));
//! ```
//!
//! The shop must take the settings of `shop::Settings`, serve the routes of the purchase flow under
//! `/paytr`, `GET /products` and `GET /receipts`, and print `shop:    http://ADDRESS/` on standard output
//! once it listens.
//!
//! Rules about what is durable and what several processes share are stamped a second time for each database
//! server that a shop can use.
//!
//! What happens when processes, databases, connections and clocks fail under two nodes is in [`faults`], and what
//! reverse proxies in front of them do in [`in_front`].
//!
//! The browser rules need `chromium` and `chromedriver`. With `SUITE_SCREENSHOTS` set to a directory the
//! walk on a phone saves a picture of every page there.
#![allow(
    clippy::missing_errors_doc,
    reason = "a rule that does not hold ends in an error or a panic"
)]

pub mod faults;
mod harness;
pub mod in_front;
pub mod rules;
mod stamp;

pub use browser::{Browser, Screen};
pub use database_servers::FrontKind;
pub use faults::Nodes;
pub use harness::{Database, Exit, Process, Program, eventually};
pub use in_front::Behind;
pub use stamp::{run, run_on, run_with};
