//! What the tests need on this machine besides Rust.
//!
//! A new need is a function such as [`programs::browser`] or [`servers::redis`], and its line in [`PROGRAMS`] or
//! [`SERVERS`]. A server that must run beside the tests is started there, told to the tests by [`Need::variables`], and stopped
//! by its `Drop`.

mod languages;
mod packages;
mod programs;
mod servers;

use anyhow::Result;

/// Something that is there for the tests, from before the first to after the last.
pub(crate) trait Need {
    /// Environment variables that tell the tests where to find it.
    fn variables(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }
}

type Provide = fn() -> Result<Box<dyn Need>>;

const PROGRAMS: [Provide; 10] = [
    programs::browser,
    programs::clock,
    programs::units,
    languages::python,
    languages::flask,
    languages::node,
    languages::express,
    languages::php,
    servers::fronts,
    servers::pooler,
];
const SERVERS: [Provide; 3] = [servers::postgres, servers::redis, servers::redis_cluster];

/// Provides everything the tests need. Keep the answer for as long as the tests run.
///
/// # Errors
///
/// Something is missing and cannot be provided.
pub(crate) fn provide_all() -> Result<Vec<Box<dyn Need>>> {
    let all = PROGRAMS.iter().chain(&SERVERS);
    all.map(|provide| provide()).collect()
}

/// Makes sure that Node.js is on the path, without any package.
///
/// # Errors
///
/// It is missing and cannot be installed.
pub(crate) fn node_alone() -> Result<()> {
    languages::node_alone()
}

/// Provides the browser alone.
///
/// # Errors
///
/// It is missing and cannot be installed.
pub(crate) fn provide_browser() -> Result<Box<dyn Need>> {
    programs::browser()
}

/// Provides the servers alone. Keep the answer for as long as they are needed.
///
/// # Errors
///
/// One cannot be started.
pub(crate) fn provide_servers() -> Result<Vec<Box<dyn Need>>> {
    SERVERS.iter().map(|provide| provide()).collect()
}
