//! The routes of the shop.
//!
//! | route | does |
//! |---|---|
//! | `GET /` | the catalogue, and a form with the buyer's data |
//! | `POST /pay` | prices the cart, opens order and sale; a form is redirected to the payment page, JSON is told where it is |
//! | `GET /return/{order}` | where the buyer comes back to: reads the sale and settles it |
//! | `GET /orders/{order}` | JSON: how the order stands |
//! | `GET /products`, `GET /receipts` | JSON |

mod pay;
mod reading;

use std::future::ready;

use actix_web::web::{self, ServiceConfig};
use actix_web::{FromRequest, Handler, HttpResponse, Resource, guard};

use crate::answer;

pub(crate) fn mount(app: &mut ServiceConfig) {
    app.service(read("/", reading::catalogue))
        .service(read("/products", reading::products))
        .service(read("/receipts", reading::receipts))
        .service(read("/orders/{order}", reading::order))
        .service(read("/return/{order}", reading::returned))
        .service(read("/shop.css", reading::style))
        .service(web::resource("/pay").route(web::post().to(pay::pay)))
        .app_data(web::PayloadConfig::new(pay::MOST_OF_A_BODY));
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
        .default_service(web::to(|| ready(answer::text(405, "method not allowed"))))
}
