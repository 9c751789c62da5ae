//! A sandbox behind a relay.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header::CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use paytr_core::Credentials;
use paytr_sandbox::{Sandbox, StoreKind};
use serde_json::json;

use crate::program::MERCHANT;

/// What the relay does to replies. Requests are counted from 0.
#[derive(Clone, Copy)]
pub(crate) enum Spoil {
    Nothing,
    /// One reply says what nobody expects.
    Strange {
        at: usize,
    },
    /// One reply breaks off.
    Cut {
        at: usize,
    },
    /// Every reply is this one.
    Always {
        status: u16,
        body: &'static str,
    },
    /// Every reply repeats the request in its text, with key and salt.
    Echo,
}

struct Inner {
    paytr: String,
    http: reqwest::Client,
    spoil: Spoil,
    requests: AtomicUsize,
    tokens: Mutex<Vec<String>>,
}

/// It runs until the test process ends.
pub(crate) struct Relay {
    url: String,
    inner: Arc<Inner>,
}

impl Relay {
    pub(crate) fn start(kind: StoreKind, spoil: Spoil) -> Self {
        let (tell, told) = mpsc::channel();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = { runtime }.enable_all().build().unwrap();
            runtime.block_on(async {
                let [(_, id), (_, key), (_, salt)] = MERCHANT;
                let sandbox = Sandbox::builder()
                    .credentials(Credentials::new(id, key, salt).unwrap())
                    .store_kind(kind)
                    .start()
                    .await
                    .unwrap();
                let inner = Arc::new(Inner {
                    paytr: sandbox.base_url().to_owned(),
                    http: reqwest::Client::builder().no_proxy().build().unwrap(),
                    spoil,
                    requests: AtomicUsize::new(0),
                    tokens: Mutex::default(),
                });
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                let url = format!("http://{}", listener.local_addr().unwrap());
                tell.send(Self {
                    url,
                    inner: Arc::clone(&inner),
                })
                .unwrap();
                let routes = Router::new().fallback(pass_on).with_state(inner);
                axum::serve(listener, routes).await.unwrap();
            });
        });
        told.recv().unwrap()
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// How many requests came.
    pub(crate) fn requests(&self) -> usize {
        self.inner.requests.load(Ordering::SeqCst)
    }

    /// Every token that was posted, and every one that an echo gave away.
    pub(crate) fn tokens(&self) -> Vec<String> {
        self.inner.tokens.lock().unwrap().clone()
    }
}

async fn pass_on(State(relay): State<Arc<Inner>>, request: Request) -> Response {
    let number = relay.requests.fetch_add(1, Ordering::SeqCst);
    let (head, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    match relay.spoil {
        Spoil::Strange { at } if at == number => r#"{"status":"strange"}"#.into_response(),
        Spoil::Cut { at } if at == number => {
            let broken = futures_util::stream::iter([Err::<Bytes, _>("broken off")]);
            Body::from_stream(broken).into_response()
        }
        Spoil::Always { status, body } => {
            (StatusCode::from_u16(status).unwrap(), body).into_response()
        }
        Spoil::Echo => echo(&relay, number, &body),
        _ => {
            let url = format!("{}{}", relay.paytr, head.uri);
            let mut onward = relay.http.request(head.method.clone(), url);
            if head.method != Method::GET {
                let content_type = head.headers.get(CONTENT_TYPE).unwrap();
                onward = onward.header(CONTENT_TYPE, content_type).body(body);
            }
            let reply = onward.send().await.unwrap();
            let status = reply.status();
            (status, reply.bytes().await.unwrap()).into_response()
        }
    }
}

fn echo(relay: &Inner, number: usize, body: &Bytes) -> Response {
    let fields = form_urlencoded::parse(body);
    let posted = fields.filter(|(name, _)| name == "paytr_token");
    let page = format!("pageTOKEN{number}x");
    let mut texts: Vec<_> = posted.map(|(_, value)| value.into_owned()).collect();
    texts.push(page.clone());
    let [_, (_, key), (_, salt)] = MERCHANT;
    let text = format!("echo {} {key} {salt}", texts.join(" "));
    relay.tokens.lock().unwrap().extend(texts);
    let reply = json!({
        "status": "success", "token": page, "err_no": "777", "err_msg": text, "reason": text, "msg": text,
    });
    axum::Json(reply).into_response()
}
