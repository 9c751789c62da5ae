//! The two servers on axum, with one worker each.

use anyhow::Result;
use axum::Router;
use axum::extract::Form;
use axum::routing::post;
use paytr_axum::{PaytrCallbackLayer, VerifiedCallback};

use super::server::{Notification, PATH, gate};

/// Parses the form and answers.
pub(super) fn bare() -> Result<()> {
    run(Router::new().route(PATH, post(parse_form)))
}

/// Takes notifications through the layer.
pub(super) fn callback() -> Result<()> {
    let layer = PaytrCallbackLayer::new(gate()?).at(PATH);
    run(Router::new().route(PATH, post(handle)).layer(layer))
}

fn run(app: Router) -> Result<()> {
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

async fn parse_form(Form(form): Form<Notification>) -> &'static str {
    std::hint::black_box(form);
    "OK"
}

async fn handle(payment: VerifiedCallback) {
    std::hint::black_box(payment.merchant_oid());
}
