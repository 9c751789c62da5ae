//! The kinds beside payments, against the suite that both frameworks run.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, StatusCode};
use axum::routing::any;
use http_body_util::BodyExt;
use notification_suite::{Gates, Probe, credentials, expectations, paths};
use paytr_axum::paytr_core::api::EftBank;
use paytr_axum::paytr_core::callback::PersonalData;
use paytr_axum::paytr_core::testing::{EftNotification, LinkNotification};
use paytr_axum::paytr_core::{
    BoxError, CashoutResult, EftNotice, LinkPayment, PlatformResult, TransferResult,
};
use paytr_axum::{
    CashoutResultLayer, EftNoticeLayer, LinkCallbackLayer, Notification, PlatformResultLayer,
    TransferResultLayer,
};
use tokio::net::TcpListener;
use tower::ServiceExt;

type Shop = State<Arc<Probe>>;

fn status(handled: Result<(), BoxError>) -> (StatusCode, &'static str) {
    let status = handled.map_or(StatusCode::INTERNAL_SERVER_ERROR, |()| StatusCode::OK);
    (status, "never shown to PayTR")
}

async fn link(
    State(probe): Shop,
    payment: Notification<LinkPayment>,
) -> (StatusCode, &'static str) {
    status(probe.link(&payment).await)
}

async fn eft(
    State(probe): Shop,
    notice: Notification<EftNotice>,
    body: String,
) -> (StatusCode, &'static str) {
    assert!(
        body.contains("EFT0001") && !body.contains("user_"),
        "{body}"
    );
    status(probe.eft(&notice).await)
}

async fn transfers(
    State(probe): Shop,
    result: Notification<TransferResult>,
) -> (StatusCode, &'static str) {
    status(probe.transfers(&result).await)
}

async fn cashout(
    State(probe): Shop,
    result: Notification<CashoutResult>,
) -> (StatusCode, &'static str) {
    status(probe.cashout(&result).await)
}

async fn platform(
    State(probe): Shop,
    result: Notification<PlatformResult>,
) -> (StatusCode, &'static str) {
    status(probe.platform(&result).await)
}

fn routes() -> Router<Arc<Probe>> {
    Router::new()
        .route(paths::LINK, any(link))
        .route(paths::EFT, any(eft))
        .route(paths::TRANSFERS, any(transfers))
        .route(paths::CASHOUTS, any(cashout))
        .route(paths::PLATFORM, any(platform))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_meets_the_expectations_of_the_suite() {
    let (gates, probe) = (Gates::new(), Arc::<Probe>::default());
    let app = routes()
        .with_state(probe.clone())
        .layer(LinkCallbackLayer::new(gates.link).at(paths::LINK))
        .layer(EftNoticeLayer::new(gates.eft).at(paths::EFT))
        .layer(TransferResultLayer::new(gates.transfers).at(paths::TRANSFERS))
        .layer(CashoutResultLayer::new(gates.cashouts).at(paths::CASHOUTS))
        .layer(PlatformResultLayer::new(gates.platform).at(paths::PLATFORM));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    expectations(address, &probe).await;
}

async fn answer(app: Router, path: &str, body: String) -> (StatusCode, String) {
    let request = Request::post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("content-length", body.len())
        .body(Body::from(body))
        .unwrap();
    let response = app.oneshot(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn without_its_layer_or_behind_another_one_the_answer_is_500_and_names_the_right_one() {
    let layers = [
        (paths::LINK, "LinkCallbackLayer"),
        (paths::EFT, "EftNoticeLayer"),
        (paths::TRANSFERS, "TransferResultLayer"),
        (paths::CASHOUTS, "CashoutResultLayer"),
        (paths::PLATFORM, "PlatformResultLayer"),
    ];
    for (path, layer) in layers {
        let app = routes().with_state(Arc::default());
        let (status, body) = answer(app, path, String::new()).await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(body.contains(layer), "{path}: {body}");
    }
    // The link's handler behind the layer of EFT notices: it never runs, and PayTR is not told OK.
    let app = routes().with_state(Arc::default());
    let app = app.layer(EftNoticeLayer::new(Gates::new().eft).at(paths::LINK));
    let link = LinkNotification::success("LINK0001", "PAYTR1", 3_456).sign(&credentials());
    assert_eq!(
        answer(app.clone(), paths::LINK, link.to_body()).await.0,
        400
    );
    let notice = EftNotification::new("EFT0001", EftBank::Ptt).sign(&credentials());
    assert_eq!(answer(app, paths::LINK, notice.to_body()).await.0, 500);
}

#[tokio::test]
async fn the_restored_body_has_personal_data_only_where_the_gate_keeps_it() {
    for (setting, kept) in [(PersonalData::Drop, false), (PersonalData::Keep, true)] {
        let handler = move |request: Request<Body>| async move {
            let announced = request.headers()["content-length"]
                .to_str()
                .unwrap()
                .to_owned();
            let body = request.into_body().collect().await.unwrap().to_bytes();
            let text = String::from_utf8(body.to_vec()).unwrap();
            assert_eq!(text.contains("user_name"), kept, "{text}");
            assert_eq!(announced, text.len().to_string());
        };
        let gate = Gates::new().eft.personal_data(setting);
        let app = Router::new().route(paths::EFT, any(handler));
        let app = app.layer(EftNoticeLayer::new(gate).at(paths::EFT));
        let notice = EftNotification::new("EFT0001", EftBank::Ptt)
            .sender("2026-01-05", "Ayşe", "05551112233", "12345")
            .sign(&credentials());
        let answer = answer(app, paths::EFT, notice.to_body()).await;
        assert_eq!(answer, (StatusCode::OK, "OK".to_owned()));
    }
}

#[test]
#[should_panic(expected = "the path of EftNoticeLayer must start with a slash")]
fn a_path_without_a_slash_is_refused_with_the_name_of_the_layer() {
    let _ = EftNoticeLayer::new(Gates::new().eft).at("paytr/eft");
}
