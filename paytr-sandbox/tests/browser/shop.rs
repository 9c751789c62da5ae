use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{RawForm, State};
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::{get, post};
use paytr_core::Language;
use paytr_core::api::DirectForm;
use tokio::net::TcpListener;

/// A shop: pages to come back to, a page with the form of the Direct API, and an address for
/// notifications that answers as told and keeps what it got.
pub(crate) struct Shop {
    pub(crate) url: String,
    inside: Arc<Inside>,
}

#[derive(Default)]
struct Inside {
    replies: Mutex<VecDeque<(u16, &'static str)>>,
    received: Mutex<Vec<Vec<u8>>>,
    form: Mutex<String>,
    page: Mutex<String>,
}

impl Shop {
    pub(crate) async fn open() -> Self {
        let inside = Arc::new(Inside::default());
        let app = Router::new()
            .route("/notify", post(notify))
            .route(
                "/ok",
                get(async || Html("<h1 id=\"shop-ok\">Thank you</h1>")),
            )
            .route(
                "/fail",
                get(async || Html("<h1 id=\"shop-fail\">Not paid</h1>")).post(failed),
            )
            .route("/direct", get(direct))
            .route("/checkout", get(checkout))
            .route("/favicon.ico", get(async || StatusCode::NO_CONTENT))
            .with_state(Arc::clone(&inside));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, inside }
    }

    /// What it answers to the next notifications, before it goes on with `OK`.
    pub(crate) fn answers(&self, replies: &[(u16, &'static str)]) {
        self.inside.replies.lock().unwrap().extend(replies);
    }

    /// From now on it answers `OK`.
    pub(crate) fn answers_ok(&self) {
        self.inside.replies.lock().unwrap().clear();
    }

    /// The bodies of all notifications so far.
    pub(crate) fn received(&self) -> Vec<Vec<u8>> {
        self.inside.received.lock().unwrap().clone()
    }

    /// One field of every notification that has it.
    pub(crate) fn field(&self, name: &str) -> Vec<String> {
        let bodies = self.received();
        let fields = bodies
            .iter()
            .flat_map(|body| url::form_urlencoded::parse(body));
        let wanted = fields.filter(|(known, _)| known == name);
        wanted.map(|(_, value)| value.into_owned()).collect()
    }

    /// Shows this form at `/direct`.
    pub(crate) fn offer(&self, form: &DirectForm) {
        *self.inside.form.lock().unwrap() = form.to_html(Language::English);
    }

    /// Shows this page at `/checkout`.
    pub(crate) fn show(&self, page: String) {
        *self.inside.page.lock().unwrap() = page;
    }
}

async fn notify(
    State(inside): State<Arc<Inside>>,
    RawForm(body): RawForm,
) -> (StatusCode, &'static str) {
    inside.received.lock().unwrap().push(body.to_vec());
    let reply = inside.replies.lock().unwrap().pop_front();
    let (status, text) = reply.unwrap_or((200, "OK"));
    (StatusCode::from_u16(status).unwrap(), text)
}

async fn direct(State(inside): State<Arc<Inside>>) -> Html<String> {
    Html(inside.form.lock().unwrap().clone())
}

async fn checkout(State(inside): State<Arc<Inside>>) -> Html<String> {
    Html(inside.page.lock().unwrap().clone())
}

/// What a browser posts to the fail address of the Direct API.
async fn failed(RawForm(body): RawForm) -> Html<String> {
    let fields: Vec<_> = url::form_urlencoded::parse(&body).collect();
    let text: Vec<_> = fields
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    Html(format!("<h1 id=\"shop-fail\">{}</h1>", text.join(", ")))
}
