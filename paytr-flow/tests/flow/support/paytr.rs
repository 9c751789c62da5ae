use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

pub(crate) type Fields = HashMap<String, String>;

/// What get-token answers.
#[derive(Clone, Copy)]
pub(crate) enum Script {
    /// A new token each time.
    Token,
    /// A token, once the test lets it go.
    HeldToken,
    /// A refusal with a text.
    Refuse,
    /// HTTP 500.
    ServerError,
    /// Nothing: the connection is closed.
    HangUp,
    /// Nothing: the connection stays open.
    Silence,
    /// A page instead of JSON.
    Html,
}

/// The few lines of HTTP that get-token needs. It remembers every form.
pub(crate) struct FakePaytr {
    base_url: String,
    state: Arc<State>,
}

struct State {
    script: Mutex<Script>,
    forms: Mutex<Vec<Fields>>,
    let_go: Semaphore,
}

impl FakePaytr {
    pub(crate) async fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(State {
            script: Mutex::new(script),
            forms: Mutex::default(),
            let_go: Semaphore::new(0),
        });
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, Arc::clone(&shared)));
            }
        });
        Self { base_url, state }
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    pub(crate) fn play(&self, script: Script) {
        *self.state.script.lock().unwrap() = script;
    }

    /// Answers one held request.
    pub(crate) fn let_go(&self) {
        self.state.let_go.add_permits(1);
    }

    /// The forms posted so far.
    pub(crate) fn forms(&self) -> Vec<Fields> {
        self.state.forms.lock().unwrap().clone()
    }

    /// Waits until this many forms have come.
    pub(crate) async fn wait_for_forms(&self, count: usize) {
        let arrived = async {
            while self.forms().len() < count {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let in_time = tokio::time::timeout(Duration::from_secs(10), arrived).await;
        in_time.expect("the forms come in time");
    }
}

async fn answer(mut stream: TcpStream, state: Arc<State>) {
    let form = read_form(&mut stream).await;
    let count = {
        let mut forms = state.forms.lock().unwrap();
        forms.push(form);
        forms.len()
    };
    let script = *state.script.lock().unwrap();
    let token = format!(r#"{{"status":"success","token":"token+{count}"}}"#);
    let (status, body) = match script {
        Script::Token => ("200 OK", token),
        Script::HeldToken => {
            state.let_go.acquire().await.unwrap().forget();
            ("200 OK", token)
        }
        Script::Refuse => (
            "200 OK",
            r#"{"status":"failed","reason":"paytr_token gonderilmedi veya gecersiz"}"#.to_owned(),
        ),
        Script::ServerError => ("500 Internal Server Error", String::new()),
        Script::Html => ("200 OK", "<html>bakim</html>".to_owned()),
        Script::HangUp => return,
        Script::Silence => return std::future::pending().await,
    };
    let length = body.len();
    let reply =
        format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
    let _ = stream.write_all(reply.as_bytes()).await;
}

async fn read_form(stream: &mut TcpStream) -> Fields {
    let mut received = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&received);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            assert!(head.starts_with("POST /odeme/api/get-token "), "{head}");
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(": ")?;
                name.eq_ignore_ascii_case("content-length")
                    .then(|| value.parse().unwrap())
            });
            if body.len() >= length.unwrap_or(0_usize) {
                let pairs = form_urlencoded::parse(body.as_bytes());
                return pairs.into_owned().collect();
            }
        }
        assert_ne!(
            stream.read_buf(&mut received).await.unwrap(),
            0,
            "the request ends early"
        );
    }
}
