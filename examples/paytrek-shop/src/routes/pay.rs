use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, LOCATION};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::answer;
use crate::cart::Purchase;
use crate::checkout::{self, Problem};
use crate::shop::Shop;

/// No cart is near this.
pub(super) const MOST_OF_A_BODY: usize = 16 * 1024;

/// `POST /pay`
pub(super) async fn pay(shop: Data<Shop>, request: HttpRequest, body: Bytes) -> HttpResponse {
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
        return answer::failure(&"a request without a connection");
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
        Err(problem) => answer::text(problem.status, problem.message),
    }
}
