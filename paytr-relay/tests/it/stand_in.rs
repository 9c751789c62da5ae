//! In the place of PayTR: the same answer to every question.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use tokio::net::TcpListener;

/// PayTR knows no such order.
pub(crate) const UNKNOWN_ORDER: &str =
    r#"{"status":"error","err_no":"004","err_msg":"merchant_oid ile basarili odeme bulunamadi"}"#;

/// The payment of an order was given back.
pub(crate) const GIVEN_BACK: &str = r#"{"status":"success","payment_amount":"99.00","payment_total":"99.00",
    "currency":"TL","test_mode":"0","returns":[{"return_amount":"99.00","reference_no":"R1"}]}"#;

/// It keeps what it was asked, too.
pub(crate) struct PaytrThatKeeps {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl PaytrThatKeeps {
    pub(crate) async fn start(answer: &'static str) -> Self {
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let kept = Arc::clone(&asked);
        let answer = move |body: String| async move {
            kept.lock().unwrap().push(body);
            ([(CONTENT_TYPE, "application/json")], answer)
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(answer);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            url: format!("http://{address}"),
            asked,
        }
    }

    /// The forms that were posted.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// Says where it listens.
pub(crate) async fn paytr_that_says(answer: &'static str) -> String {
    PaytrThatKeeps::start(answer).await.url
}
