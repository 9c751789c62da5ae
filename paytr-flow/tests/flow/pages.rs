//! The pages: what they show, what they never show, and their headers.

use paytr_core::api::PageDesign;
use paytr_core::paid_once::refund::{NewRefund, RefundLedger as _, Reservation};
use paytr_core::testing::PaymentNotification;
use paytr_core::{Currency, Money, OrderLedger as _};
use paytr_flow::{FlowResponse, Landing, PageRequest};
use serde_json::{Value, json};

use crate::support::{CART_TOTAL, Script, Shop, cart_with, credentials, english};

/// Checks what holds for every page, and gives the policy.
fn check_page(response: &FlowResponse) -> String {
    assert_eq!(
        response.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(response.header("cache-control"), Some("no-store"));
    assert_eq!(response.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(
        response.header("referrer-policy"),
        Some("strict-origin-when-cross-origin")
    );
    let policy = response.header("content-security-policy").unwrap();
    let nonce = policy
        .split("'nonce-")
        .nth(1)
        .unwrap()
        .split('\'')
        .next()
        .unwrap();
    assert_eq!(nonce.len(), 32);
    for part in [
        "default-src 'none'",
        "connect-src 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    ] {
        assert!(policy.contains(part), "{part}: {policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    let html = &response.body;
    for element in ["<script", "<style"] {
        for tag in html.split(element).skip(1) {
            let attributes = tag.split('>').next().unwrap();
            assert!(
                attributes.contains(&format!("nonce=\"{nonce}\"")),
                "{element}{attributes}"
            );
        }
    }
    let lower = html.to_lowercase();
    for forbidden in [
        " onload=",
        " onclick=",
        " onerror=",
        " style=",
        "javascript:",
        "<link",
    ] {
        assert!(!lower.contains(forbidden), "{forbidden}");
    }
    policy.to_owned()
}

fn state_of(response: &FlowResponse) -> &str {
    let after = response.body.split("data-state=\"").nth(1).unwrap();
    after.split('"').next().unwrap()
}

async fn notify(shop: &Shop, notification: PaymentNotification) {
    let body = notification.sign(&credentials()).to_body();
    let _ = shop.flow.receive(body.as_bytes()).await;
}

async fn landing(shop: &Shop, which: Landing, oid: &str) -> FlowResponse {
    shop.flow
        .landing(which, english(&format!("oid={oid}")))
        .await
}

#[tokio::test]
async fn the_payment_page_has_the_frame_the_resizer_and_its_policy() {
    let shop = Shop::start(Script::Token).await;
    let oid = shop.open_order().await;
    let base = shop.paytr.base_url();
    let page = shop.pay_page(&oid).await;
    assert_eq!(page.status, 200);
    let policy = check_page(&page);
    assert!(
        policy.contains(&format!("frame-src 'self' {base} https:")),
        "{policy}"
    );
    assert!(page.body.contains(&format!(
        "<iframe id=\"paytriframe\" src=\"{base}/odeme/guvenli/token%2B1\""
    )));
    assert!(
        page.body
            .contains(&format!("src=\"{base}/js/iframeResizer.min.js\""))
    );
    assert!(page.body.contains(&format!("data-provider=\"{base}\"")));
    assert!(
        page.body
            .contains(&format!("data-order=\"/paytr/orders/{oid}\""))
    );
    assert!(
        page.body
            .contains(&format!("data-ok=\"/paytr/ok?oid={oid}\""))
    );
    assert!(page.body.contains("69.25 TRY"));
    let again = shop.pay_page(&oid).await;
    assert_ne!(
        page.header("content-security-policy"),
        again.header("content-security-policy")
    );
}

#[tokio::test]
async fn the_new_designs_load_their_own_resizer() {
    for design in [PageDesign::V2, PageDesign::V2Dark] {
        let shop = Shop::start_with(Script::Token, |builder| builder.page_design(design)).await;
        let page = shop.pay_page(&shop.open_order().await).await;
        assert!(page.body.contains("/js/iframeResizer.min.js?v2\""));
    }
}

#[tokio::test]
async fn a_paid_order_leads_from_the_payment_page_to_the_result() {
    let shop = Shop::start(Script::Token).await;
    let oid = shop.open_order().await;
    notify(&shop, PaymentNotification::success(&*oid, CART_TOTAL)).await;
    let page = shop.flow.pay_page(&oid, english("lang=en")).await;
    assert_eq!(page.status, 303);
    assert_eq!(
        page.header("location"),
        Some(&*format!("/paytr/ok?oid={oid}&lang=en"))
    );
}

#[tokio::test]
async fn landing_pages_read_the_state_and_change_nothing() {
    let shop = Shop::start(Script::Token).await;
    let oid = shop.open_order().await;
    for which in [Landing::Ok, Landing::Fail] {
        let page = landing(&shop, which, &oid).await;
        check_page(&page);
        assert_eq!((page.status, state_of(&page)), (200, "pending"));
        assert!(page.body.contains("<noscript><meta http-equiv=\"refresh\""));
    }
    assert_eq!(shop.record(&oid).await.unwrap().state.as_str(), "pending");

    notify(&shop, PaymentNotification::failed(&*oid, "10")).await;
    let page = landing(&shop, Landing::Fail, &oid).await;
    assert_eq!(state_of(&page), "failed");
    assert!(page.body.contains("id=\"try-again\" href=\"/\""));
    assert!(page.body.contains("The payment failed"));
    // PayTR sends a buyer here who paid with a second card: its notification is on its way.
    let page = landing(&shop, Landing::Ok, &oid).await;
    assert_eq!(state_of(&page), "failed");
    assert!(!page.body.contains("try-again"));
    assert!(page.body.contains("Waiting for confirmation"));
    // A failure does not close PayTR's page.
    assert_eq!(shop.pay_page(&oid).await.status, 200);

    notify(&shop, PaymentNotification::success(&*oid, CART_TOTAL)).await;
    for which in [Landing::Ok, Landing::Fail] {
        let page = landing(&shop, which, &oid).await;
        check_page(&page);
        assert_eq!(state_of(&page), "paid");
        assert!(page.body.contains("<dd id=\"total\">69.25 TRY</dd>"));
        assert!(!page.body.contains("http-equiv=\"refresh\""));
    }
}

#[tokio::test]
async fn a_payment_under_review_is_neither_paid_nor_offered_again() {
    let shop = Shop::start(Script::Token).await;
    let oid = shop.open_order().await;
    notify(&shop, PaymentNotification::success(&*oid, CART_TOTAL - 1)).await;
    let page = landing(&shop, Landing::Ok, &oid).await;
    assert_eq!(state_of(&page), "review");
    assert!(!page.body.contains("try-again"));
    assert_eq!(shop.pay_page(&oid).await.status, 303);
}

/// Whatever came before: a declined card, or the end of the time that it was asked about.
#[tokio::test]
async fn a_payment_whose_handler_failed_is_received_and_never_offered_again() {
    for before in ["pending", "failed", "closed"] {
        let mut shop = Shop::start(Script::Token).await;
        let keyed = cart_with(&json!({"idempotency_key": "k"}));
        let oid = shop.pay(&keyed).await.text("merchant_oid").to_owned();
        match before {
            "failed" => notify(&shop, PaymentNotification::failed(&*oid, "10")).await,
            "closed" => assert!(shop.ledger.close(&shop.key(&oid)).await.unwrap()),
            _ => {}
        }
        let landed = landing(&shop, Landing::Fail, &oid).await;
        assert_eq!(state_of(&landed), before);
        // From here on the shop's handler fails.
        shop.handled.close();
        notify(&shop, PaymentNotification::success(&*oid, CART_TOTAL)).await;

        for which in [Landing::Ok, Landing::Fail] {
            let page = landing(&shop, which, &oid).await;
            check_page(&page);
            assert_eq!(state_of(&page), "undelivered", "after {before}");
            let words = "Payment received, your order is being confirmed";
            assert!(page.body.contains(words), "{}", page.body);
            assert!(page.body.contains("<dd id=\"total\">69.25 TRY</dd>"));
            assert!(!page.body.contains("try-again"));
            assert!(page.body.contains("http-equiv=\"refresh\""));
        }
        let page = shop.pay_page(&oid).await;
        let result = format!("/paytr/ok?oid={oid}");
        assert_eq!(
            (page.status, page.header("location")),
            (303, Some(&*result))
        );
        let state = shop.flow.order_state(&oid).await;
        let expected = json!({
            "merchant_oid": oid, "state": "undelivered", "total": CART_TOTAL, "currency": "TRY",
        });
        assert_eq!(
            serde_json::from_str::<Value>(&state.body).unwrap(),
            expected
        );
        // Nobody took its key meanwhile, so there is no second payable order.
        let again = shop.pay(&keyed).await;
        assert_eq!(again.text("merchant_oid"), oid);
        assert_eq!(
            (again.text("state"), again.text("token")),
            ("undelivered", "")
        );
        assert_eq!(shop.paytr.forms().len(), 1);
        // What the buyer's bank says later about another try changes nothing.
        notify(&shop, PaymentNotification::failed(&*oid, "10")).await;
        assert_eq!(
            shop.record(&oid).await.unwrap().state.as_str(),
            "undelivered"
        );
    }
}

#[tokio::test]
async fn a_closed_order_has_no_payment_page_and_frees_its_key() {
    let shop = Shop::start(Script::Token).await;
    let keyed = cart_with(&json!({"idempotency_key": "k"}));
    let oid = shop.pay(&keyed).await.text("merchant_oid").to_owned();
    assert!(shop.ledger.close(&shop.key(&oid)).await.unwrap());

    let page = shop.pay_page(&oid).await;
    check_page(&page);
    assert_eq!(page.status, 404);
    assert!(!page.body.contains("token%2B1"));
    let page = landing(&shop, Landing::Fail, &oid).await;
    check_page(&page);
    assert_eq!(state_of(&page), "closed");
    assert!(page.body.contains("This order is closed"));
    assert!(page.body.contains("id=\"try-again\" href=\"/\""));
    // PayTR sends a buyer here who has paid.
    let page = landing(&shop, Landing::Ok, &oid).await;
    assert!(page.body.contains("Waiting for confirmation"));
    assert!(!page.body.contains("try-again"));
    let again = shop.pay(&keyed).await;
    assert_eq!(again.text("state"), "pending");
    assert_ne!(again.text("merchant_oid"), oid);
}

#[tokio::test]
async fn an_order_s_state_says_what_was_given_back() {
    let shop = Shop::start(Script::Token).await;
    let oid = shop.open_order().await;
    notify(&shop, PaymentNotification::success(&*oid, CART_TOTAL)).await;
    let refund = NewRefund::new(shop.key(&oid), "R1", Money::new(1_234, Currency::TRY));
    assert_eq!(
        shop.ledger.reserve(&refund).await.unwrap(),
        Reservation::Granted
    );
    let state = async || {
        let answer = shop.flow.order_state(&oid).await;
        serde_json::from_str::<Value>(&answer.body).unwrap()
    };
    assert_eq!(state().await.get("refunded"), None);
    shop.ledger.confirm(&shop.key(&oid), "R1").await.unwrap();
    let state = state().await;
    assert_eq!(state["state"], "paid");
    assert_eq!(
        (&state["total"], &state["refunded"]),
        (&json!(CART_TOTAL), &json!(1_234))
    );
}

#[tokio::test]
async fn order_states_are_json() {
    let shop = Shop::start(Script::Token).await;
    let oid = shop.open_order().await;
    let pending = shop.flow.order_state(&oid).await;
    assert_eq!(
        pending.body,
        format!(r#"{{"merchant_oid":"{oid}","state":"pending"}}"#)
    );
    notify(&shop, PaymentNotification::success(&*oid, CART_TOTAL + 75)).await;
    let paid = shop.flow.order_state(&oid).await;
    assert_eq!(
        paid.body,
        format!(r#"{{"merchant_oid":"{oid}","state":"paid","total":7000,"currency":"TRY"}}"#)
    );
    assert_eq!(paid.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn foreign_and_hostile_orders_are_unknown_and_never_shown() {
    let shop = Shop::start(Script::Token).await;
    let foreign = "OTHER123".to_owned();
    let order = paytr_core::NewOrder::new(shop.key(&foreign), paytr_core::Expected::Unknown);
    let _ = shop.ledger.open(order).await.unwrap();
    let never_opened = format!("SHOP{}", "0".repeat(28));
    let hostile = [
        foreign.as_str(),
        never_opened.as_str(),
        "",
        "../../etc/passwd",
        "<script>alert(1)</script>",
        "\"onload=alert(1) x=\"",
        "SHOP%0d%0aSet-Cookie:a=b",
        "{{7*7}}",
        "SHOP\0",
        "ＳＨＯＰ",
        "javascript:alert(1)",
    ];
    for oid in hostile {
        let page = shop.pay_page(oid).await;
        assert_eq!(page.status, 404, "{oid:?}");
        check_page(&page);
        let state = shop.flow.order_state(oid).await;
        assert_eq!(state.status, 404, "{oid:?}");
        let encoded: String = form_urlencoded::byte_serialize(oid.as_bytes()).collect();
        for query in [
            format!("oid={encoded}"),
            format!("oid={oid}"),
            format!("oid={encoded}&lang={encoded}&x={oid}"),
        ] {
            let request = PageRequest {
                query: Some(&query),
                accept_language: Some(oid.as_bytes()),
            };
            let landing = shop.flow.landing(Landing::Ok, request).await;
            assert_eq!(landing.status, 200);
            check_page(&landing);
            assert!(!landing.body.contains("data-state"));
            if !oid.is_empty() {
                assert!(!landing.body.contains(oid), "{oid:?}");
            }
        }
        if !oid.is_empty() {
            assert!(
                !page.body.contains(oid) && !state.body.contains(oid),
                "{oid:?}"
            );
        }
    }
    let empty = shop
        .flow
        .landing(Landing::Fail, PageRequest::default())
        .await;
    assert_eq!(empty.status, 200);
}

#[tokio::test]
async fn a_hostile_title_is_escaped() {
    let title = "<b>\"Ali's\" & Co</b>";
    let shop = Shop::start_with(Script::Token, |builder| builder.title(title)).await;
    let page = shop.pay_page(&shop.open_order().await).await;
    check_page(&page);
    assert!(!page.body.contains("<b>"));
}

#[tokio::test]
async fn pages_speak_turkish_and_english() {
    let shop = Shop::start(Script::Token).await;
    let oid = shop.open_order().await;
    let turkish = shop.flow.pay_page(&oid, PageRequest::default()).await;
    assert!(turkish.body.contains("<html lang=\"tr\">") && turkish.body.contains("69,25 TL"));
    let query = format!("oid={oid}&lang=en");
    let request = PageRequest {
        query: Some(&query),
        accept_language: Some(b"tr"),
    };
    let page = shop.flow.landing(Landing::Ok, request).await;
    assert!(
        page.body.contains("<html lang=\"en\">") && page.body.contains("Waiting for confirmation")
    );
    assert_eq!(page.header("content-language"), Some("en"));
}
