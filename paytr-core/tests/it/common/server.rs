//! A server that answers each connection with given bytes and keeps what it was sent.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use paytr_core::PaytrClient;
use paytr_core::client::BaseUrl;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::credentials;

/// What the server does with one connection after it has read the request.
#[derive(Clone)]
pub(crate) enum Answer {
    /// Sends the bytes and closes.
    Bytes(Vec<u8>),
    /// Sends the bytes and resets the connection.
    Reset(Vec<u8>),
    /// Says nothing until the client gives up.
    Silence,
}

pub(crate) struct Server {
    base_url: BaseUrl,
    requests: Arc<Mutex<Vec<Vec<u8>>>>,
}

/// A whole reply with this status line and body.
pub(crate) fn reply(status: &str, body: &str) -> Answer {
    let length = body.len();
    let text = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/html\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n{body}"
    );
    Answer::Bytes(text.into_bytes())
}

pub(crate) fn ok(body: &str) -> Answer {
    reply("200 OK", body)
}

/// Everything that can happen to an exchange whose request was sent and whose reply is no answer.
pub(crate) fn lost_replies() -> Vec<(&'static str, Answer)> {
    let success = r#"{"status":"success","token":"a1b2c3"}"#;
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"status\":\"succ".to_vec();
    let not_http = b"SSH-2.0-OpenSSH_9.2\r\n".to_vec();
    vec![
        ("500", reply("500 Internal Server Error", success)),
        ("502", reply("502 Bad Gateway", "<html>")),
        ("503", reply("503 Service Unavailable", "")),
        ("half a body, then closed", Answer::Bytes(half.clone())),
        ("half a body, then reset", Answer::Reset(half)),
        ("reset at once", Answer::Reset(Vec::new())),
        ("closed at once", Answer::Bytes(Vec::new())),
        ("not HTTP", Answer::Bytes(not_http)),
        ("silence", Answer::Silence),
    ]
}

/// Splits a request into its first line, its headers in lower case, and its body.
fn split(request: &str) -> (&str, Vec<String>, &str) {
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let (line, headers) = head.split_once("\r\n").unwrap();
    (
        line,
        headers.lines().map(str::to_ascii_lowercase).collect(),
        body,
    )
}

/// Checks the only request so far, byte for byte.
pub(crate) fn assert_posted(server: &Server, path: &str, expected_body: &str) {
    let request = server.request();
    let (line, headers, body) = split(&request);
    assert_eq!(line, format!("POST {path} HTTP/1.1"));
    let host = server.base_url().as_str().trim_start_matches("http://");
    for header in [
        "content-type: application/x-www-form-urlencoded".to_owned(),
        format!("content-length: {}", expected_body.len()),
        format!("host: {host}"),
    ] {
        assert!(headers.contains(&header), "{header} in {headers:?}");
    }
    assert_eq!(body, expected_body);
}

impl Server {
    /// Answers every connection alike.
    pub(crate) async fn always(answer: Answer) -> Self {
        Self::scripted(vec![answer]).await
    }

    /// Answers the connections in this order; the last answer is repeated.
    pub(crate) async fn scripted(answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = requests.clone();
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let request = read_request(&mut stream).await;
                let answer = {
                    let mut seen = seen.lock().unwrap();
                    seen.push(request);
                    answers[(seen.len() - 1).min(answers.len() - 1)].clone()
                };
                tokio::spawn(perform(stream, answer));
            }
        });
        Self {
            base_url: BaseUrl::new(&base_url).unwrap(),
            requests,
        }
    }

    /// A client of this server that gives up soon.
    pub(crate) fn client(&self) -> PaytrClient {
        client_of(self.base_url.clone())
    }

    pub(crate) fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    /// Every request so far, byte for byte.
    pub(crate) fn requests(&self) -> Vec<Vec<u8>> {
        self.requests.lock().unwrap().clone()
    }

    /// How often something was posted to a path.
    pub(crate) fn posts_to(&self, path: &str) -> usize {
        let line = format!("POST {path} HTTP/1.1\r\n");
        let requests = self.requests();
        let matching = requests
            .iter()
            .filter(|sent| sent.starts_with(line.as_bytes()));
        matching.count()
    }

    /// The only request so far.
    pub(crate) fn request(&self) -> String {
        let [request] = self.requests().try_into().unwrap();
        String::from_utf8(request).unwrap()
    }
}

pub(crate) fn client_of(base_url: BaseUrl) -> PaytrClient {
    PaytrClient::builder(credentials())
        .base_url(base_url)
        .connect_timeout(Duration::from_secs(2))
        .total_timeout(Duration::from_millis(400))
        .build()
        .unwrap()
}

/// A client of a port where nobody listens.
pub(crate) async fn client_of_nobody() -> PaytrClient {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    client_of(BaseUrl::new(&base_url).unwrap())
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
        line.to_ascii_lowercase()
            .strip_prefix("content-length: ")?
            .parse()
            .ok()
    });
    body.len() >= length.unwrap_or(0)
}

async fn perform(mut stream: TcpStream, answer: Answer) {
    match answer {
        Answer::Bytes(bytes) => {
            // A client that has read enough may close first.
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Answer::Reset(bytes) => {
            let _ = stream.write_all(&bytes).await;
            stream.set_zero_linger().unwrap();
        }
        Answer::Silence => {
            let _ = stream.read_to_end(&mut Vec::new()).await;
        }
    }
}
