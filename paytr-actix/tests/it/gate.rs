//! Where the gate is found, and what the answer says when it is not there.

use actix_web::{App, HttpResponse, test, web};
use notification_suite::paths::PAYMENTS as PATH;
use notification_suite::payments::{gate, ledger, success};
use paytr_actix::paytr_core::Disposition;
use paytr_actix::{BoxError, CallbackGate, VerifiedCallback, VerifiedCallbackRejection};

use crate::server::Server;

async fn paid(callback: VerifiedCallback) -> HttpResponse {
    assert_eq!(callback.payment().attempt(), 1);
    callback.settle_with(async |_| Ok::<_, BoxError>(())).await
}

async fn new_gate() -> CallbackGate {
    let ledger = ledger().await;
    gate(ledger.clone(), ledger)
}

#[actix_web::test]
async fn without_a_gate_the_answer_is_500_and_names_what_to_add() {
    let server = Server::start(|| App::new().route(PATH, web::to(paid)));
    let answer = server.deliver(&success("SHOP0001")).await;
    assert_eq!(answer.status, 500);
    assert!(answer.body.contains("app_data(gate)"), "{answer:?}");
}

#[actix_web::test]
async fn the_gate_may_be_bare_or_in_data() {
    let gate = new_gate().await;
    let bare = gate.clone();
    let bare = Server::start(move || App::new().app_data(bare.clone()).route(PATH, web::to(paid)));
    let answer = bare.deliver(&success("SHOP0001")).await;
    assert_eq!(answer.body, "OK");

    let data = web::Data::new(new_gate().await);
    let in_data =
        Server::start(move || App::new().app_data(data.clone()).route(PATH, web::to(paid)));
    let answer = in_data.deliver(&success("SHOP0001")).await;
    assert_eq!(answer.body, "OK");
}

#[actix_web::test]
async fn every_answer_carries_its_disposition() {
    let app = App::new()
        .app_data(new_gate().await)
        .route(PATH, web::to(paid));
    let app = test::init_service(app).await;
    let cases = [
        ("SHOP0001", Disposition::Settled),
        ("SHOP0001", Disposition::Duplicate),
        ("SHOP0002", Disposition::UnknownOrder),
    ];
    for (oid, expected) in cases {
        let form = ("content-type", "application/x-www-form-urlencoded");
        let request = test::TestRequest::post().uri(PATH).insert_header(form);
        let response =
            test::call_service(&app, request.set_payload(success(oid)).to_request()).await;
        let extensions = response.response().extensions();
        assert_eq!(extensions.get(), Some(&expected), "{oid}");
    }
}

/// The form that the docs show for those who want to see a refusal.
async fn watching(
    callback: Result<VerifiedCallback, VerifiedCallbackRejection>,
) -> Result<HttpResponse, VerifiedCallbackRejection> {
    let callback = callback.inspect_err(|refused| {
        assert_eq!(refused.status().as_u16(), 400);
        assert_eq!(refused.to_string(), refused.body_text());
        assert_eq!(refused.disposition(), Some(Disposition::UnknownOrder));
    })?;
    Ok(callback.settle_with(async |_| Ok::<_, BoxError>(())).await)
}

/// The form that the docs warn of.
async fn careless(callback: Option<VerifiedCallback>) -> HttpResponse {
    match callback {
        Some(callback) => callback.settle_with(async |_| Ok::<_, BoxError>(())).await,
        None => HttpResponse::Ok().finish(),
    }
}

#[actix_web::test]
async fn a_handler_may_look_at_a_refusal_and_answer_with_it() {
    let gate = new_gate().await;
    let server = Server::start(move || {
        App::new()
            .app_data(gate.clone())
            .route(PATH, web::to(watching))
    });
    let refused = server.deliver(&success("SHOP0002")).await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.body, "PAYTR notification failed: unknown order");
    let answer = server.deliver(&success("SHOP0001")).await;
    assert_eq!(answer.body, "OK");
}

#[actix_web::test]
async fn an_optional_callback_that_is_none_claims_nothing() {
    let gate = new_gate().await;
    let server = Server::start(move || {
        App::new()
            .app_data(gate.clone())
            .route(PATH, web::to(careless))
    });
    let forged = success("SHOP0001").replace("3456", "3457");
    let empty = server.deliver(&forged).await;
    assert_eq!(empty.body, "", "not OK, so PayTR asks again");
    let answer = server.deliver(&success("SHOP0001")).await;
    assert_eq!(answer.body, "OK");
}
