use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context as _, Result};

/// A port of 127.0.0.1 that was free a moment ago. Somebody else may take it before the server
/// does; then start the server again with another.
pub(crate) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    Ok(listener.local_addr()?.port())
}
