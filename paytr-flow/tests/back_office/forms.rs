//! A form counts only if a page made it for this person and this purpose, and only once.

use paytr_flow::FlowResponse;

use crate::support::{Browser, SentForm, Shop};

/// A shop with a review, and the form that dismisses it.
async fn dismissal(shop: &mut Shop) -> SentForm {
    shop.short_payment("A1", 3_000).await;
    shop.ayse()
        .form("/reviews/1/dismiss", "/reviews/1/dismiss")
        .await
}

async fn assert_refused(shop: &Shop, response: FlowResponse, says: &str) {
    assert_eq!(response.status, 403, "{}", response.body);
    assert!(response.body.contains(says), "{}", response.body);
    assert!(response.body.contains("Nothing was done"));
    assert_eq!(shop.state("A1").await, "review");
}

#[tokio::test]
async fn a_form_of_the_shop_is_taken() {
    let mut shop = Shop::start().await;
    let form = dismissal(&mut shop).await;
    let response = shop.ayse().submit(&form).await;
    assert_eq!(response.status, 303, "{}", response.body);
    assert_eq!(
        response.header("location"),
        Some("/shop/back-office/reviews/1")
    );
    assert_eq!(shop.state("A1").await, "pending");
}

#[tokio::test]
async fn a_form_from_a_foreign_page_does_nothing() {
    let mut shop = Shop::start().await;
    let form = dismissal(&mut shop).await;
    let ayse = shop.ayse();
    let foreign: [Browser<'_>; 7] = [
        ayse.with("origin", Some("https://evil.example")),
        ayse.with("origin", Some("http://shop.example")),
        ayse.with("origin", Some("null")),
        ayse.with("origin", None),
        ayse.with("origin", None)
            .with("referer", Some("https://evil.example/shop.example")),
        ayse.with("sec-fetch-site", Some("cross-site")),
        ayse.with("sec-fetch-site", Some("same-site")),
    ];
    for browser in foreign {
        let response = browser.submit(&form).await;
        assert_refused(&shop, response, "This form came from another site").await;
    }
    // None of these tries used the token up.
    let page = "https://shop.example/shop/back-office/reviews/1/dismiss";
    let by_referer = ayse.with("origin", None).with("referer", Some(page));
    let response = by_referer.with("sec-fetch-site", None).submit(&form).await;
    assert_eq!(response.status, 303);
}

#[tokio::test]
async fn a_form_without_a_token_does_nothing() {
    let mut shop = Shop::start().await;
    let form = dismissal(&mut shop).await;
    for token in ["", "x", "..", &"0".repeat(200)] {
        let forged = form.clone().with("token", token);
        let response = shop.ayse().submit(&forged).await;
        assert_refused(&shop, response, "This form is not from here").await;
    }
    let bare = SentForm {
        fields: Vec::new(),
        ..form
    };
    let response = shop.ayse().submit(&bare).await;
    assert_refused(&shop, response, "This form is not from here").await;
}

#[tokio::test]
async fn a_token_of_another_person_does_nothing() {
    let mut shop = Shop::start().await;
    let form = dismissal(&mut shop).await;
    let response = shop.mehmet().submit(&form).await;
    assert_refused(&shop, response, "This form is not from here").await;
}

#[tokio::test]
async fn a_token_for_something_else_does_nothing() {
    let mut shop = Shop::start().await;
    let form = dismissal(&mut shop).await;
    shop.short_payment("B1", 3_000).await;
    let ayse = shop.ayse();
    let other_entry = ayse.form("/reviews/2/dismiss", "/reviews/2/dismiss").await;
    let other_action = ayse.form("/reviews/1/deliver", "/reviews/1/deliver").await;
    for other in [other_entry, other_action] {
        let moved = form.clone().with("token", other.field("token"));
        let response = ayse.submit(&moved).await;
        assert_refused(&shop, response, "This form is not from here").await;
    }
    assert_eq!(shop.deliveries(), 0);
}

#[tokio::test]
async fn a_form_is_taken_once() {
    let mut shop = Shop::start().await;
    shop.undelivered_order("A1", 3_000).await;
    let ayse = shop.ayse();
    let form = ayse.form("/undelivered", "/undelivered/A1/try").await;
    assert_eq!(ayse.submit(&form).await.status, 500);
    let again = ayse.submit(&form).await;
    assert_eq!(again.status, 403);
    assert!(again.body.contains("This form was sent before"));
}

#[tokio::test]
async fn what_a_refund_form_says_cannot_be_changed() {
    let mut shop = Shop::start().await;
    shop.paid_order("A1", 3_000).await;
    let address = "/orders/A1/refund?amount=10,00";
    let form = shop.ayse().form(address, "/orders/A1/refund").await;
    for (name, value) in [
        ("minor_units", "3000"),
        ("reference", "ANOTHER1"),
        ("currency", "EUR"),
    ] {
        let changed = form.clone().with(name, value);
        let response = shop.ayse().submit(&changed).await;
        assert_eq!(response.status, 403, "{name}");
    }
    assert!(shop.paytr.refunds().is_empty());
    assert!(shop.refunds("A1").await.is_empty());
}

#[tokio::test]
async fn only_the_type_of_forms_is_read() {
    let mut shop = Shop::start().await;
    let form = dismissal(&mut shop).await;
    let ayse = shop.ayse();
    for wrong in [
        "text/plain",
        "application/json",
        "multipart/form-data; boundary=x",
        "",
    ] {
        let response = ayse.with("content-type", Some(wrong)).submit(&form).await;
        assert_eq!(response.status, 415, "{wrong}");
        assert_eq!(shop.state("A1").await, "review");
    }
    assert_eq!(
        ayse.with("content-type", None).submit(&form).await.status,
        415
    );
    let with_charset = "Application/X-WWW-Form-Urlencoded; charset=UTF-8";
    let response = ayse
        .with("content-type", Some(with_charset))
        .submit(&form)
        .await;
    assert_eq!(response.status, 303);
}

#[tokio::test]
async fn a_note_beyond_its_length_is_refused_and_the_form_can_be_sent_again() {
    let mut shop = Shop::start().await;
    let form = dismissal(&mut shop).await;
    let long = form.clone().with("note", &"ş".repeat(1_001));
    assert_eq!(shop.ayse().submit(&long).await.status, 422);
    assert_eq!(shop.state("A1").await, "review");
    let fits = form.with("note", &"ş".repeat(1_000));
    assert_eq!(shop.ayse().submit(&fits).await.status, 303);
}

#[tokio::test]
async fn without_a_key_of_the_shop_each_process_has_its_own() {
    let mut shop = Shop::start().await;
    let form = dismissal(&mut shop).await;
    let builder = paytr_flow::back_office::BackOffice::builder(
        &shop.flow,
        shop.ledger.clone(),
        crate::support::ByHeader,
    );
    let restarted = builder.build().unwrap();
    let response = shop.ayse().at(&restarted).submit(&form).await;
    assert_refused(&shop, response, "This form is not from here").await;
    // With the key of the shop the form of one node is the form of another.
    let other_node = shop.other_node();
    assert_eq!(shop.ayse().at(&other_node).submit(&form).await.status, 303);
}
