//! The purchase flow, against the suite that both frameworks run.

use std::net::TcpListener;

use actix_web::App;
use notification_suite::purchase::Shop;
use paytr_actix::purchase_flow;

use crate::server::Server;

fn serve(shop: &Shop, listener: TcpListener) -> Server {
    let flow = shop.flow.clone();
    Server::on(listener, move || {
        App::new().service(purchase_flow(flow.clone()))
    })
}

notification_suite::purchase_tests!(
    #[actix_web::test]
    serve
);
