//! PayTR's endpoints, one file each. They take what was posted, never the typed requests of the client:
//! a slip there shows up here.

mod answer;
mod bin;
mod card_delete;
mod card_list;
mod card_program;
mod cashout;
mod direct;
mod get_token;
mod installment_rates;
mod link_create;
mod link_delete;
mod link_send;
mod payment_detail;
mod payment_statement;
mod qr_code;
mod refund;
mod report;
mod returned_transfers;
mod status;
mod transaction_report;
mod transfer;

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
        .route("/odeme/api/get-token", post(get_token::get_token))
        .route("/odeme", post(direct::pay))
        .route("/odeme/capi/list", post(card_list::card_list))
        .route("/odeme/capi/delete", post(card_delete::card_delete))
        .route("/odeme/api/bin-detail", post(bin::bin))
        .route(
            "/odeme/taksit-oranlari",
            post(installment_rates::installment_rates),
        )
        .route("/odeme/iade", post(refund::refund))
        .route("/odeme/durum-sorgu", post(status::status))
        .route(
            "/rapor/islem-dokumu",
            post(transaction_report::transaction_report),
        )
        .route(
            "/rapor/odeme-dokumu",
            post(payment_statement::payment_statement),
        )
        // PayTR's PHP sample posts to the path with a slash at its end.
        .route(
            "/rapor/odeme-dokumu/",
            post(payment_statement::payment_statement),
        )
        .route("/rapor/odeme-detayi", post(payment_detail::payment_detail))
        .route("/odeme/api/link/create", post(link_create::link_create))
        .route("/odeme/api/link/delete", post(link_delete::link_delete))
        .route("/odeme/api/link/send-sms", post(link_send::send_sms))
        .route("/odeme/api/link/send-email", post(link_send::send_email))
        .route("/odeme/platform/transfer", post(transfer::transfer))
        .route(
            "/odeme/geri-donen-transfer",
            post(returned_transfers::returned_transfers),
        )
        .route("/odeme/hesaptan-gonder", post(cashout::cashout))
}
