//! The suite's shop on this framework.

use std::net::TcpListener;
use std::rc::Rc;

use actix_web::{App, HttpResponse, web};
use notification_suite::payments::Shop;
use notification_suite::{Probe, paths};
use paytr_actix::VerifiedCallback;

use crate::server::Server;

async fn paid(callback: VerifiedCallback, probe: web::Data<Probe>) -> HttpResponse {
    callback
        .settle_with(|payment| async move {
            // Not Send, and held while it waits.
            let order_id = Rc::new(payment.merchant_oid().to_owned());
            let handled = probe.payment(&payment).await;
            assert!(order_id.starts_with("SHOP"), "only open orders arrive here");
            handled
        })
        .await
}

/// Under limits of the application that must change nothing.
pub(crate) fn serve(shop: &Shop, listener: TcpListener) -> Server {
    let shared = (web::Data::from(shop.probe.clone()), shop.gate.clone());
    Server::on(listener, move || {
        let (probe, gate) = shared.clone();
        App::new()
            .app_data(gate)
            .app_data(probe)
            .app_data(web::PayloadConfig::new(1))
            .app_data(web::FormConfig::default().limit(1))
            .route(paths::PAYMENTS, web::to(paid))
    })
}
