use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::routing::{get, post};
use http_body_util::BodyExt;
use notification_suite::credentials;
use notification_suite::payments::ledger;
use paytr_axum::paytr_core::Currency;
use paytr_axum::paytr_core::testing::PaymentNotification;
use paytr_axum::{CallbackGate, Money, PaytrCallbackLayer, VerifiedCallback};
use tower::ServiceExt;

async fn gate() -> CallbackGate {
    CallbackGate::with_ledger(credentials(), ledger().await)
}

/// The payment is the first argument and the body the last: the extractor leaves the body alone.
async fn handler(payment: VerifiedCallback, body: String) -> StatusCode {
    let fits = payment.total() == Some(Money::new(3_456, Currency::TRY))
        && payment.attempt() == 1
        && body.contains(payment.merchant_oid());
    if fits {
        StatusCode::OK
    } else {
        StatusCode::BAD_REQUEST
    }
}

async fn answer(app: Router) -> (StatusCode, String) {
    let body = PaymentNotification::success("SHOP0001", 3_456).sign(&credentials());
    let request = Request::post("/paytr/callback")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(body.to_body()))
        .unwrap();
    let response = app.oneshot(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn behind_the_layer_the_handler_gets_the_payment() {
    let app = Router::new()
        .route("/paytr/callback", post(handler))
        .layer(PaytrCallbackLayer::new(gate().await).at("/paytr/callback"));
    assert_eq!(answer(app).await, (StatusCode::OK, "OK".to_owned()));
}

/// Around the handler of one route the layer needs no path, nested or not. It answers other methods too.
#[tokio::test]
async fn around_one_route_every_request_is_a_notification() {
    let route = || async { post(handler).layer(PaytrCallbackLayer::new(gate().await)) };
    let app = Router::new().route("/paytr/callback", route().await);
    assert_eq!(answer(app.clone()).await, (StatusCode::OK, "OK".to_owned()));
    let get = Request::get("/paytr/callback").body(Body::empty()).unwrap();
    let refused = app.oneshot(get).await.unwrap();
    assert_eq!(refused.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(refused.headers()["allow"], "POST");

    let nested = Router::new().route("/callback", route().await);
    let app = Router::new().nest("/paytr", nested);
    assert_eq!(answer(app).await, (StatusCode::OK, "OK".to_owned()));
}

/// Inside of the nesting it sees the rest of the path, outside the whole path.
#[tokio::test]
async fn around_a_whole_app_it_guards_one_path_nested_or_not() {
    let routes = || Router::new().route("/callback", post(handler));
    let inside = routes().layer(PaytrCallbackLayer::new(gate().await).at("/callback"));
    let app = Router::new()
        .route("/", get(async || "the shop"))
        .nest("/paytr", inside);
    assert_eq!(answer(app).await, (StatusCode::OK, "OK".to_owned()));
    let outside = PaytrCallbackLayer::new(gate().await).at("/paytr/callback");
    let app = Router::new()
        .route("/", get(async || "the shop"))
        .nest("/paytr", routes())
        .layer(outside);
    assert_eq!(answer(app.clone()).await, (StatusCode::OK, "OK".to_owned()));
    let shop = Request::get("/").body(Body::empty()).unwrap();
    assert_eq!(app.oneshot(shop).await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn without_the_layer_the_answer_is_500_and_names_it() {
    let app = Router::new().route("/paytr/callback", post(handler));
    let (status, body) = answer(app).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(body.contains("PaytrCallbackLayer"), "{body}");
}

#[tokio::test]
async fn a_layer_on_another_path_does_not_let_the_handler_run() {
    let app = Router::new()
        .route("/paytr/callback", post(handler))
        .layer(PaytrCallbackLayer::new(gate().await).at("/other"));
    assert_eq!(answer(app).await.0, StatusCode::INTERNAL_SERVER_ERROR);
}
