//! What is bought, what PayTR is asked for, and that the notification reaches the flow's handler, once.

use paytr_core::testing::PaymentNotification;
use paytr_core::{Currency, Expected, Mode, Money, OrderState};
use paytr_flow::PayRequest;
use serde_json::json;

use crate::support::{BUYER_IP, CART_TOTAL, Script, Shop, cart, cart_with, credentials};

#[tokio::test]
async fn a_cart_becomes_an_order_and_a_page() {
    let shop = Shop::start(Script::Token).await;
    let paid = shop.pay(&cart()).await;
    assert_eq!(paid.status(), 200);
    assert_eq!(paid.text("status"), "success");
    assert_eq!(paid.text("state"), "pending");
    assert_eq!(paid.text("token"), "token+1");
    let oid = paid.text("merchant_oid");
    let page = format!("{}/odeme/guvenli/token%2B1", shop.paytr.base_url());
    assert_eq!(paid.text("iframe_url"), page);
    assert_eq!(paid.text("page_url"), format!("/paytr/pay/{oid}"));

    let record = shop.record(oid).await.unwrap();
    let total = Money::new(CART_TOTAL, Currency::TRY);
    assert_eq!(record.expected, Expected::AtLeast(total));
    assert_eq!(
        (record.state, record.mode),
        (OrderState::Pending, Mode::Live)
    );

    let form = &shop.paytr.forms()[0];
    assert_eq!(form["merchant_oid"], oid);
    assert_eq!(form["payment_amount"], "6925");
    assert_eq!(form["user_ip"], "203.0.113.9");
    assert_eq!(form["email"], "ayse@example.com");
    assert_eq!(form["test_mode"], "0");
    assert_eq!(form["timeout_limit"], "30");
    assert_eq!(
        form["merchant_ok_url"],
        format!("https://shop.example/paytr/ok?oid={oid}")
    );
    assert_eq!(
        form["merchant_fail_url"],
        format!("https://shop.example/paytr/fail?oid={oid}")
    );
}

#[tokio::test]
async fn paytr_is_told_the_address_that_is_set_for_buyers_with_ipv6() {
    let (ours, buyer) = ("203.0.113.80", "2001:db8::9".parse().unwrap());
    for (set, sent) in [(None, "2001:db8::9"), (Some(ours), ours)] {
        let shop = Shop::start_with(Script::Token, |flow| match set {
            Some(address) => flow.ipv4_for_ipv6_buyers(address.parse().unwrap()),
            None => flow,
        })
        .await;
        let body = cart().to_string();
        for client_ip in [buyer, BUYER_IP] {
            let request = PayRequest {
                content_type: Some(b"application/json"),
                accept_language: None,
                client_ip,
                body: body.as_bytes(),
            };
            assert_eq!(shop.flow.pay(request).await.status, 200);
        }
        let told: Vec<String> = shop
            .paytr
            .forms()
            .iter()
            .map(|form| form["user_ip"].clone())
            .collect();
        assert_eq!(told, [sent, "203.0.113.9"]);
    }
}

#[tokio::test]
async fn a_price_amount_or_order_id_of_the_browser_is_never_used() {
    let shop = Shop::start(Script::Token).await;
    let mut forged = cart_with(&json!({
        "price": 1, "amount": 1, "payment_amount": 100, "total": 1, "currency": "RUB",
        "merchant_oid": "SHOP0000000000000000000000000000", "oid": "FORGED", "order_id": "FORGED",
        "merchant_id": "999999", "test_mode": 1, "mode": "test", "user_ip": "1.2.3.4",
        "user_basket": "W10=", "no_installment": 1, "merchant_ok_url": "https://evil.example",
        "paytr_token": "FORGED", "request_id": "FORGED",
    }));
    for line in forged["basket"].as_array_mut().unwrap() {
        line["price"] = json!("0.01");
        line["unit_price"] = json!(1);
        line["name"] = json!("FORGED");
    }
    let paid = shop.pay(&forged).await;
    assert_eq!(paid.status(), 200);
    assert!(!paid.body.to_string().contains("FORGED"));

    let form = &shop.paytr.forms()[0];
    assert_eq!(form["payment_amount"], "6925");
    assert_eq!(form["currency"], "TL");
    assert_eq!(form["merchant_id"], "123456");
    assert_eq!(form["test_mode"], "0");
    assert_eq!(form["no_installment"], "0");
    assert_eq!(form["user_ip"], "203.0.113.9");
    assert_ne!(form["merchant_oid"], "SHOP0000000000000000000000000000");
    assert!(
        form.values()
            .all(|value| !value.contains("FORGED") && !value.contains("evil"))
    );
    let basket = r#"[["Kalem","18.00",2],["Defter","33.25",1]]"#;
    let priced = paytr_core::Basket::new(Currency::TRY)
        .item("Kalem", 1_800, 2)
        .unwrap();
    let priced = priced.item("Defter", 3_325, 1).unwrap();
    assert_eq!(priced.to_json(), basket);
    assert_eq!(form["user_basket"], priced.to_base64());
}

