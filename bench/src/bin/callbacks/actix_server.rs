//! The two servers on actix-web, with one worker each.

use std::net::TcpListener;

use actix_web::{App, HttpResponse, HttpServer, web};
use anyhow::Result;
use paytr_actix::{BoxError, CallbackGate, VerifiedCallback, VerifiedPayment};

use super::server::{Notification, PATH, gate};

/// Parses the form and answers.
pub(super) fn bare() -> Result<()> {
    run(|app| {
        app.route(PATH, web::post().to(parse_form));
    })
}

/// Takes notifications through the extractor.
pub(super) fn callback() -> Result<()> {
    let gate: CallbackGate = gate()?;
    run(move |app| {
        app.app_data(gate.clone()).route(PATH, web::to(paid));
    })
}

fn run(routes: impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?);
    let server = HttpServer::new(move || App::new().configure(routes.clone()))
        .workers(1)
        .listen(listener)?;
    Ok(actix_web::rt::System::new().block_on(server.run())?)
}

async fn parse_form(web::Form(form): web::Form<Notification>) -> &'static str {
    std::hint::black_box(form);
    "OK"
}

async fn paid(callback: VerifiedCallback) -> HttpResponse {
    callback.settle_with(handle).await
}

async fn handle(payment: VerifiedPayment) -> Result<(), BoxError> {
    std::hint::black_box(payment.merchant_oid());
    Ok(())
}
