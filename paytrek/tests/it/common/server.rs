//! A server that answers each connection with given bytes and keeps what it was sent.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use paytrek::{Host, PaytrekClient};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::credentials;

/// What the server does with one connection after it has read the request.
#[derive(Clone)]
pub(crate) enum Served {
    /// Sends the bytes and closes.
    Bytes(Vec<u8>),
    /// Sends the bytes and resets the connection.
    Reset(Vec<u8>),
    /// Says nothing until the client gives up.
    Silence,
}

pub(crate) struct Server {
    host: Host,
    requests: Arc<Mutex<Vec<String>>>,
}

/// A whole reply with this status line and body.
pub(crate) fn reply(status: &str, body: &str) -> Served {
    let length = body.len();
    let text = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n{body}"
    );
    Served::Bytes(text.into_bytes())
}

pub(crate) fn ok(body: &str) -> Served {
    reply("200 OK", body)
}

impl Server {
    /// Answers every connection alike.
    pub(crate) async fn always(answer: Served) -> Self {
        Self::scripted(vec![answer]).await
    }

    /// Answers the connections in this order; the last answer is repeated.
    pub(crate) async fn scripted(answers: Vec<Served>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = Host::at(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = requests.clone();
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let request = read_request(&mut stream).await;
                let answer = {
                    let mut seen = seen.lock().unwrap();
                    seen.push(String::from_utf8(request).unwrap());
                    answers[(seen.len() - 1).min(answers.len() - 1)].clone()
                };
                tokio::spawn(perform(stream, answer));
            }
        });
        Self { host, requests }
    }

    pub(crate) fn host(&self) -> &Host {
        &self.host
    }

    /// A client of this server that gives up soon.
    pub(crate) fn client(&self) -> PaytrekClient {
        client_of(self.host.clone())
    }

    /// Every request so far, byte for byte.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// The only request so far.
    pub(crate) fn request(&self) -> String {
        let [request] = self.requests().try_into().unwrap();
        request
    }
}

pub(crate) fn client_of(host: Host) -> PaytrekClient {
    PaytrekClient::builder(host, credentials())
        .connect_timeout(Duration::from_secs(2))
        .total_timeout(Duration::from_millis(400))
        .build()
        .unwrap()
}

/// A client of a port where nobody listens.
pub(crate) async fn client_of_nobody() -> PaytrekClient {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    client_of(Host::at(&host).unwrap())
}

async fn read_request(stream: &mut TcpStream) -> Vec<u8> {
    let mut request = Vec::new();
    loop {
        let read = stream.read_buf(&mut request).await.unwrap_or(0);
        if read == 0 || is_whole(&request) {
            return request;
        }
    }
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| {
        let length = line.strip_prefix("content-length: ")?;
        length.parse().ok()
    });
    body.len() >= length.unwrap_or(0)
}

async fn perform(mut stream: TcpStream, answer: Served) {
    match answer {
        Served::Bytes(bytes) => {
            // A client that has read enough may close first.
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Served::Reset(bytes) => {
            let _ = stream.write_all(&bytes).await;
            stream.set_zero_linger().unwrap();
        }
        Served::Silence => {
            let _ = stream.read_to_end(&mut Vec::new()).await;
        }
    }
}
