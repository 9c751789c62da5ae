//! Clients of PayTR that this project did not write, against the sandbox. Nothing of them is changed but
//! the host they talk to.
//!
//! * `kasapay-paytr` of crates.io: its base URL can be set.
//! * `paytr-python`, a Python package: its addresses are constants, and it takes the HTTP session to use. The script
//!   gives it a session that replaces `https://www.paytr.com` with the sandbox.
//!   `cargo xtask test` makes a virtual environment with the versions and hashes of
//!   `python/requirements.txt` and names its interpreter in `PAYTR_TEST_PYTHON`.

mod shop;

pub use shop::{Fields, Shop};
