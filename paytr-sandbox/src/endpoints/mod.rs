//! PayTR's endpoints, one file for those that belong together. They take what was posted, never the
//! typed requests of the client: a slip there shows up here.

mod answer;
mod cards;
mod cashout;
mod direct;
mod links;
mod payments;
mod reports;
mod transfers;

use std::sync::Arc;

use axum::Router;
use axum::routing::post;

use crate::shared::Shared;

/// The path of every endpoint, in the order of PayTR's documentation.
#[cfg(test)]
pub(crate) const PATHS: [&str; 18] = [
    "/odeme/api/get-token",
    "/odeme",
    "/odeme/capi/list",
    "/odeme/capi/delete",
    "/odeme/api/bin-detail",
    "/odeme/taksit-oranlari",
    "/odeme/iade",
    "/odeme/durum-sorgu",
    "/rapor/islem-dokumu",
    "/rapor/odeme-dokumu",
    "/rapor/odeme-detayi",
    "/odeme/api/link/create",
    "/odeme/api/link/delete",
    "/odeme/api/link/send-sms",
    "/odeme/api/link/send-email",
    "/odeme/platform/transfer",
    "/odeme/geri-donen-transfer",
    "/odeme/hesaptan-gonder",
];

/// What servers call with tokens, and the form of the Direct API that a browser posts from a page of
/// the shop.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/odeme/api/get-token", post(payments::get_token))
        .route("/odeme", post(direct::pay))
        .route("/odeme/capi/list", post(cards::card_list))
        .route("/odeme/capi/delete", post(cards::card_delete))
        .route("/odeme/api/bin-detail", post(cards::bin))
        .route("/odeme/taksit-oranlari", post(cards::installment_rates))
        .route("/odeme/iade", post(payments::refund))
        .route("/odeme/durum-sorgu", post(payments::status))
        .route("/rapor/islem-dokumu", post(reports::transaction_report))
        .route("/rapor/odeme-dokumu", post(reports::payment_statement))
        // PayTR's PHP sample posts to the path with a slash at its end.
        .route("/rapor/odeme-dokumu/", post(reports::payment_statement))
        .route("/rapor/odeme-detayi", post(reports::payment_detail))
        .route("/odeme/api/link/create", post(links::link_create))
        .route("/odeme/api/link/delete", post(links::link_delete))
        .route("/odeme/api/link/send-sms", post(links::send_sms))
        .route("/odeme/api/link/send-email", post(links::send_email))
        .route("/odeme/platform/transfer", post(transfers::transfer))
        .route(
            "/odeme/geri-donen-transfer",
            post(transfers::returned_transfers),
        )
        .route("/odeme/hesaptan-gonder", post(cashout::cashout))
}
