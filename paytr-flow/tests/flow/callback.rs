//! The notification reaches the flow's handler, once.

use paytr_core::testing::PaymentNotification;

use crate::support::{CART_TOTAL, Script, Shop, credentials};

#[tokio::test]
async fn the_handler_sees_a_payment_once() {
    let mut shop = Shop::start(Script::Token).await;
    let oid = shop.open_order().await;
    let body = PaymentNotification::success(&*oid, CART_TOTAL)
        .sign(&credentials())
        .to_body();
    for _ in 0..3 {
        assert_eq!(shop.flow.receive(body.as_bytes()).await.reply().body, "OK");
    }
    let payment = shop.handled.recv().await.unwrap();
    assert_eq!(payment.merchant_oid(), oid);
    assert!(shop.handled.try_recv().is_err());
}

#[tokio::test]
async fn a_smaller_total_never_reaches_the_handler_and_a_surcharge_does() {
    let mut shop = Shop::start(Script::Token).await;
    let oid = shop.open_order().await;
    let less = PaymentNotification::success(&*oid, CART_TOTAL - 1).sign(&credentials());
    assert_eq!(
        shop.flow
            .receive(less.to_body().as_bytes())
            .await
            .reply()
            .status,
        400
    );
    assert!(shop.handled.try_recv().is_err());
    let more = PaymentNotification::success(&*oid, CART_TOTAL + 50).sign(&credentials());
    assert_eq!(
        shop.flow
            .receive(more.to_body().as_bytes())
            .await
            .reply()
            .status,
        200
    );
    assert!(shop.handled.recv().await.is_some());
}
