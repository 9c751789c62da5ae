//! The pages of the shop: the catalogue and the page where the buyer lands.

use askama::Template;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFRESH};
use axum::response::{IntoResponse as _, Response};
use payture::OrderState;
use shop::{Catalogue, Product};

const STYLE: &str = include_str!("../../shop/assets/shop.css");
const ICON: &str = include_str!("../../shop/assets/icon.svg");

/// Nothing runs, and forms may lead to Payture's page.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; \
                      form-action 'self' http: https:; base-uri 'none'; frame-ancestors 'none'";

#[derive(Template)]
#[template(path = "catalogue.html")]
struct CataloguePage<'a> {
    products: &'a [Product],
    idempotency_key: String,
    fake: bool,
}

#[derive(Template)]
#[template(path = "landing.html")]
struct LandingPage<'a> {
    order_id: &'a str,
    state: &'a str,
    fake: bool,
}

/// A price as a buyer reads it: `34,56 TL`.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand references over"
)]
fn lira(minor_units: &u64) -> String {
    format!("{},{:02} TL", minor_units / 100, minor_units % 100)
}

/// `GET /`.
pub(crate) fn catalogue(fake: bool) -> Response {
    // Fresh per page: clicking twice on one page is one purchase, a new page is a new one.
    let Ok(random) = getrandom::u64() else {
        return failure(&"no randomness");
    };
    page(&CataloguePage {
        products: Catalogue.products(),
        idempotency_key: format!("{random:016x}"),
        fake,
    })
}

/// Where the buyer lands. While the shop waits, the page loads itself again, and each time the shop asks
/// Payture: every 3 s, as Payture advises.
pub(crate) fn landing(order_id: &str, state: &OrderState, fake: bool) -> Response {
    let mut response = page(&LandingPage {
        order_id,
        state: state.as_str(),
        fake,
    });
    if matches!(state, OrderState::Pending | OrderState::Undelivered(_)) {
        let again = axum::http::HeaderValue::from_static("3");
        response.headers_mut().insert(REFRESH, again);
    }
    response
}

pub(crate) fn style() -> Response {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

pub(crate) fn icon() -> Response {
    ([(CONTENT_TYPE, "image/svg+xml")], ICON).into_response()
}

fn page(template: &impl Template) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (CACHE_CONTROL, "no-store"),
    ];
    match template.render() {
        Ok(html) => (headers, html).into_response(),
        Err(error) => failure(&error),
    }
}

/// Something that the buyer can do nothing about; the cause is for the log only.
pub(crate) fn failure(error: &dyn std::fmt::Display) -> Response {
    tracing::error!(%error, "a page could not be made");
    (StatusCode::INTERNAL_SERVER_ERROR, "internal error").into_response()
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use axum::body::to_bytes;
    use payture::{Currency, Money, Undelivered};

    use super::*;

    #[tokio::test]
    async fn a_buyer_who_paid_is_told_so_and_only_a_page_that_waits_comes_again() {
        let total = Money::new(1, Currency::TRY);
        let owed = Undelivered::new(total, 3, SystemTime::now(), None);
        for (state, text, comes_again) in [
            (OrderState::Pending, "Ödemeniz bekleniyor", true),
            (OrderState::Undelivered(owed), "Ödemeniz alındı", true),
            (OrderState::paid(total), "Ödemeniz alındı", false),
            (OrderState::Review, "Ödemeniz inceleniyor", false),
            (OrderState::Failed, "Ödeme yapılmadı", false),
            (OrderState::Closed, "Ödeme yapılmadı", false),
        ] {
            let page = landing("A", &state, false);
            assert_eq!(
                page.headers().contains_key(REFRESH),
                comes_again,
                "{state:?}"
            );
            let body = to_bytes(page.into_body(), 64 * 1024).await.unwrap();
            let html = String::from_utf8(body.to_vec()).unwrap();
            assert!(html.contains(text), "{state:?}: {html}");
            let told = format!("data-state=\"{}\"", state.as_str());
            assert!(html.contains(&told), "{state:?}: {html}");
        }
    }
}
