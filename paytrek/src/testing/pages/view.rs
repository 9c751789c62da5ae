use askama::Template;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION};
use axum::response::{Html, IntoResponse as _, Response};
use url::Url;

use crate::card::TestCard;
use crate::testing::state::State;

/// What a page says about the sale it is for.
pub(super) struct SaleView {
    pub(super) token: String,
    pub(super) order: String,
    pub(super) amount: String,
    pub(super) return_url: String,
    pub(super) is_open: bool,
}

impl SaleView {
    pub(super) fn of(state: &mut State, token: &str) -> Option<Self> {
        let now = state.now();
        let sale = state.find_sale(token)?;
        Some(Self {
            token: sale.token.clone(),
            order: sale.order().to_owned(),
            amount: format!("{} {}", sale.amount, sale.text("currency")),
            return_url: sale.return_url(),
            is_open: matches!(&*sale.status, "Created" | "Declined") && now <= sale.expires_at(),
        })
    }
}

#[derive(Template)]
#[template(path = "hosted.html")]
pub(super) struct HostedPage<'a> {
    pub(super) sale: &'a SaleView,
    pub(super) decline: Option<&'static str>,
    pub(super) cards: &'a [TestCard],
}

#[derive(Template)]
#[template(path = "bank.html")]
pub(super) struct BankPage<'a> {
    pub(super) sale: &'a SaleView,
}

#[derive(Template)]
#[template(path = "message.html")]
struct MessagePage<'a> {
    text: &'a str,
}

pub(super) fn message(status: StatusCode, text: &str) -> Response {
    (status, page(&MessagePage { text }, "")).into_response()
}

/// A page whose form may lead to the shop: browsers hold redirects after a form to `form-action` too.
pub(super) fn page(template: &impl Template, return_url: &str) -> Response {
    let Ok(html) = template.render() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let shop = Url::parse(return_url).map(|url| url.origin().ascii_serialization());
    let policy = format!(
        "default-src 'none'; style-src 'self'; form-action 'self' {}; base-uri 'none'; \
         frame-ancestors 'none'",
        shop.unwrap_or_default()
    );
    let headers = [
        (CONTENT_SECURITY_POLICY, policy),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, Html(html)).into_response()
}

pub(super) fn see_other(address: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, address)]).into_response()
}

/// Back to the shop; a sale without an address of its own ends here.
pub(super) fn back_to_shop(sale: &SaleView) -> Response {
    if Url::parse(&sale.return_url).is_ok() {
        see_other(&sale.return_url)
    } else {
        message(
            StatusCode::OK,
            "Bitti. Done: this sale has no return address.",
        )
    }
}

pub(super) async fn style() -> Response {
    let style = include_str!("../../../assets/fake.css");
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], style).into_response()
}
