//! `GET /metrics`, on an address of its own: the numbers are not for the internet.

use std::future::pending;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;

/// The upper bounds of every histogram.
const SECONDS: [f64; 9] = [0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 20.0, 90.0];

/// How often the exporter throws away what it has counted already.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// Begins to count, and to answer there if the configuration says where.
///
/// # Errors
///
/// When it cannot listen there.
pub(crate) async fn install(listen: Option<SocketAddr>) -> Result<Option<SocketAddr>> {
    let Some(listen) = listen else {
        return Ok(None);
    };
    let listener = TcpListener::bind(listen).await;
    let listener =
        listener.with_context(|| format!("metrics_listen: cannot listen on {listen}"))?;
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS)?
        .install_recorder()?;
    let address = listener.local_addr()?;
    tokio::spawn(upkeep(handle.clone()));
    let page = get(move || {
        let text = handle.render();
        async move { ([(CONTENT_TYPE, "text/plain; version=0.0.4")], text) }
    });
    let app = Router::new().route("/metrics", page);
    tokio::spawn(
        async move { crate::server::until(pending(), listener, move || app.clone()).await },
    );
    Ok(Some(address))
}

async fn upkeep(handle: PrometheusHandle) {
    loop {
        tokio::time::sleep(UPKEEP_EVERY).await;
        handle.run_upkeep();
    }
}
