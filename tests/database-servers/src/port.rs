use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context as _, Result};

/// How often somebody else may take the port that was just free.
const PORTS: u32 = 5;

/// Starts a server on a port of 127.0.0.1 that is its own.
pub(crate) fn start_on_a_free_port(mut start: impl FnMut(u16) -> Result<()>) -> Result<()> {
    for _ in 1..PORTS {
        match start(free_port()?) {
            Err(error) if is_taken(&error) => {}
            started => return started,
        }
    }
    start(free_port()?)
}

fn is_taken(error: &anyhow::Error) -> bool {
    format!("{error:#}").contains("Address already in use")
}

/// A port of 127.0.0.1 that was free a moment ago. Somebody else may take it before the server
/// does; then start the server again with another.
fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    Ok(listener.local_addr()?.port())
}
