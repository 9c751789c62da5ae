//! Settings that cannot work do not start, and say what to change.

use std::sync::Arc;
use std::time::Duration;

use paytr_core::api::Installments;
use paytr_core::{
    BoxError, CallbackGate, Credentials, Gate, Keyring, PaytrClient, VerifiedPayment,
};
use paytr_flow::{FlowConfigError, PayLimit, PurchaseFlow, PurchaseFlowBuilder};

use crate::support::{Catalogue, FaultyLedger, builder, credentials};

const SECOND: Duration = Duration::from_secs(1);

async fn ignore(_payment: VerifiedPayment) -> Result<(), BoxError> {
    Ok(())
}

fn usual() -> PurchaseFlowBuilder {
    builder("http://127.0.0.1:1", Arc::default(), ignore)
}

fn at(public_url: &str) -> Result<PurchaseFlow, FlowConfigError> {
    other_merchant("123456", public_url)
}

fn other_merchant(merchant_id: &str, url: &str) -> Result<PurchaseFlow, FlowConfigError> {
    let ledger = Arc::new(FaultyLedger::default());
    let gate = Gate::builder(ledger.clone(), ledger.clone())
        .build()
        .unwrap();
    let gate = CallbackGate::new(Keyring::new(credentials()), gate);
    let own = Credentials::new(merchant_id, "aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a").unwrap();
    let client = PaytrClient::new(own).unwrap();
    PurchaseFlow::builder(client, gate, ledger, Arc::new(Catalogue), ignore, url).build()
}

#[test]
fn settings_that_cannot_work_are_refused() {
    let long = "x".repeat(101);
    let table = [
        (at("shop.example"), FlowConfigError::PublicUrl),
        (at("ftp://shop.example"), FlowConfigError::PublicUrl),
        (
            other_merchant("654321", "https://a.example"),
            FlowConfigError::DifferentMerchants,
        ),
        (usual().prefix("paytr").build(), FlowConfigError::Prefix),
        (
            usual().order_prefix("123456").build(),
            FlowConfigError::OrderPrefix,
        ),
        (
            usual().order_prefix("").build(),
            FlowConfigError::OrderPrefix,
        ),
        (
            usual().pay_limit_in_all(PayLimit::new(0, SECOND)).build(),
            FlowConfigError::PayLimit,
        ),
        (
            usual()
                .pay_limit_per_buyer(PayLimit::new(1, Duration::ZERO))
                .build(),
            FlowConfigError::PayLimit,
        ),
        (
            usual().installments(Installments::UpTo(1)).build(),
            FlowConfigError::Installments,
        ),
        (
            usual().installments(Installments::UpTo(13)).build(),
            FlowConfigError::Installments,
        ),
        (
            usual().timeout_minutes(0).build(),
            FlowConfigError::TimeoutMinutes,
        ),
        (
            usual().timeout_minutes(1_441).build(),
            FlowConfigError::TimeoutMinutes,
        ),
        (
            usual().token_timeout(Duration::ZERO).build(),
            FlowConfigError::TokenTimeout,
        ),
        (usual().title(" ").build(), FlowConfigError::Title),
        (usual().title(long).build(), FlowConfigError::Title),
    ];
    for (flow, expected) in table {
        assert_eq!(flow.err(), Some(expected));
    }
    assert!(usual().build().is_ok() && at("http://127.0.0.1:3000").is_ok());
}

#[test]
fn routes_are_below_the_prefix() {
    let flow = usual().prefix("/odeme/kart").build().unwrap();
    assert_eq!(flow.prefix(), "/odeme/kart");
    assert_eq!(flow.pay_path(), "/odeme/kart/pay");
    assert_eq!(flow.callback_path(), "/odeme/kart/callback");
    assert_eq!(flow.ok_path(), "/odeme/kart/ok");
    assert_eq!(flow.fail_path(), "/odeme/kart/fail");
    assert_eq!(flow.orders_path(), "/odeme/kart/orders");
    assert_eq!(
        flow.callback_url(),
        "https://shop.example/odeme/kart/callback"
    );
}
