//! The routes of the shop.
//!
//! | route | does |
//! |---|---|
//! | `GET /` | the catalogue, and a form with the buyer's data |
//! | `POST /pay` | prices the cart, opens order and sale; a form is redirected to the payment page, JSON is told where it is |
//! | `GET /return/{order}` | where the buyer comes back to: reads the sale and settles it |
//! | `POST /return/{order}` | the same place: a redirect to the page itself, the body is not read |
//! | `GET /orders/{order}` | JSON: how the order stands |
//! | `GET /products`, `GET /receipts` | JSON |

use std::future::ready;

use ::shop::Catalogue;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{FromRequest, Handler, HttpRequest, HttpResponse, Resource, guard};
use askama::Template;
use paytrek::{Found, OrderId, Rejection, ReturnTokenError, return_token};
use serde_json::json;

use crate::cart::Purchase;
use crate::checkout::{self, Problem};
use crate::pages::{CataloguePage, ReturnPage, STYLE};
use crate::shop::Shop;

pub(crate) fn mount(app: &mut ServiceConfig) {
    app.service(read("/", catalogue))
        .service(read("/products", products))
        .service(read("/receipts", receipts))
        .service(read("/orders/{order}", order))
        .service(read("/return/{order}", returned).route(web::post().to(returned_posted)))
        .service(read("/shop.css", style))
        .service(web::resource("/pay").route(web::post().to(pay)))
        .app_data(web::PayloadConfig::new(MOST_OF_A_BODY));
}

/// A page that is read by GET or HEAD.
fn read<F, A>(path: &str, handler: F) -> Resource
where
    F: Handler<A, Output = HttpResponse>,
    A: FromRequest + 'static,
{
    let reading = guard::Any(guard::Get()).or(guard::Head());
    web::resource(path)
        .route(web::route().guard(reading).to(handler))
        .default_service(web::to(|| ready(text(405, "method not allowed"))))
}

/// `GET /`
async fn catalogue(shop: Data<Shop>) -> HttpResponse {
    // Fresh per page: clicking twice on one page is one purchase, a new page is a new one.
    let idempotency_key = match getrandom::u64() {
        Ok(random) => format!("{random:016x}"),
        Err(error) => return failure(&error),
    };
    let host = shop.settlement().client().host();
    let template = CataloguePage {
        products: Catalogue.products(),
        idempotency_key,
        fake: shop.has_fake(),
    };
    page(&template, host.as_str())
}

/// `GET /products`
async fn products() -> HttpResponse {
    HttpResponse::Ok().json(Catalogue.products())
}

/// `GET /receipts`
async fn receipts(shop: Data<Shop>) -> HttpResponse {
    match shop.receipts().list().await {
        Ok(receipts) => HttpResponse::Ok().json(receipts),
        Err(error) => failure(&error),
    }
}

/// `GET /orders/{order}`
async fn order(shop: Data<Shop>, order: Path<String>) -> HttpResponse {
    let Ok(order) = OrderId::new(&order) else {
        return text(404, "unknown order");
    };
    match shop.record(&order).await {
        Ok(Some(record)) => HttpResponse::Ok().json(json!({ "state": record.state.as_str() })),
        Ok(None) => text(404, "unknown order"),
        Err(error) => failure(&error),
    }
}

/// `GET /return/{order}?token=…`: reads the sale and settles it. Safe to load again and again.
///
/// Without a token the order is asked about by the token that the shop wrote down when it opened the sale: the
/// one that a browser brings is only compared with it. A wrong token is another matter: it is rejected.
async fn returned(shop: Data<Shop>, order: Path<String>, request: HttpRequest) -> HttpResponse {
    let Ok(order) = OrderId::new(&order) else {
        return text(404, "unknown order");
    };
    let query = request.query_string();
    let returned = match return_token(query) {
        Err(ReturnTokenError::Missing) => asked_about(&shop, &order).await,
        _ => shop.settlement().returned(&order, query).await,
    };
    let record = match shop.record(&order).await {
        Ok(record) => record,
        Err(error) => return failure(&error),
    };
    page(
        &ReturnPage::of(order.as_str(), &returned, record.as_ref()),
        "",
    )
}

/// What is known of an order, whose browser brought nothing.
async fn asked_about(shop: &Shop, order: &OrderId) -> Result<Found, Rejection> {
    match shop.settlement().settle(order).await {
        Ok(asked) => Ok(asked.ok_or(Rejection::UnknownOrder)?.found),
        // The reconciler has it in the log.
        Err(_) => Ok(Found::Unavailable),
    }
}

/// `POST /return/{order}`: a redirect to the page itself. Paytrek sends browsers back by `GET`, but a bank's
/// page may come back by `POST`, with the token in the body. No field is read: the page does without a token.
async fn returned_posted(order: Path<String>, request: HttpRequest) -> HttpResponse {
    let Ok(order) = OrderId::new(&order) else {
        return text(404, "unknown order");
    };
    // A query that is there is judged by the page.
    let page = match request.query_string() {
        "" => format!("/return/{order}"),
        query => format!("/return/{order}?{query}"),
    };
    HttpResponse::SeeOther()
        .insert_header((LOCATION, page))
        .finish()
}

/// `GET /shop.css`
async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .body(STYLE)
}

/// No cart is near this.
const MOST_OF_A_BODY: usize = 16 * 1024;

/// `POST /pay`
async fn pay(shop: Data<Shop>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let content_type = request.headers().get(CONTENT_TYPE);
    let content_type = content_type
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let wants_json = content_type.starts_with("application/json");
    let purchase = if wants_json {
        serde_json::from_slice(&body).map_err(|_| Problem {
            status: 400,
            message: "basket, user_name, email, user_address and user_phone are needed",
        })
    } else {
        Ok(Purchase::of_form(&body))
    };
    // The connection, not a header: anybody can write headers.
    let Some(peer) = request.peer_addr() else {
        return failure(&"a request without a connection");
    };
    let opened = match purchase {
        Ok(purchase) => checkout::open(&shop, &purchase, peer.ip()).await,
        Err(problem) => Err(problem),
    };
    match opened {
        Ok(sale) if wants_json => HttpResponse::Ok().json(json!({
            "status": "success", "order_id": sale.order.as_str(), "page_url": sale.page.as_str(),
        })),
        Ok(sale) => HttpResponse::SeeOther()
            .insert_header((LOCATION, sale.page.as_str()))
            .finish(),
        Err(problem) if wants_json => {
            let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::BAD_REQUEST);
            let body = json!({ "status": "failed", "message": problem.message });
            HttpResponse::build(status).json(body)
        }
        Err(problem) => text(problem.status, problem.message),
    }
}

/// A page. Its forms may lead to the payment page: browsers hold redirects after a form to `form-action` too.
fn page(template: &impl Template, payment_host: &str) -> HttpResponse {
    let policy = format!(
        "default-src 'none'; style-src 'self'; form-action 'self' {payment_host}; \
         base-uri 'none'; frame-ancestors 'none'"
    );
    match template.render() {
        Ok(html) => HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .insert_header((CONTENT_SECURITY_POLICY, policy))
            .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .body(html),
        Err(error) => failure(&error),
    }
}

/// Something that the buyer can do nothing about; the cause is for the log only.
fn failure(error: &dyn std::fmt::Display) -> HttpResponse {
    tracing::error!(%error, "a page could not be made");
    text(500, "internal error")
}

fn text(status: u16, text: &'static str) -> HttpResponse {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    HttpResponse::build(status)
        .content_type("text/plain; charset=utf-8")
        .body(text)
}