#[tokio::test]
async fn a_bank_transfer_expects_at_least_the_total_too() {
    let shop = Shop::start(Script::Token).await;
    let paid = shop.pay(&cart_with(&json!({"payment_type": "eft"}))).await;
    let page = format!("{}/odeme/api/token%2B1", shop.paytr.base_url());
    assert_eq!(paid.text("iframe_url"), page);
    assert_eq!(shop.paytr.forms()[0]["payment_type"], "eft");
    let record = shop.record(paid.text("merchant_oid")).await.unwrap();
    let total = Money::new(CART_TOTAL, Currency::TRY);
    assert_eq!(record.expected, Expected::AtLeast(total));
}

#[tokio::test]
async fn the_chosen_language_goes_to_paytr_and_to_the_result_page() {
    let shop = Shop::start(Script::Token).await;
    let paid = shop.pay(&cart_with(&json!({"lang": "en"}))).await;
    let oid = paid.text("merchant_oid");
    let form = &shop.paytr.forms()[0];
    assert_eq!(form["lang"], "en");
    assert_eq!(
        form["merchant_ok_url"],
        format!("https://shop.example/paytr/ok?oid={oid}&lang=en")
    );
    assert_eq!(paid.text("page_url"), format!("/paytr/pay/{oid}?lang=en"));
    shop.pay(&cart()).await;
    assert_eq!(shop.paytr.forms()[1]["lang"], "tr");
}

#[tokio::test]
async fn an_order_may_have_return_addresses_of_its_own() {
    let shop = Shop::start(Script::Token).await;
    let basket = |product: &str| json!({"basket": [{"product_id": product, "quantity": 1}]});
    let paid = shop.pay(&cart_with(&basket("ticket"))).await;
    assert_eq!(paid.status(), 200);
    let form = &shop.paytr.forms()[0];
    assert_eq!(
        form["merchant_ok_url"],
        "https://shop.example/tickets?cart=1"
    );
    assert_eq!(form["merchant_fail_url"], "https://shop.example/again");
    let wrong = shop.pay(&cart_with(&basket("elsewhere"))).await;
    assert_eq!((wrong.status(), wrong.text("code")), (422, "not_payable"));
    assert_eq!(shop.paytr.forms().len(), 1);
}

#[tokio::test]
async fn debug_output_shows_no_buyer_and_no_token() {
    let shop = Shop::start(Script::Token).await;
    let body = cart().to_string();
    let request = PayRequest {
        content_type: Some(b"application/json"),
        accept_language: None,
        client_ip: BUYER_IP,
        body: body.as_bytes(),
    };
    let response = shop.flow.pay(request).await;
    let page = shop.pay_page(&shop.open_order().await).await;
    let shown = format!("{request:?}{response:?}{page:?}{:?}", shop.flow);
    assert!(response.body.contains("token+1") && page.body.contains("token%2B2"));
    let body_as_numbers = format!("{:?}", &body.as_bytes()[..8]);
    for secret in [
        "token+",
        "token%2B",
        "ayse",
        "Kordon",
        "0500",
        "203.0.113.9",
        "aB3dE6gH9jK2mN5p",
        "qR8sT1uV4wX7yZ0a",
        body_as_numbers.trim_end_matches(']'),
    ] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
}

