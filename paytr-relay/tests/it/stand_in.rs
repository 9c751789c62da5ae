//! In the place of PayTR: the same answer to every question.

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use tokio::net::TcpListener;

/// PayTR knows no such order.
pub(crate) const UNKNOWN_ORDER: &str =
    r#"{"status":"error","err_no":"004","err_msg":"merchant_oid ile basarili odeme bulunamadi"}"#;

/// The payment of an order was given back.
pub(crate) const GIVEN_BACK: &str = r#"{"status":"success","payment_amount":"99.00","payment_total":"99.00",
    "currency":"TL","test_mode":"0","returns":[{"return_amount":"99.00","reference_no":"R1"}]}"#;

/// Says where it listens.
pub(crate) async fn paytr_that_says(answer: &'static str) -> String {
    let answer = move || async move { ([(CONTENT_TYPE, "application/json")], answer) };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}
