//! Who is let in, and what is answered at all.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use paytr_flow::MAX_BODY;
use paytr_flow::back_office::{BackOffice, BasicGuard, Operator};

use crate::support::{Browser, ByHeader, Shop};

const PAGES: [&str; 8] = [
    "",
    "/orders",
    "/orders.csv",
    "/orders/A1",
    "/reviews",
    "/reviews/1",
    "/undelivered",
    "/refunds",
];

#[tokio::test]
async fn nobody_is_shown_anything_whom_the_guard_did_not_admit() {
    let shop = Shop::start().await;
    let stranger = shop.ayse().with("x-operator", None);
    for address in PAGES {
        for method in ["GET", "HEAD", "POST", "DELETE"] {
            let response = stranger.send(method, address, b"").await;
            assert_eq!(response.status, 401, "{method} {address}");
            assert_eq!(response.body, "who are you?");
        }
    }
}

#[tokio::test]
async fn basic_authentication_takes_the_password_and_nothing_else() {
    let shop = Shop::start().await;
    let guard = BasicGuard::new("ayşe", "correct horse: battery").unwrap();
    let office = BackOffice::builder(&shop.flow, shop.ledger.clone(), guard).build();
    let office = office.unwrap();
    let nobody = Browser::new(&office, "ignored");
    let basic = |text: &str| format!("Basic {}", STANDARD.encode(text));

    let refused = nobody.get("").await;
    assert_eq!(refused.status, 401);
    assert_eq!(
        refused.header("www-authenticate"),
        Some(r#"Basic realm="back office", charset="UTF-8""#)
    );
    assert!(!refused.body.contains("ayşe") && !refused.body.contains("Kırtasiye"));
    let right = basic("ayşe:correct horse: battery");
    for wrong in [
        basic("ayşe:correct horse"),
        basic("ayşe:"),
        basic("mehmet:correct horse: battery"),
        basic(""),
        right.replace("Basic", "Bearer"),
        format!("{right}A"),
        "Basic".to_owned(),
        "Basiç x".to_owned(),
    ] {
        let browser = nobody.with("authorization", Some(&wrong));
        assert_eq!(browser.get("").await.status, 401, "{wrong}");
    }
    for scheme in ["Basic", "basic", "BASIC"] {
        let right = right.replace("Basic", scheme);
        let page = nobody.with("authorization", Some(&right)).page("").await;
        assert!(page.contains("<strong>ayşe</strong>"));
    }
}

#[tokio::test]
async fn an_operator_s_name_has_one_to_a_hundred_characters() {
    assert!(Operator::new("ş".repeat(100)).is_ok());
    for wrong in ["", "  ", "a\nb", "a\0", &"a".repeat(101)] {
        assert!(Operator::new(wrong).is_err(), "{wrong:?}");
    }
}

#[tokio::test]
async fn it_is_mounted_where_the_shop_says() {
    let shop = Shop::start().await;
    let at = |path: &str| {
        let ledger = Arc::clone(&shop.ledger);
        BackOffice::builder(&shop.flow, ledger, ByHeader)
            .at(path)
            .build()
    };
    assert_eq!(shop.office.path(), "/back-office");
    let office = at("/odeme/yonetim").unwrap();
    assert_eq!(office.path(), "/odeme/yonetim");
    let page = Browser::new(&office, "ayse")
        .page("/shop/odeme/yonetim/reviews")
        .await;
    assert!(page.contains("href=\"/shop/odeme/yonetim/orders\""));
    for wrong in [
        "", "/", "ops", "/ops/", "/o ps", "/a//b", "/{x}", "/..", "/ş",
    ] {
        assert!(at(wrong).is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found_and_other_methods_are_named() {
    let shop = Shop::start().await;
    let ayse = shop.ayse();
    for address in [
        "X",
        "/nothing",
        "/orders/A1",
        "/orders/A%0A",
        "/orders/a/b",
        "/reviews/1",
        "/reviews/x",
        "/reviews/1/deliver",
        "/undelivered/A1/by-hand",
        "/refunds/A1/R1/release",
    ] {
        let response = ayse.get(address).await;
        assert_eq!(response.status, 404, "{address}");
        assert!(response.body.contains("There is no such page"), "{address}");
    }
    for (method, address, allow) in [
        ("DELETE", "/orders", "GET, HEAD"),
        ("POST", "/reviews/1", "GET, HEAD"),
        ("PUT", "/reviews/1/deliver", "GET, HEAD, POST"),
        ("GET", "/undelivered/A1/try", "POST"),
        ("GET", "/refunds/A1/R1/ask", "POST"),
    ] {
        let response = ayse.send(method, address, b"").await;
        assert_eq!(response.status, 405, "{method} {address}");
        assert_eq!(response.header("allow"), Some(allow));
    }
    assert_eq!(ayse.send("HEAD", "/orders", b"").await.status, 200);
}

#[tokio::test]
async fn a_filter_that_cannot_be_meant_is_refused_and_not_passed_over() {
    let shop = Shop::start().await;
    for address in [
        "/orders?state=payd",
        "/orders.csv?state=payd",
        "/reviews?state=closed",
        "/reviews?reason=none",
        "/reviews?before=x",
    ] {
        assert_eq!(shop.ayse().get(address).await.status, 400, "{address}");
    }
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_no_form() {
    let shop = Shop::start().await;
    let body = vec![b'a'; MAX_BODY + 1];
    let response = shop.ayse().send("POST", "/reviews/1/dismiss", &body).await;
    assert_eq!(response.status, 415);
}

#[tokio::test]
async fn nothing_secret_is_in_its_debug_output() {
    let shop = Shop::start().await;
    let shown = format!("{:?}", shop.office);
    assert_eq!(shown, "BackOffice { path: \"/back-office\", .. }");
    let builder = BackOffice::builder(&shop.flow, shop.ledger.clone(), ByHeader);
    let shown = format!("{:?}", builder.form_key([9; 32]));
    assert!(!shown.contains('9'), "{shown}");
}
