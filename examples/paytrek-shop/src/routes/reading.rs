use ::shop::Catalogue;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use paytrek::OrderId;
use serde_json::json;

use crate::answer;
use crate::pages::{CataloguePage, ReturnPage, STYLE};
use crate::shop::Shop;

/// `GET /`
pub(super) async fn catalogue(shop: Data<Shop>) -> HttpResponse {
    // Fresh per page: clicking twice on one page is one purchase, a new page is a new one.
    let idempotency_key = match getrandom::u64() {
        Ok(random) => format!("{random:016x}"),
        Err(error) => return answer::failure(&error),
    };
    let host = shop.settlement().client().host();
    let page = CataloguePage {
        products: Catalogue.products(),
        idempotency_key,
        fake: shop.has_fake(),
    };
    answer::page(&page, host.as_str())
}

/// `GET /products`
pub(super) async fn products() -> HttpResponse {
    HttpResponse::Ok().json(Catalogue.products())
}

/// `GET /receipts`
pub(super) async fn receipts(shop: Data<Shop>) -> HttpResponse {
    match shop.receipts().list().await {
        Ok(receipts) => HttpResponse::Ok().json(receipts),
        Err(error) => answer::failure(&error),
    }
}

/// `GET /orders/{order}`
pub(super) async fn order(shop: Data<Shop>, order: Path<String>) -> HttpResponse {
    let Ok(order) = OrderId::new(&order) else {
        return answer::text(404, "unknown order");
    };
    match shop.record(&order).await {
        Ok(Some(record)) => HttpResponse::Ok().json(json!({ "state": record.state.as_str() })),
        Ok(None) => answer::text(404, "unknown order"),
        Err(error) => answer::failure(&error),
    }
}

/// `GET /return/{order}?token=…`: reads the sale and settles it. Safe to load again and again.
pub(super) async fn returned(
    shop: Data<Shop>,
    order: Path<String>,
    request: HttpRequest,
) -> HttpResponse {
    let Ok(order) = OrderId::new(&order) else {
        return answer::text(404, "unknown order");
    };
    let query = request.query_string();
    let returned = shop.settlement().returned(&order, query).await;
    let record = match shop.record(&order).await {
        Ok(record) => record,
        Err(error) => return answer::failure(&error),
    };
    answer::page(
        &ReturnPage::of(order.as_str(), &returned, record.as_ref()),
        "",
    )
}

/// `GET /shop.css`
pub(super) async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .body(STYLE)
}
