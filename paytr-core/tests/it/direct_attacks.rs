//! What a buyer can do with the token in their browser, and where it ends.

use paytr_core::Expected;
use paytr_core::api::{Authentication, BrowserPayment as _, DirectPayment, Form};
use paytr_core::credentials::{Signature, SignedPart};
use paytr_core::paid_once::ReviewReason;
use paytr_core::testing::PaymentNotification;

use crate::common::credentials;
use crate::common::payments::order;
use crate::common::shop::{Shop, lira};

fn form(payment: &DirectPayment) -> Form {
    payment.form(&credentials()).unwrap()
}

/// Whether PayTR, which knows key and salt, would take the token of a form for other fields.
fn token_fits(form: &Form, fields: &[&str]) -> bool {
    let token = Signature::from_base64(form.get("paytr_token").unwrap().as_bytes()).unwrap();
    let mut message: Vec<_> = fields
        .iter()
        .map(|field| SignedPart::Field(field.as_bytes()))
        .collect();
    message.push(SignedPart::Salt);
    credentials().verify(&message, &token)
}

const IP: &str = "88.255.10.20";
const EMAIL: &str = "musteri@example.com";

#[tokio::test]
async fn a_border_moved_from_the_amount_into_the_address_is_not_settled() {
    let form = form(&DirectPayment::new(order()));
    let rest = ["card", "0", "TL", "0", "0"];
    let honest = [&["123456", IP, "SIPARIS0001", EMAIL, "34.56"][..], &rest].concat();
    let moved = [
        &["123456", IP, "SIPARIS0001", "musteri@example.com3", "4.56"][..],
        &rest,
    ]
    .concat();
    assert!(token_fits(&form, &honest));
    assert!(token_fits(&form, &moved), "the token fits less money too");
    // So PayTR may take 4.56 and tell so with a valid hash.
    let shop = Shop::new();
    shop.open("SIPARIS0001", Expected::AtLeast(lira(3_456)))
        .await;
    let told = shop
        .deliver(PaymentNotification::success("SIPARIS0001", 456))
        .await;
    assert_eq!((told.reply().status, shop.runs()), (400, 0));
    assert_eq!(shop.reviews().await, [ReviewReason::AmountMismatch]);
}

#[tokio::test]
async fn a_border_moved_out_of_the_order_id_is_an_unknown_order() {
    let form = form(&DirectPayment::new(order()));
    let moved = [
        "123456",
        IP,
        "SIPARIS0001musteri",
        "@example.com",
        "34.56",
        "card",
        "0",
        "TL",
        "0",
        "0",
    ];
    assert!(token_fits(&form, &moved));
    let shop = Shop::new();
    shop.open("SIPARIS0001", Expected::AtLeast(lira(3_456)))
        .await;
    let told = shop
        .deliver(PaymentNotification::success("SIPARIS0001musteri", 3_456))
        .await;
    assert_eq!((told.reply().status, shop.runs()), (400, 0));
}

#[tokio::test]
async fn a_live_payment_turned_into_a_test_is_not_delivered() {
    let mut payment = DirectPayment::new(order());
    payment.authentication = Authentication::Non3d;
    let turned = [
        "123456",
        IP,
        "SIPARIS0001",
        EMAIL,
        "34.56",
        "card",
        "0",
        "TL",
        "01",
        "",
    ];
    assert!(token_fits(&form(&payment), &turned));
    let shop = Shop::new();
    shop.open("SIPARIS0001", Expected::AtLeast(lira(3_456)))
        .await;
    let test = PaymentNotification::success("SIPARIS0001", 3_456).field("test_mode", "1");
    let told = shop.deliver(test).await;
    assert_eq!((told.reply().status, shop.runs()), (200, 0));
}

#[test]
fn no_form_of_this_library_is_a_token_for_a_collection_link() {
    // With this address the token would fit a link whose price and payer the buyer chose.
    let mut payment = DirectPayment::new(order());
    payment.order.buyer.email = "x1000TL12collectiontra@b.co".to_owned();
    let cut = ["x", "1000", "TL", "12", "collection", "tr", "a@b.co"].concat();
    assert_eq!(cut, payment.order.buyer.email);
    assert!(payment.form(&credentials()).is_err());
}
