use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

use super::book::{Book, Seen};
use super::commands::Carried;
use super::control::Fault;
use super::wire::{Fields, Xml};
use super::{pages, steering};
use crate::Interface;

/// No request of Payture is near this, in bytes.
const MOST_OF_A_BODY: usize = 256 * 1024;

pub(super) struct Shared {
    pub(super) book: Mutex<Book>,
    pub(super) notify_url: watch::Sender<Option<Url>>,
    pub(super) changed: watch::Sender<()>,
    pub(super) http: reqwest::Client,
    pub(super) attempts: u32,
    pub(super) pause: Duration,
    pub(super) slow: Duration,
    pub(super) back_after: Duration,
    pub(super) stop: CancellationToken,
    pub(super) tasks: TaskTracker,
}

impl Shared {
    pub(super) fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Serves until the fake stops.
pub(super) fn serve(shared: &Arc<Shared>, listener: TcpListener) {
    let app = Router::new()
        .route("/apicheque/{command}", post(receipt))
        .route("/{interface}/{command}", post(command))
        .route("/apim/Pay", get(pages::payment))
        // The page has the same address as the command that needs no page.
        .route("/vwapi/Pay", get(pages::payment).post(command))
        .route("/vwapi/Add", get(pages::registration).post(command))
        .route("/page/pay", post(pages::pay))
        .route("/page/confirm", post(pages::confirm))
        .route("/page/add", post(pages::add))
        .route("/acs", post(pages::acs))
        .merge(steering::routes())
        .layer(DefaultBodyLimit::max(MOST_OF_A_BODY))
        .with_state(Arc::clone(shared));
    let stop = shared.stop.clone();
    shared.tasks.spawn(async move {
        let server =
            axum::serve(listener, app).with_graceful_shutdown(stop.clone().cancelled_owned());
        // Requests whose answer is lost on purpose would keep it from stopping.
        let out_of_patience = async {
            stop.cancelled().await;
            tokio::time::sleep(Duration::from_millis(200)).await;
        };
        tokio::select! {
            outcome = server.into_future() => {
                if let Err(error) = outcome {
                    tracing::error!(%error, "the fake stopped listening");
                }
            }
            () = out_of_patience => {}
        }
    });
}

async fn command(State(shared): State<Arc<Shared>>, uri: Uri, body: Bytes) -> Response {
    let Some((interface, command)) = uri.path().trim_start_matches('/').split_once('/') else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let known = Interface::ALL
        .into_iter()
        .find(|known| known.path() == interface);
    let Some(interface) = known else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let fields = Fields::outer(&body);
    let (number, fault) = {
        let mut book = shared.book();
        let name = format!("{interface}/{command}");
        book.requests.push(Seen::new(name, fields.as_ref()));
        (book.requests.len() - 1, book.take_fault(command))
    };
    match fault {
        Some(Fault::LostBefore) => return lost(&shared).await,
        Some(Fault::ServerError) => {
            return (StatusCode::INTERNAL_SERVER_ERROR, "<html>Ooooops!</html>").into_response();
        }
        Some(Fault::Answer(answer)) => return xml(answer),
        Some(Fault::LostAfter) | None => {}
    }
    let carried = match fields {
        Some(fields) => shared.book().carry_out(interface, command, &fields),
        None => Carried::from(Xml::failure(command, "WRONG_PARAMS")),
    };
    shared.announce();
    if fault.is_some() {
        return lost(&shared).await;
    }
    // A reset may have come in between.
    if let Some(seen) = shared.book().requests.get_mut(number) {
        seen.success = Some(carried.xml.success);
        seen.code.clone_from(&carried.xml.code);
    }
    if carried.stalls {
        tokio::time::sleep(shared.slow).await;
    }
    xml(carried.xml.render())
}

/// No answer, until the client gives up or the fake stops.
async fn lost(shared: &Shared) -> Response {
    shared.stop.cancelled().await;
    StatusCode::GATEWAY_TIMEOUT.into_response()
}

fn xml(text: String) -> Response {
    ([(CONTENT_TYPE, "text/xml; charset=utf-8")], text).into_response()
}

async fn receipt(
    State(shared): State<Arc<Shared>>,
    Path(command): Path<String>,
    body: Bytes,
) -> Response {
    let answer = {
        let mut book = shared.book();
        book.requests
            .push(Seen::new(format!("apicheque/{command}"), None));
        book.receipt(&command, &body)
    };
    ([(CONTENT_TYPE, "application/json")], answer.to_string()).into_response()
}

impl Book {
    /// The commands of `apicheque`.
    fn receipt(&mut self, command: &str, body: &[u8]) -> Value {
        let failure = |status: &str| json!({"Success": false, "ErrCode": null, "ErrMessages": null, "Status": status});
        let Ok(body) = serde_json::from_slice::<Value>(body) else {
            return failure("BadRequest");
        };
        let text = |path: &str| {
            body.pointer(path)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        let terminal = text("/Key").unwrap_or_default();
        let known = self.terminals.get(&terminal);
        if known.is_none() || known != text("/Password").as_ref() {
            return failure("Unauthorized");
        }
        match command {
            "Create" => {
                let positions = body
                    .pointer("/Cheque/Content/Positions")
                    .and_then(Value::as_array);
                let some = positions.is_some_and(|positions| !positions.is_empty());
                let Some(id) = text("/Cheque/Id").filter(|_| some) else {
                    return failure("BadRequest");
                };
                if self.receipts.contains(&id) {
                    return failure("Conflict");
                }
                self.receipts.push(id);
                json!({"Success": true, "ErrCode": null, "ErrMessages": null, "Status": "Accepted"})
            }
            "Status" => {
                let id = text("/Id").unwrap_or_default();
                if !self.receipts.contains(&id) {
                    return failure("NotFound");
                }
                let cheque = json!({
                    "Sended": true, "Cheque": {"Id": id}, "ErrCode": null, "Status": "Created",
                });
                json!({"Success": true, "ErrCode": null, "Cheques": [cheque]})
            }
            _ => failure("BadRequest"),
        }
    }
}
