//! Clients of PayTR that this project did not write, against the sandbox. Nothing of them is changed but
//! the host they talk to.
//!
//! | client | how it finds the sandbox |
//! |---|---|
//! | crates.io `kasapay-paytr` | its base URL is a setting |
//! | `paytr-python`, a Python package | its addresses are constants; it takes the HTTP session to use, and this one replaces the host |
//! | npm `paytr` | its addresses are constants; it takes the HTTP client to use, and this one replaces the host |
//! | npm `paytr-node` | its base URL is a setting; left out, by the sandbox's proxy |
//!
//! `cargo xtask test` installs them in the target folder, with the versions and hashes of
//! `python/requirements.txt` and `node/package-lock.json`, and names the places in [`PYTHON`] and [`NODE_MODULES`].
//!
//! The shops in PHP, Node.js and Python of `docs/test-without-paytr.md` are run from that page, as they stand there.

pub mod guide;
mod script;
mod shop;

pub use script::{Failed, NODE_MODULES, PYTHON, finish, place};
pub use shop::Shop;
