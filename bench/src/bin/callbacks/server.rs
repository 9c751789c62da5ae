//! The servers, each in a process of its own: five on axum and three on actix-web, and what all of them share.

use std::sync::Arc;

use actix_web::{App, HttpResponse, HttpServer, web};
use anyhow::{Result, bail};
use axum::Router;
use axum::extract::{Form, Request};
use axum::middleware::{self, Next};
use axum::routing::post;
use bench::notifications::credentials;
use paytr_axum::PaytrCallbackLayer;
use paytr_core::{
    BoxError, CallbackGate, Currency, Expected, ExpectedAmount, Gate, Keyring, MemoryStore, Money,
    OrderKey, async_trait,
};
use serde::Deserialize;

pub(crate) const PATH: &str = "/paytr/callback";

/// Runs one of the servers until it is killed; it prints its address first.
pub(crate) fn serve(kind: &str) -> Result<()> {
    match kind {
        "axum-bare" => axum_bare(),
        "axum" => axum_callback(),
        "axum-layered" => axum_layered(),
        "axum-least" => run_axum(crate::by_hand::least(PATH)?),
        "axum-by-hand" => run_axum(crate::by_hand::axum(PATH)?),
        "actix-bare" => actix_bare(),
        "actix" => actix_callback(),
        "actix-by-hand" => run_actix(crate::by_hand::actix(PATH)?),
        other => bail!("unknown server {other}"),
    }
}

/// What a shop without any check would read.
#[derive(Deserialize)]
#[expect(dead_code, reason = "what counts is that the fields are parsed")]
struct Notification {
    merchant_oid: String,
    status: String,
    total_amount: u64,
    hash: String,
}

/// A gate with a store in memory.
fn gate() -> Result<CallbackGate> {
    let gate = Gate::builder(Arc::new(MemoryStore::new()), Arc::new(OnePrice)).build()?;
    Ok(CallbackGate::new(Keyring::new(credentials()?), gate))
}

/// Every order costs 34.56 lira.
pub(crate) struct OnePrice;

#[async_trait]
impl ExpectedAmount for OnePrice {
    async fn expected_amount(&self, _: &OrderKey) -> Result<Expected, BoxError> {
        Ok(Expected::AtLeast(Money::new(3_456, Currency::TRY)))
    }
}

/// axum, with one worker: parses the form and answers.
fn axum_bare() -> Result<()> {
    run_axum(Router::new().route(PATH, post(axum_parse_form)))
}

/// The same below a layer that hands every request on.
fn axum_layered() -> Result<()> {
    let nothing = middleware::from_fn(|request: Request, next: Next| next.run(request));
    let app = Router::new().route(PATH, post(axum_parse_form));
    run_axum(app.layer(nothing))
}

/// axum, with one worker: takes notifications through the layer.
fn axum_callback() -> Result<()> {
    let layer = PaytrCallbackLayer::new(gate()?).at(PATH);
    run_axum(Router::new().route(PATH, post(axum_handle)).layer(layer))
}

fn run_axum(app: Router) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        axum::serve(listener, app).await?;
        Ok(())
    })
}

async fn axum_parse_form(Form(form): Form<Notification>) -> &'static str {
    std::hint::black_box(form);
    "OK"
}

async fn axum_handle(payment: paytr_axum::VerifiedCallback) {
    std::hint::black_box(payment.merchant_oid());
}

/// actix-web, with one worker: parses the form and answers.
fn actix_bare() -> Result<()> {
    run_actix(|app| {
        app.route(PATH, web::post().to(actix_parse_form));
    })
}

/// actix-web, with one worker: takes notifications through the extractor.
fn actix_callback() -> Result<()> {
    let gate: CallbackGate = gate()?;
    run_actix(move |app| {
        app.app_data(gate.clone()).route(PATH, web::to(actix_paid));
    })
}

fn run_actix(routes: impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static) -> Result<()> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?);
    let server = HttpServer::new(move || App::new().configure(routes.clone()))
        .workers(1)
        .listen(listener)?;
    Ok(actix_web::rt::System::new().block_on(server.run())?)
}

async fn actix_parse_form(web::Form(form): web::Form<Notification>) -> &'static str {
    std::hint::black_box(form);
    "OK"
}

async fn actix_paid(callback: paytr_actix::VerifiedCallback) -> HttpResponse {
    callback.settle_with(actix_handle).await
}

async fn actix_handle(payment: paytr_actix::VerifiedPayment) -> Result<(), BoxError> {
    std::hint::black_box(payment.merchant_oid());
    Ok(())
}
