//! The load: raw requests over connections that stay open.

use std::net::SocketAddr;
use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::notifications::{credentials, notification, order_id};
use crate::stats::float;

/// One measured round.
#[derive(Debug)]
pub struct Round {
    /// How long it took.
    pub seconds: f64,
    /// Of each request, in microseconds.
    pub latencies_us: Vec<f64>,
    /// CPU time of the server in seconds, where somebody measured it.
    pub server_cpu: f64,
}

impl Round {
    /// Requests per second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        float(self.latencies_us.len()) / self.seconds
    }
}

/// The bytes of numbered notifications to `path`.
///
/// # Errors
///
/// Those of [`credentials`].
pub fn requests(address: SocketAddr, path: &str, numbers: Range<usize>) -> Result<Vec<Vec<u8>>> {
    let credentials = credentials()?;
    let request = |number| {
        let body = notification(&credentials, &order_id(number)).to_body();
        format!(
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}",
            body.len()
        )
        .into_bytes()
    };
    Ok(numbers.map(request).collect())
}

/// Sends all requests over so many connections and measures each.
///
/// The thread that sends never sleeps: to wake it would be CPU time of the server, the more of it the longer the server
/// lets it wait.
///
/// # Errors
///
/// When a connection breaks, or an answer is not `OK`.
pub async fn run(address: SocketAddr, requests: Vec<Vec<u8>>, connections: usize) -> Result<Round> {
    let requests = Arc::new(requests);
    let mut streams = Vec::new();
    for _ in 0..connections {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        streams.push(stream);
    }
    let mut awake = JoinSet::new();
    awake.spawn(async {
        loop {
            tokio::task::yield_now().await;
        }
    });
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for (first, stream) in streams.into_iter().enumerate() {
        let requests = Arc::clone(&requests);
        tasks.spawn(async move {
            let mine = requests.iter().skip(first).step_by(connections);
            one_connection(stream, mine.map(Vec::as_slice)).await
        });
    }
    let mut latencies_us = Vec::new();
    while let Some(done) = tasks.join_next().await {
        latencies_us.extend(done??);
    }
    Ok(Round {
        seconds: start.elapsed().as_secs_f64(),
        latencies_us,
        server_cpu: 0.0,
    })
}

async fn one_connection<'a>(
    mut stream: TcpStream,
    requests: impl Iterator<Item = &'a [u8]>,
) -> Result<Vec<f64>> {
    let mut latencies = Vec::new();
    let mut buffer = vec![0; 4096];
    for request in requests {
        let start = Instant::now();
        stream.write_all(request).await?;
        let mut filled = 0;
        // Every answer of both servers ends with the two bytes OK after an empty line.
        loop {
            let room = buffer.get_mut(filled..).context("an answer is too long")?;
            let read = stream.read(room).await?;
            ensure!(read > 0, "the server closed the connection");
            filled += read;
            let answer = buffer.get(..filled).unwrap_or_default();
            if answer.ends_with(b"\r\n\r\nOK") {
                break;
            }
            ensure!(
                answer.starts_with(b"HTTP/1.1 200"),
                "the server answered {}",
                String::from_utf8_lossy(answer)
            );
        }
        latencies.push(start.elapsed().as_secs_f64() * 1e6);
    }
    Ok(latencies)
}
