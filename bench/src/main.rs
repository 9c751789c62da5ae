//! `cargo xtask bench [callbacks|verify]`: speed as ratios, measured in one run.
//!
//! * `callbacks`: notifications per second and latency of the layer on axum and of the extractor on
//!   actix, with a store in memory, each against a server of the same framework that only parses the form.
//! * `verify`: time and allocations of one verification, against a bare HMAC-SHA256 of the same message
//!   with its key state kept.
#![allow(clippy::print_stdout, reason = "a benchmark prints its results")]

mod callbacks;
mod notifications;
mod stats;
mod verify;

use anyhow::{Result, bail};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [] => {
            verify::run();
            callbacks::run()
        }
        ["verify"] => {
            verify::run();
            Ok(())
        }
        ["callbacks"] => callbacks::run(),
        // Started by `callbacks` as a process of its own.
        ["serve", kind] => callbacks::serve(kind),
        other => bail!("unknown arguments {other:?}: use nothing, verify or callbacks"),
    }
}
