//! What browsers see: the payment page, where buyers land, and the back office.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use paytr_axum::{back_office, purchase_flow};

use crate::merchant::Merchant;

/// The pages of one merchant, to be nested at its name.
pub(super) fn routes(merchant: &Arc<Merchant>) -> Router {
    let office = merchant.back_office.clone();
    Router::new()
        .merge(purchase_flow(merchant.flow.clone()))
        .merge(office.map_or_else(Router::new, back_office))
}

/// The way back to the shop. A nested router has no address with a slash at its end, and the pages link to that one.
pub(super) fn way_back(merchant: &Arc<Merchant>) -> Router {
    let path = format!("/{}/", merchant.settings.name);
    let route = get(to_shop).with_state(Arc::clone(merchant));
    Router::new().route(&path, route)
}

/// From the pages where buyers land.
async fn to_shop(State(merchant): State<Arc<Merchant>>) -> Response {
    match &merchant.settings.shop_url {
        Some(url) => Redirect::to(url.as_str()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
