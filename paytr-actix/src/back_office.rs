//! The back office on actix.

use actix_web::dev::HttpServiceFactory;
use actix_web::http::Method;
use actix_web::http::header::HeaderValue;
use actix_web::{HttpRequest, HttpResponse, guard, web};
use paytr_flow::back_office::{self, BackOffice, Head};

use crate::purchase_flow::{read, respond};
use crate::rejection::Unread;

/// The pages of a [`BackOffice`], to be given to an app's `service`: everything at and below its
/// [path](BackOffice::path), `/back-office` unless it says otherwise.
///
/// Its guard is asked before anything is read but the head of a request.
///
/// ```no_run
/// use std::sync::Arc;
/// use actix_web::{App, HttpServer};
/// use paytr_actix::{BoxError, MemoryStore, back_office};
/// use paytr_actix::paytr_flow::{PurchaseFlow, back_office::{BackOffice, BasicGuard}};
///
/// async fn serve(flow: PurchaseFlow, ledger: Arc<MemoryStore>, password: &str) -> Result<(), BoxError> {
///     let guard = BasicGuard::new("admin", password)?;
///     let office = BackOffice::builder(&flow, ledger, guard).build()?;
///     let app = move || App::new().service(back_office(office.clone()));
///     Ok(HttpServer::new(app).bind("127.0.0.1:3000")?.run().await?)
/// }
/// ```
pub fn back_office(office: BackOffice) -> impl HttpServiceFactory + 'static {
    let path = office.path().to_owned();
    // Actix matches paths after decoding them. Only the plain spelling is a route here, as elsewhere.
    let start = path.clone();
    let spelled = guard::fn_guard(move |context| context.head().uri.path().contains(&start));
    web::scope(&path)
        .guard(spelled)
        .app_data(web::Data::new(office))
        .default_service(web::to(serve))
}

async fn serve(
    office: web::Data<BackOffice>,
    request: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    // Own copies: the guard may be asked on any thread.
    let headers = request.headers().clone();
    let header = |name: &str| {
        let value = headers.get(name).map(HeaderValue::as_bytes);
        value.map(<[u8]>::to_vec)
    };
    let head = Head {
        method: request.method().as_str(),
        path: request.uri().path(),
        query: request.uri().query(),
        header: &header,
    };
    let mut payload = payload.into_inner();
    let operator = match office.admit(&head).await {
        Ok(operator) => operator,
        Err(refused) => return Unread::new(payload).stay_in(respond(refused)),
    };
    let body = if request.method() == Method::POST {
        match read(request.headers(), &mut payload).await {
            Ok(body) => body,
            Err(refused) => return Unread::new(payload).stay_in(respond(refused)),
        }
    } else {
        web::Bytes::new()
    };
    let request = back_office::Request {
        operator,
        head,
        body: &body,
    };
    respond(office.answer(request).await)
}
