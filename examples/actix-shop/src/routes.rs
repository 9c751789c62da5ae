//! The routes of the shop, and the purchase flow mounted beside them.

use std::future::ready;

use actix_web::http::StatusCode;
use actix_web::web::{Data, ServiceConfig};
use actix_web::{Handler, HttpRequest, HttpResponse, Resource, guard, web};
use paytr_actix::{back_office, purchase_flow};
use shop::{Answer, Shop};

pub(crate) fn mount(shop: &Data<Shop>) -> impl FnOnce(&mut ServiceConfig) + use<> {
    let flow = shop.flow().clone();
    let office = shop.back_office().cloned();
    |app| {
        app.service(page("/", async |shop: Data<Shop>| {
            respond(shop.catalogue_page())
        }))
        .service(page("/cart", cart))
        .service(page("/products", async |shop: Data<Shop>| {
            respond(shop.products())
        }))
        .service(page("/receipts", async |shop: Data<Shop>| {
            respond(shop.receipts().await)
        }))
        .service(page("/ready", async |shop: Data<Shop>| {
            respond(shop.ready().await)
        }))
        .service(page("/shop.css", async |shop: Data<Shop>| {
            respond(shop.style())
        }))
        .service(page("/shop.js", async |shop: Data<Shop>| {
            respond(shop.script())
        }))
        .service(page("/favicon.ico", async |shop: Data<Shop>| {
            respond(shop.icon())
        }))
        .service(purchase_flow(flow));
        if let Some(office) = office {
            app.service(back_office(office));
        }
    }
}

/// A page that is read by GET or HEAD.
fn page<F, A>(path: &str, handler: F) -> Resource
where
    F: Handler<A, Output = HttpResponse>,
    A: actix_web::FromRequest + 'static,
{
    let reading = guard::Any(guard::Get()).or(guard::Head());
    let refuse = || ready(respond(Answer::method_not_allowed()));
    web::resource(path)
        .route(web::route().guard(reading).to(handler))
        .default_service(web::to(refuse))
}

async fn cart(shop: Data<Shop>, request: HttpRequest) -> HttpResponse {
    respond(shop.cart_page(request.query_string()))
}

fn respond(answer: Answer) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    for header in answer.headers {
        response.append_header(header);
    }
    response.body(answer.body)
}
