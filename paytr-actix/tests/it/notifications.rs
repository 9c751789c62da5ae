//! The kinds beside payments, against the suite that both frameworks run.

use actix_web::{App, HttpResponse, web};
use notification_suite::http::exchange;
use notification_suite::payments::{gate, ledger};
use notification_suite::{Gates, Probe, expectations, paths};
use paytr_actix::Notification;
use paytr_actix::paytr_core::{
    CashoutResult, EftNotice, LinkPayment, PlatformResult, TransferResult,
};

use crate::server::Server;

type Shop = web::Data<Probe>;

async fn link(payment: Notification<LinkPayment>, probe: Shop) -> HttpResponse {
    assert!(payment.get().merchant_oid().starts_with("PAYTR"));
    payment
        .settle_with(|payment| async move { probe.link(&payment).await })
        .await
}

async fn eft(notice: Notification<EftNotice>, probe: Shop) -> HttpResponse {
    notice
        .handle_with(|notice| async move { probe.eft(&notice).await })
        .await
}

async fn transfers(result: Notification<TransferResult>, probe: Shop) -> HttpResponse {
    result
        .handle_with(|result| async move { probe.transfers(&result).await })
        .await
}

async fn cashout(result: Notification<CashoutResult>, probe: Shop) -> HttpResponse {
    result
        .handle_with(|result| async move { probe.cashout(&result).await })
        .await
}

async fn platform(result: Notification<PlatformResult>, probe: Shop) -> HttpResponse {
    result
        .handle_with(|result| async move { probe.platform(&result).await })
        .await
}

fn routes(app: &mut web::ServiceConfig) {
    app.route(paths::LINK, web::to(link))
        .route(paths::EFT, web::to(eft))
        .route(paths::TRANSFERS, web::to(transfers))
        .route(paths::CASHOUTS, web::to(cashout))
        .route(paths::PLATFORM, web::to(platform));
}

#[actix_web::test]
async fn every_kind_meets_the_expectations_of_the_suite() {
    let (gates, probe) = (Gates::new(), Shop::default());
    let shared = probe.clone();
    let server = Server::start(move || {
        let gates = gates.clone();
        App::new()
            .app_data(shared.clone())
            .app_data(gates.link)
            .app_data(web::Data::new(gates.eft))
            .app_data(gates.transfers)
            .app_data(gates.cashouts)
            .app_data(gates.platform)
            // A limit of the application that must change nothing.
            .app_data(web::PayloadConfig::new(1))
            .configure(routes)
    });
    expectations(server.address, &probe).await;
}

#[actix_web::test]
async fn without_its_gate_the_answer_is_500_and_names_what_to_add() {
    let gates = [
        (paths::LINK, "a LinkGate"),
        (paths::EFT, "an EftNoticeGate"),
        (paths::TRANSFERS, "a TransferResultGate"),
        (paths::CASHOUTS, "a CashoutResultGate"),
        (paths::PLATFORM, "a PlatformResultGate"),
    ];
    // Only the gate of payments: it is none of theirs.
    let ledger = ledger().await;
    let payments = gate(ledger.clone(), ledger);
    let server = Server::start(move || {
        App::new()
            .app_data(Shop::default())
            .app_data(payments.clone())
            .configure(routes)
    });
    for (path, gate) in gates {
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        );
        let answer = exchange(server.address, request).await;
        assert_eq!(answer.status, 500, "{path}");
        assert!(answer.body.contains(gate), "{path}: {answer:?}");
    }
}
