use std::sync::atomic::Ordering;

use paytr_sandbox::TestCard;
use serde_json::json;

use crate::http::PATIENCE;
use crate::purchase_shop::{Shop, two_pencils};

#[actix_web::test]
async fn a_purchase_goes_from_the_cart_to_paid() {
    let shop = Shop::start().await;
    let (status, answer) = shop.pay(&two_pencils(), "").await;
    assert_eq!(
        (status, &answer["status"]),
        (200, &json!("success")),
        "{answer}"
    );
    let oid = answer["merchant_oid"].as_str().unwrap();
    assert_ne!(oid, "MINE", "order ids are made by the shop");
    let order = shop.sandbox.order(oid).unwrap();
    assert_eq!(order.amount, 3_600, "prices come from the shop");

    let (status, head, page) = shop.get(&format!("/paytr/pay/{oid}")).await;
    assert_eq!(status, 200);
    assert!(head.contains("content-security-policy: "), "{head}");
    assert!(
        page.contains(answer["iframe_url"].as_str().unwrap()),
        "{page}"
    );
    let (_, _, state) = shop.get(&format!("/paytr/orders/{oid}")).await;
    assert!(state.contains(r#""state":"pending""#), "{state}");

    shop.sandbox.pay(oid, TestCard::Visa).unwrap();
    shop.sandbox
        .wait_until_acknowledged(oid, PATIENCE)
        .await
        .unwrap();
    let (_, _, state) = shop.get(&format!("/paytr/orders/{oid}")).await;
    assert!(state.contains(r#""state":"paid","total":3600"#), "{state}");
    let (status, _, page) = shop.get(&format!("/paytr/ok?oid={oid}")).await;
    assert!(
        status == 200 && page.contains(r#"data-state="paid""#),
        "{page}"
    );
    assert_eq!(shop.booked.load(Ordering::SeqCst), 1);
}

#[actix_web::test]
async fn a_declined_try_and_a_second_card_end_paid() {
    let shop = Shop::start().await;
    let (_, answer) = shop.pay(&two_pencils(), "").await;
    let oid = answer["merchant_oid"].as_str().unwrap();
    shop.sandbox.pay(oid, TestCard::FraudAlert).unwrap();
    shop.sandbox
        .wait_until_acknowledged(oid, PATIENCE)
        .await
        .unwrap();
    let (_, _, page) = shop.get(&format!("/paytr/fail?oid={oid}")).await;
    assert!(page.contains(r#"data-state="failed""#), "{page}");
    shop.sandbox.pay(oid, TestCard::Mastercard).unwrap();
    shop.sandbox
        .wait_until_acknowledged(oid, PATIENCE)
        .await
        .unwrap();
    let (_, _, state) = shop.get(&format!("/paytr/orders/{oid}")).await;
    assert!(state.contains(r#""state":"paid""#), "{state}");
    assert_eq!(shop.booked.load(Ordering::SeqCst), 1);
}

#[actix_web::test]
async fn the_buyers_address_is_read_behind_a_trusted_proxy() {
    let shop = Shop::start().await;
    let (status, answer) = shop
        .pay(
            &two_pencils(),
            "X-Forwarded-For: 10.0.0.1, 88.255.10.20\r\n",
        )
        .await;
    assert_eq!(status, 200, "{answer}");
    let oid = answer["merchant_oid"].as_str().unwrap();
    let order = shop.sandbox.order(oid).unwrap();
    assert!(
        order.warnings.is_empty(),
        "the proxy's own address would be warned of"
    );
}

#[actix_web::test]
async fn other_methods_and_too_large_bodies_are_refused() {
    let shop = Shop::start().await;
    for (path, method, allow) in [
        ("/paytr/pay", "GET", "allow: post\r\n"),
        ("/paytr/ok", "PUT", "allow: get, head, post\r\n"),
        ("/paytr/pay/NOBODYS", "PUT", "allow: get, head\r\n"),
        ("/paytr/orders/NOBODYS", "DELETE", "allow: get, head\r\n"),
    ] {
        let request =
            format!("{method} {path} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n");
        let (status, head, body) = shop.send(&request).await;
        assert_eq!(status, 405, "{method} {path}");
        assert!(format!("{head}\r\n").contains(allow), "{head}");
        assert!(body.contains(r#""code":"method_not_allowed""#), "{body}");
    }
    let (status, head, body) = shop.get("/paytr/callback").await;
    assert_eq!(
        (status, &*body),
        (405, "PAYTR notification failed: method not allowed")
    );
    assert!(head.contains("allow: post"), "{head}");
    let announced = "POST /paytr/pay HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\
                     Content-Type: application/json\r\nContent-Length: 70000\r\n\r\n";
    assert_eq!(shop.send(announced).await.0, 413);
}

#[actix_web::test]
async fn unknown_orders_are_404() {
    let shop = Shop::start().await;
    for path in [
        "/paytr/orders/NOBODYS",
        "/paytr/pay/NOBODYS",
        "/paytr/orders/%3Cscript%3E",
        "/paytr/orders/%FF",
        "/paytr/orders/",
        "/paytr/%6Frders/NOBODYS",
        "/paytr/callbac%6B",
    ] {
        assert_eq!(shop.get(path).await.0, 404, "{path}");
    }
    let (status, _, page) = shop.get("/paytr/ok?oid=%3Cscript%3E").await;
    assert!(status == 200 && !page.contains("<script>%"), "{page}");
}
