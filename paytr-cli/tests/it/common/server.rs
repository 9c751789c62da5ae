use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What the server does with one request.
#[derive(Clone)]
pub(crate) enum Answer {
    /// Says this, with status 200.
    Body(Vec<u8>),
    /// Says this with another status.
    Status(u16, Vec<u8>),
    /// Closes the connection without a word, after the whole request was read.
    Nothing,
    /// Keeps the connection open without a word.
    Silence,
    /// Promises more than it sends.
    Half(Vec<u8>),
}

impl From<&str> for Answer {
    fn from(body: &str) -> Self {
        Self::Body(body.as_bytes().to_vec())
    }
}

/// One request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) line: String,
    pub(crate) content_type: String,
    pub(crate) body: String,
}

/// A server on loopback in PayTR's place.
pub(crate) struct Server {
    url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Gives the answers one after the other; after the last one it closes every connection.
    pub(crate) fn start<A: Into<Answer>>(answers: impl IntoIterator<Item = A>) -> Self {
        let mut answers = answers
            .into_iter()
            .map(Into::into)
            .collect::<Vec<_>>()
            .into_iter();
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let url = format!(
            "http://{}",
            listener.local_addr().expect("it has an address")
        );
        let requests = Arc::<Mutex<Vec<Request>>>::default();
        let seen = requests.clone();
        thread::spawn(move || {
            let mut silent = Vec::new();
            for stream in listener.incoming().flatten() {
                let Some(request) = read(&stream) else {
                    continue;
                };
                seen.lock().expect("nobody panicked").push(request);
                match answers.next().unwrap_or(Answer::Nothing) {
                    Answer::Silence => silent.push(stream),
                    other => answer(stream, other),
                }
            }
        });
        Self { url, requests }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("nobody panicked").clone()
    }
}

impl Request {
    /// The fields, decoded.
    pub(crate) fn fields(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.body.as_bytes())
            .into_owned()
            .collect()
    }
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let (mut length, mut content_type) = (0, String::new());
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(':') else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok()?,
            "content-type" => value.trim().clone_into(&mut content_type),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request {
        line: line.trim_end().to_owned(),
        content_type,
        body: String::from_utf8(body).ok()?,
    })
}

fn answer(mut stream: TcpStream, answer: Answer) {
    let (status, body, promised) = match answer {
        Answer::Nothing | Answer::Silence => return,
        Answer::Body(body) => (200, body.clone(), body.len()),
        Answer::Status(status, body) => (status, body.clone(), body.len()),
        Answer::Half(body) => (200, body.clone(), body.len() + 100),
    };
    let head =
        format!("HTTP/1.1 {status} X\r\nContent-Length: {promised}\r\nConnection: close\r\n\r\n");
    // The program may have gone.
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(&body);
}
