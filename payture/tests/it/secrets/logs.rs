//! What happens on the way leaves nothing in errors, logs and spans.

use std::sync::Arc;

use payture::commands::ewallet;
use payture::testing::{Fault, TestCard};
use payture::{BoxError, Environment, OrderId, PaytureClient};

use super::*;
use crate::common::roubles;
use crate::common::shop::{Shop, client_of};
use captured_log::CapturedLog;

/// A client of the fake with the canaries, whatever the fake answers.
async fn client() -> (Shop, PaytureClient) {
    let shop = Shop::open().await;
    let terminal = terminal_at(shop.fake.environment().unwrap());
    let client = client_of(terminal);
    (shop, client)
}

#[tokio::test]
async fn errors_of_the_client_and_its_log_show_nothing() {
    let log = CapturedLog::start();
    let (shop, client) = client().await;
    let pay = || ewallet::Pay::new_card(customer(), OrderId::random(), roubles(1), card());
    for fault in [
        Fault::ServerError,
        Fault::LostBefore,
        Fault::Answer(format!("<html>{REPLY} {PAN}</html>")),
        Fault::Answer(format!(r#"<{REPLY} Success="True"/>"#)),
        Fault::Answer(format!(r#"<Pay Success="False" ErrCode="{REPLY}"/>"#)),
        Fault::Answer(format!(
            r#"<Pay Success="False" ErrCode="WRONG_CVV" VWUserLgn="{LOGIN}"/>"#
        )),
        Fault::Answer(format!(r#"<Pay Success="{REPLY}"/>"#)),
    ] {
        shop.fake.fault("Pay", fault);
        let error = client.send_or_look(&pay()).await;
        match error {
            Err(error) => assert_silent("PaytureError", &shown_error(&error)),
            Ok(known) => assert_silent("Known", &shown(&known)),
        }
    }
    let nobody = terminal_at(Environment::at("http://127.0.0.1:9").unwrap());
    let error = client_of(nobody).send(&pay()).await.unwrap_err();
    assert_silent("PaytureError", &shown_error(&error));
    let log = log.text();
    assert_silent("the log", &log);
    assert!(log.contains("asking for the state of its order"), "{log}");
}

#[tokio::test]
async fn hints_of_every_kind_leave_nothing_in_the_log() {
    let log = CapturedLog::start();
    let (shop, order) = Shop::with_order().await;
    let handler = async |delivery: payture::Delivery| {
        tracing::info!(?delivery, "a shop that logs what it gets");
        Ok::<_, BoxError>(())
    };
    let gate = shop.reconciler.gate().clone();
    let reconciler = shop.client.reconciler(
        payture::Interface::InPay,
        shop.ledger.clone(),
        gate,
        handler,
    );
    let reconciler = reconciler.build();
    let personal =
        format!("&VWUserPsw={CUSTOMER_PASSWORD}&VWUserLgn={LOGIN}&IP={IP}&CardNumber={MASK}");
    let told = Arc::new(std::sync::Mutex::new(String::new()));
    let receive = async |body: String| {
        let notified = payture::Notified::receive(&reconciler, body.as_bytes()).await;
        let text = format!("{notified:?} {:?}", notified.reply());
        told.lock().unwrap().push_str(&text);
    };
    let success = format!("Notification=EnginePaySuccess&OrderId={order}{personal}");
    receive(success.clone()).await;
    receive(format!("Notification={PAN}&OrderId={order}{personal}")).await;
    receive(format!(
        "Notification=CustomerAddSuccess&OrderId={order}{personal}"
    ))
    .await;
    receive(format!("{personal}&{personal}")).await;
    receive(success.replace(order.as_str(), "somebody-elses")).await;
    shop.fake
        .fault("GetState", Fault::Answer(format!("<html>{REPLY}</html>")));
    receive(success.clone()).await;
    shop.fake.pay(&order, TestCard::SUCCESS).unwrap();
    receive(success.clone()).await;
    receive(success).await;
    assert_silent("the replies", &told.lock().unwrap());
    let log = log.text();
    assert_silent("the log", &log);
    for expected in [
        "found=\"settled\"",
        "found=\"unavailable\"",
        "an order that this shop never opened",
        "a notification is refused",
        "a notification that settles nothing",
        "a shop that logs what it gets",
    ] {
        assert!(log.contains(expected), "{expected} in {log}");
    }
}
