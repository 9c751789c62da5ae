//! The back office as a router.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::any;
use http::Method;
use http::header::HeaderValue;
use paytr_flow::back_office::{self, BackOffice, Head};

use crate::purchase_flow::{read, respond};

/// The pages of a [`BackOffice`], to be merged into an app: everything at and below its
/// [path](BackOffice::path), `/back-office` unless it says otherwise.
///
/// Its guard is asked before anything is read but the head of a request.
///
/// ```
/// use std::sync::Arc;
/// use axum::Router;
/// use paytr_axum::{BoxError, MemoryStore, back_office};
/// use paytr_axum::paytr_flow::{PurchaseFlow, back_office::{BackOffice, BasicGuard}};
///
/// fn office(flow: &PurchaseFlow, ledger: Arc<MemoryStore>, password: &str) -> Result<Router, BoxError> {
///     let guard = BasicGuard::new("admin", password)?;
///     Ok(Router::new().merge(back_office(BackOffice::builder(flow, ledger, guard).build()?)))
/// }
/// ```
pub fn back_office<S>(office: BackOffice) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let path = office.path().to_owned();
    Router::new()
        .route(&path, any(serve))
        .route(&format!("{path}/"), any(serve))
        .route(&format!("{path}/{{*page}}"), any(serve))
        .with_state(office)
}

async fn serve(State(office): State<BackOffice>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let header = |name: &str| {
        let value = parts.headers.get(name).map(HeaderValue::as_bytes);
        value.map(<[u8]>::to_vec)
    };
    let head = Head {
        method: parts.method.as_str(),
        path: parts.uri.path(),
        query: parts.uri.query(),
        header: &header,
    };
    let operator = match office.admit(&head).await {
        Ok(operator) => operator,
        Err(refused) => return respond(refused),
    };
    let body = if parts.method == Method::POST {
        match read(body).await {
            Ok(body) => body,
            Err(refused) => return respond(refused),
        }
    } else {
        Bytes::new()
    };
    let request = back_office::Request {
        operator,
        head,
        body: &body,
    };
    respond(office.answer(request).await)
}