#[tokio::test]
async fn wrong_fields_are_named_and_nothing_is_sent() {
    let shop = Shop::start(Script::Token).await;
    let quantity = |quantity| json!({"basket": [{"product_id": "kalem", "quantity": quantity}]});
    let long = "x".repeat(401);
    let table = [
        ("quantity", quantity(json!(0))),
        ("quantity", quantity(json!(-1))),
        ("quantity", quantity(json!(1_000))),
        ("quantity", quantity(json!(u64::MAX))),
        ("quantity", quantity(json!(4_294_967_297_u64))),
        ("quantity", quantity(json!(1.5))),
        ("quantity", quantity(json!(1e30))),
        ("quantity", quantity(json!("1"))),
        ("quantity", quantity(json!(null))),
        (
            "quantity",
            json!({"basket": [{"product_id": "kalem", "quantity": 999}, {"product_id": "kalem", "quantity": 1}]}),
        ),
        ("product_id", json!({"basket": [{"quantity": 1}]})),
        (
            "product_id",
            json!({"basket": [{"product_id": 7, "quantity": 1}]}),
        ),
        ("product_id", json!({"basket": ["kalem"]})),
        (
            "product_id",
            json!({"basket": [{"product_id": "x".repeat(65), "quantity": 1}]}),
        ),
        ("basket", json!({"basket": []})),
        ("basket", json!({"basket": {"product_id": "kalem"}})),
        (
            "basket",
            json!({"basket": (0..101).map(|n| json!({"product_id": n.to_string(), "quantity": 1})).collect::<Vec<_>>()}),
        ),
        ("email", json!({"email": ""})),
        ("email", json!({"email": "nobody"})),
        ("email", json!({"email": "ayşe@example.com"})),
        ("email", json!({"email": "a@b\nbcc:c@d"})),
        ("email", json!({"email": null})),
        ("user_name", json!({"user_name": "  "})),
        ("user_name", json!({"user_name": "x".repeat(61)})),
        ("user_name", json!({"user_name": "a\u{0}b"})),
        ("user_address", json!({"user_address": long})),
        ("user_address", json!({"user_address": ["a"]})),
        ("user_phone", json!({"user_phone": 5_001_112_233_u64})),
        ("lang", json!({"lang": "de"})),
        ("payment_type", json!({"payment_type": "cash"})),
        ("payment_type", json!({"payment_type": 1})),
        ("idempotency_key", json!({"idempotency_key": ""})),
        (
            "idempotency_key",
            json!({"idempotency_key": "x".repeat(129)}),
        ),
        ("idempotency_key", json!({"idempotency_key": "ş"})),
        ("idempotency_key", json!({"idempotency_key": "a\tb"})),
        ("idempotency_key", json!({"idempotency_key": 7})),
    ];
    for (field, changes) in table {
        for payment_type in ["card", "eft"] {
            let mut cart = cart_with(&changes);
            if cart.get("payment_type").is_none() {
                cart["payment_type"] = json!(payment_type);
            }
            let paid = shop.pay(&cart).await;
            assert_eq!(paid.code(), (400, "invalid_field"), "{changes}");
            let message = paid.text("message");
            assert!(
                message.starts_with(&format!("{field}: "))
                    || message.starts_with(&format!("{field} ")),
                "{field}: {message}"
            );
        }
    }
    assert!(shop.paytr.forms().is_empty());
}

#[tokio::test]
async fn a_body_that_is_not_a_json_object_is_refused() {
    let shop = Shop::start(Script::Token).await;
    let deep = "[".repeat(60_000);
    for body in [
        "",
        "{",
        "[]",
        "null",
        "\"a\"",
        "basket=1",
        "\u{feff}{}",
        &deep,
    ] {
        let paid = shop
            .pay_raw(Some("application/json"), body.as_bytes())
            .await;
        assert_eq!(paid.code(), (400, "bad_json"));
    }
    let paid = shop
        .pay_raw(Some("application/json"), b"{\"email\":\"\xff\"}")
        .await;
    assert_eq!(paid.code(), (400, "bad_json"));
    let good = cart().to_string();
    for content_type in [
        None,
        Some(""),
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("text/plain; application/json"),
    ] {
        let paid = shop.pay_raw(content_type, good.as_bytes()).await;
        assert_eq!(
            paid.code(),
            (415, "unsupported_media_type"),
            "{content_type:?}"
        );
    }
    let large = cart_with(&json!({"note": "x".repeat(paytr_flow::MAX_BODY)}));
    assert_eq!(shop.pay(&large).await.code(), (413, "too_large"));
    assert!(shop.paytr.forms().is_empty());
}

#[tokio::test]
async fn what_the_shop_does_not_sell_is_not_opened() {
    let shop = Shop::start(Script::Token).await;
    let one_of =
        |product: &str| cart_with(&json!({"basket": [{"product_id": product, "quantity": 3}]}));
    let unknown = shop.pay(&one_of("kitap")).await;
    assert_eq!(unknown.code(), (422, "unknown_product"));
    assert_eq!(unknown.text("product_id"), "kitap");
    assert_eq!(
        shop.pay(&one_of("gone")).await.code(),
        (422, "out_of_stock")
    );
    // A sum that does not fit, and one below PayTR's smallest.
    assert_eq!(shop.pay(&one_of("dear")).await.code(), (422, "not_payable"));
    assert_eq!(shop.pay(&one_of("free")).await.code(), (422, "not_payable"));
    let broken = shop.pay(&one_of("broken")).await;
    assert_eq!(broken.code(), (503, "unavailable"));
    assert!(broken.response.header("retry-after").is_some());
    assert!(!broken.body.to_string().contains("10.0.0.7"));
    assert!(shop.paytr.forms().is_empty());
}

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
