//! Where PayTR posts its notifications: one address for each kind.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{MethodRouter, any};
use paytr_axum::Notification;
use paytr_core::gate::NotificationGate;
use paytr_tower::NotificationLayer;

use crate::merchant::Merchant;
use crate::webhook::Event;

/// The addresses of one merchant, at and below `path`.
pub(super) fn routes(path: &str, merchant: &Arc<Merchant>) -> Router {
    let routes = Router::new()
        .route(path, mount(merchant.flow.gate()))
        .route(&format!("{path}/eft"), mount(&merchant.eft))
        .route(&format!("{path}/transfers"), mount(&merchant.transfers))
        .route(&format!("{path}/cashouts"), mount(&merchant.cashouts))
        .route(&format!("{path}/platform"), mount(&merchant.platform));
    let routes = match &merchant.links {
        Some(links) => routes.route(&format!("{path}/link"), mount(links)),
        None => routes,
    };
    routes.with_state(Arc::clone(merchant))
}

/// The layer answers every other method itself.
fn mount<K: Event>(gate: &NotificationGate<K>) -> MethodRouter<Arc<Merchant>> {
    any(tell::<K>).layer(NotificationLayer::new(gate.clone()))
}

/// Tells the app. What it answers settles the notification, or makes PayTR ask again.
async fn tell<K: Event>(
    State(merchant): State<Arc<Merchant>>,
    notification: Notification<K>,
) -> StatusCode {
    let message = notification.message(merchant.id());
    match merchant.app.deliver(&message).await {
        Ok(()) => StatusCode::OK,
        Err(_logged) => StatusCode::BAD_GATEWAY,
    }
}
