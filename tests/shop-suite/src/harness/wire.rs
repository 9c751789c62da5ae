//! Bare connections: the bytes of a request, and the bytes that came back.

use std::net::SocketAddr;

use anyhow::{Context as _, Result};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::PATIENCE;

/// Where notifications go.
pub(crate) const CALLBACK: &str = "/paytr/callback";
/// The content type of a notification.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// The bytes of a well-formed notification.
pub(crate) fn notification(body: &str) -> Vec<u8> {
    request(
        &format!("POST {CALLBACK}"),
        &format!("Content-Type: {FORM}\r\nContent-Length: {}\r\n", body.len()),
        body.as_bytes(),
    )
}

/// The bytes of a request; every header ends with a line break.
pub(crate) fn request(method_and_path: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("{method_and_path} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n");
    [head.as_bytes(), headers.as_bytes(), b"\r\n", body].concat()
}

/// An HTTP answer as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The head, in lower case.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Sends these bytes on a new connection and reads what comes until its end.
    pub(crate) async fn to(address: SocketAddr, request: &[u8]) -> Result<Self> {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(request).await?;
        Self::read(&mut stream).await
    }

    /// Reads until the end of the connection.
    pub(crate) async fn read(stream: &mut TcpStream) -> Result<Self> {
        let mut bytes = Vec::new();
        let read = timeout(PATIENCE, stream.read_to_end(&mut bytes)).await;
        read.context("the answer takes too long")?
            .context("the connection broke")?;
        Self::parse(&bytes)
            .with_context(|| format!("not HTTP: {:?}", String::from_utf8_lossy(&bytes)))
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let (head, rest) = bytes.split_at(end);
        let head = String::from_utf8(head.to_ascii_lowercase()).ok()?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let body = rest.get(4..)?.to_owned();
        Some(Self { status, head, body })
    }

    /// The value of a header that is there exactly once, in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.head.lines().filter_map(|line| {
            let (known, value) = line.split_once(':')?;
            (known == name).then_some(value.trim())
        });
        let value = values.next()?;
        values.next().is_none().then_some(value)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Whether it is PayTR's acknowledgement, byte for byte.
    pub(crate) fn is_ok(&self) -> bool {
        self.status == 200 && self.body == b"OK"
    }

    /// Whether it makes PayTR come again for a reason that passes: a claim held elsewhere, a slow
    /// database, or a handler that ran out of its time on a busy machine.
    pub(crate) fn asks_again(&self) -> bool {
        self.status == 503 || self.body == b"PAYTR notification failed: handler error"
    }

    /// Whether it asks to come again because another delivery is being handled.
    pub(crate) fn is_in_progress(&self) -> bool {
        self.status == 503 && self.body == b"PAYTR notification failed: in progress"
    }
}
