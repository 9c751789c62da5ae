//! The purchase flow, against the suite that both frameworks run.

use std::net::{SocketAddr, TcpListener};

use axum::Router;
use notification_suite::purchase::Shop;
use paytr_axum::purchase_flow;
use tokio::task::JoinHandle;

fn serve(shop: &Shop, listener: TcpListener) -> JoinHandle<()> {
    let app = Router::new()
        .merge(purchase_flow(shop.flow.clone()))
        .into_make_service_with_connect_info::<SocketAddr>();
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() })
}

notification_suite::purchase_tests!(
    #[tokio::test]
    serve
);
