use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;

use super::hosted::no_sale;
use super::view::{BankPage, SaleView, back_to_shop, page};
use crate::testing::fake::Shared;

#[derive(Deserialize)]
pub(super) struct Password {
    password: String,
}

/// `GET /3d/…`
pub(super) async fn show(State(shared): State<Arc<Shared>>, Path(token): Path<String>) -> Response {
    let sale = SaleView::of(&mut shared.state(), &token);
    sale.map_or_else(no_sale, |sale| {
        page(&BankPage { sale: &sale }, &sale.return_url)
    })
}

/// `POST /3d/…`: the charge is finished here; the browser goes back after success and failure alike.
pub(super) async fn confirm(
    State(shared): State<Arc<Shared>>,
    Path(token): Path<String>,
    Form(password): Form<Password>,
) -> Response {
    let mut state = shared.state();
    state.finish_3d(&token, &password.password);
    let sale = SaleView::of(&mut state, &token);
    sale.map_or_else(no_sale, |sale| back_to_shop(&sale))
}
