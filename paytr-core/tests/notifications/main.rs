//! The four kinds of notification beside payments, one subject per file, through the public API only.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;
mod forgery;
mod grammar;
mod links;
mod notices;
mod notices_once;
mod properties;
mod secrets;
#[path = "../it/common/vector_file.rs"]
#[allow(
    dead_code,
    reason = "shared with the other tests, which read more of it"
)]
mod vector_file;
mod vectors;
