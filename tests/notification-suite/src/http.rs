//! Raw HTTP: the bytes of a request, and the answer as it came.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

/// How long anything may take.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// The header that makes a body a notification's.
pub const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

/// An HTTP answer, as bytes came.
#[derive(Debug)]
pub struct Answer {
    /// Of the first line.
    pub status: u16,
    /// The first line and the headers, in lower case.
    pub head: String,
    /// All that follows.
    pub body: String,
}

impl Answer {
    /// Reads until the server closes.
    pub async fn read(stream: &mut TcpStream) -> Self {
        let mut bytes = Vec::new();
        timeout(PATIENCE, stream.read_to_end(&mut bytes))
            .await
            .expect("the answer takes too long")
            .expect("the connection broke");
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").expect("an HTTP answer");
        Self {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_ascii_lowercase(),
            body: body.to_owned(),
        }
    }

    /// The one answer after which PayTR does not ask again.
    #[track_caller]
    pub fn assert_exactly_ok(&self) {
        assert_eq!((self.status, &*self.body), (200, "OK"), "{self:?}");
        for header in [
            "content-type: text/plain; charset=utf-8",
            "content-length: 2",
        ] {
            assert!(self.head.contains(header), "{self:?}");
        }
    }
}

/// The bytes of a request. Each of the headers ends with a line break.
pub fn request(method: &str, path: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let head = format!("{method} {path} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n");
    format!("{head}Content-Length: {length}\r\n{headers}\r\n{body}").into_bytes()
}

/// A listener of loopback, for the blocking kind of framework and for the other.
pub fn listen() -> TcpListener {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    listener
}

/// A new connection.
pub async fn connect(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).await.unwrap()
}

/// Sends these bytes on a connection of their own and reads the whole answer.
pub async fn exchange(address: SocketAddr, request: impl AsRef<[u8]>) -> Answer {
    let mut stream = connect(address).await;
    stream.write_all(request.as_ref()).await.unwrap();
    Answer::read(&mut stream).await
}

/// Posts a form.
pub async fn post(address: SocketAddr, path: &str, body: &str) -> Answer {
    exchange(address, request("POST", path, FORM, body)).await
}

/// Ends a connection with a reset.
pub fn reset(stream: TcpStream) {
    #[expect(
        deprecated,
        reason = "a linger of zero is how a reset is sent; it never blocks"
    )]
    stream.set_linger(Some(Duration::ZERO)).unwrap();
    drop(stream);
}

/// Waits until a condition holds.
pub async fn wait_for(what: &str, condition: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition().await {
        assert!(Instant::now() < deadline, "never happened: {what}");
        sleep(Duration::from_millis(5)).await;
    }
}
