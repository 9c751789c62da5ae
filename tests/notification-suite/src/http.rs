use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

pub(crate) const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

/// An HTTP answer, as bytes came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

pub(crate) fn request(method: &str, path: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let head = format!("{method} {path} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n");
    format!("{head}Content-Length: {length}\r\n{headers}\r\n{body}").into_bytes()
}

pub(crate) async fn post(address: SocketAddr, path: &str, body: &str) -> Answer {
    exchange(address, &request("POST", path, FORM, body)).await
}

pub(crate) async fn exchange(address: SocketAddr, request: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request).await.unwrap();
    read(&mut stream).await
}

pub(crate) async fn read(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let whole = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut bytes));
    whole
        .await
        .expect("the answer takes too long")
        .expect("the connection broke");
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").expect("an HTTP answer");
    Answer {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head: head.to_ascii_lowercase(),
        body: body.to_owned(),
    }
}
