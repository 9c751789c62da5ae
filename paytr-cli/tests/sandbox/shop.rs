//! Shops that are right, and shops with one mistake each.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, mpsc};

use axum::Router;
use axum::body::Bytes;
use axum::extract::DefaultBodyLimit;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, post};
use paytr_axum::{
    CallbackGate, Credentials, Keyring, MemoryStore, PaytrCallbackLayer, VerifiedCallback,
};
use paytr_core::PaymentCallback;

use crate::program::MERCHANT;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mistake {
    None,
    Redirect,
    Login,
    ChecksNoHash,
    HashIsOptional,
    TakesGet,
    Html,
    ByteOrderMark,
    LineBreak,
    Quotes,
    Json,
    LowerCase,
    Created,
    LosesPlus,
    NoLimit,
    RefusesDuplicate,
    Fails,
    RefusesUnknownOrders,
}

fn credentials(id: &str) -> Credentials {
    let [_, (_, key), (_, salt)] = MERCHANT;
    Credentials::new(id, key, salt).unwrap()
}

/// Serves until the end of the process, and gives the notification address.
pub(crate) fn serve(app: Router) -> String {
    let (sender, address) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.unwrap().block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            sender.send(listener.local_addr().unwrap()).unwrap();
            axum::serve(listener, app).await.unwrap();
        });
    });
    format!("http://{}/paytr/callback", address.recv().unwrap())
}

/// A shop with this project's layer.
pub(crate) fn with_layer(merchant_id: &str, key: &str, salt: &str) -> String {
    async fn paid(_: VerifiedCallback) {}
    let ledger = Arc::new(MemoryStore::new());
    let credentials = Credentials::new(merchant_id, key, salt).unwrap();
    let gate = CallbackGate::with_ledger(credentials, ledger);
    let layer = PaytrCallbackLayer::new(gate);
    serve(Router::new().route("/paytr/callback", post(paid).layer(layer)))
}

/// A shop that somebody wrote by hand.
pub(crate) fn with(mistake: Mistake) -> String {
    let handled = Arc::new(Mutex::new(HashSet::new()));
    let answer = move |body: Bytes| {
        let handled = Arc::clone(&handled);
        async move { answer(mistake, &body, &handled) }
    };
    let route = match mistake {
        Mistake::TakesGet => post(answer).get(async || "OK"),
        Mistake::Redirect => any(async || (StatusCode::FOUND, [(header::LOCATION, "/new")])),
        Mistake::Login => any(async || (StatusCode::FOUND, [(header::LOCATION, "/login")])),
        _ => post(answer),
    };
    let limit = match mistake {
        Mistake::NoLimit => DefaultBodyLimit::disable(),
        _ => DefaultBodyLimit::max(16 * 1024),
    };
    serve(Router::new().route("/paytr/callback", route).layer(limit))
}

fn answer(mistake: Mistake, body: &Bytes, handled: &Mutex<HashSet<Vec<u8>>>) -> Response {
    let text = String::from_utf8_lossy(body);
    let read = match mistake {
        Mistake::LosesPlus => text.replace("%2B", "+"),
        _ => text.into_owned(),
    };
    let unchecked = match mistake {
        Mistake::ChecksNoHash => true,
        Mistake::HashIsOptional => !read.contains("hash="),
        _ => false,
    };
    let [(_, id), ..] = MERCHANT;
    let keyring = Keyring::new(credentials(id));
    // What comes behind a notification is refused by nothing but a limit here.
    let notification = read.split("&padding=").next().unwrap();
    if !unchecked && PaymentCallback::verify(&keyring, notification.as_bytes()).is_err() {
        return (StatusCode::BAD_REQUEST, "bad hash").into_response();
    }
    let is_new = handled.lock().unwrap().insert(body.to_vec());
    match mistake {
        Mistake::RefusesDuplicate if !is_new => StatusCode::CONFLICT.into_response(),
        Mistake::Html => "<html><body>OK</body></html>".into_response(),
        Mistake::ByteOrderMark => "\u{feff}OK".into_response(),
        Mistake::LineBreak => "OK\n".into_response(),
        Mistake::Quotes => "\"OK\"".into_response(),
        Mistake::Json => r#"{"status":"OK"}"#.into_response(),
        Mistake::LowerCase => "ok".into_response(),
        Mistake::Created => (StatusCode::CREATED, "OK").into_response(),
        Mistake::Fails => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Mistake::RefusesUnknownOrders => (StatusCode::NOT_FOUND, "no such order").into_response(),
        _ => "OK".into_response(),
    }
}
