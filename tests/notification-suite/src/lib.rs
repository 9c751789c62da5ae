//! What a mount point of PayTR's other notifications must answer, whatever the framework.
//!
//! A framework's test mounts [`Gates`] at [`paths`] with handlers that call a [`Probe`], serves them on
//! loopback and runs [`expectations`] against the address.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test fails by panicking"
)]

mod expectations;
mod gates;
mod probe;

pub use expectations::expectations;
pub use gates::{Gates, paths};
pub use probe::Probe;
