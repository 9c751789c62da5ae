//! Refunds: exact amounts, never more than what was paid, each form once, and unknown outcomes decided.

use std::time::Duration;

use paytr_core::paid_once::refund::RefundState;

use crate::support::{RefundScript, Shop, lira};

/// The form that refunds this much of `A1`.
async fn form(shop: &Shop, amount: &str) -> crate::support::SentForm {
    let address = format!("/orders/A1/refund?amount={amount}");
    shop.ayse().form(&address, "/orders/A1/refund").await
}

#[tokio::test]
async fn a_refund_is_shown_before_it_is_sent_and_is_exact() {
    let mut shop = Shop::start().await;
    shop.paid_order("A1", 100_000).await;
    let page = shop.ayse().page("/orders/A1/refund?amount=12,34").await;
    for text in [
        "A1",
        "1,000.00 TRY",
        "0.00 TRY",
        "12.34 TRY",
        "cannot be undone",
    ] {
        assert!(page.contains(text), "{text}");
    }
    assert!(shop.paytr.refunds().is_empty());

    let sent = form(&shop, "12,34").await;
    let response = shop.ayse().submit(&sent).await;
    assert_eq!(response.status, 303, "{}", response.body);
    assert_eq!(
        response.header("location"),
        Some("/shop/back-office/orders/A1")
    );
    let asked = &shop.paytr.refunds()[0];
    assert_eq!(asked["return_amount"], "12.34");
    assert_eq!(asked["reference_no"], sent.field("reference"));
    let refunds = shop.refunds("A1").await;
    assert_eq!(
        (&*refunds[0].by, refunds[0].state),
        ("ayse", RefundState::Executed)
    );
    let page = shop.ayse().page("/orders/A1").await;
    assert!(page.contains("a refund was executed") && page.contains("987.66 TRY"));
}

#[tokio::test]
async fn what_is_no_amount_is_refused() {
    let mut shop = Shop::start().await;
    shop.paid_order("A1", 100_000).await;
    for wrong in [
        "0", "0,00", "-1", "1.234,56", "1,234", "1e3", "12+TL", "%31%32x", "NaN",
    ] {
        let response = shop
            .ayse()
            .get(&format!("/orders/A1/refund?amount={wrong}"))
            .await;
        assert_eq!(response.status, 422, "{wrong}");
        assert!(response.body.contains("This is not an amount"));
    }
    let none = shop.ayse().get("/orders/A1/refund").await;
    assert_eq!(
        (none.status, none.header("location")),
        (303, Some("/shop/back-office/orders/A1"))
    );
}

#[tokio::test]
async fn refunds_never_pass_what_was_paid() {
    let mut shop = Shop::start().await;
    shop.paid_order("A1", 3_000).await;
    let response = shop.ayse().get("/orders/A1/refund?amount=30.01").await;
    assert_eq!(response.status, 422);
    assert!(response.body.contains("30.00 TRY"));
    // Two forms that fit one by one.
    let (first, second) = (form(&shop, "20").await, form(&shop, "20").await);
    assert_eq!(shop.ayse().submit(&first).await.status, 303);
    let response = shop.ayse().submit(&second).await;
    assert_eq!(response.status, 422);
    assert!(response.body.contains("10.00 TRY"));
    assert_eq!(shop.paytr.refunds().len(), 1);
}

#[tokio::test]
async fn a_form_that_comes_again_at_another_node_is_not_a_second_refund() {
    let mut shop = Shop::start().await;
    shop.paid_order("A1", 3_000).await;
    let sent = form(&shop, "10").await;
    assert_eq!(shop.ayse().submit(&sent).await.status, 303);
    assert_eq!(shop.ayse().submit(&sent).await.status, 403);
    let other_node = shop.other_node();
    let again = shop.ayse().at(&other_node).submit(&sent).await;
    assert_eq!(again.status, 409);
    assert!(again.body.contains("This refund was sent before"));
    assert_eq!(shop.paytr.refunds().len(), 1);
    assert_eq!(shop.order_state("A1").await.refunded(), Some(lira(1_000)));
}

#[tokio::test]
async fn only_a_paid_order_of_the_shop_can_be_refunded() {
    let mut shop = Shop::start().await;
    shop.open("PENDING", 3_000).await;
    shop.undelivered_order("OWED", 3_000).await;
    for oid in ["PENDING", "OWED"] {
        let response = shop
            .ayse()
            .get(&format!("/orders/{oid}/refund?amount=1"))
            .await;
        assert_eq!(response.status, 409, "{oid}");
        assert!(response.body.contains("This order is not settled as paid"));
        let page = shop.ayse().page(&format!("/orders/{oid}")).await;
        assert!(!page.contains("/refund\""), "{oid}");
    }
    let foreign = "/orders/PENDING/refund?amount=1&merchant=654321";
    assert_eq!(shop.ayse().get(foreign).await.status, 409);
    assert_eq!(
        shop.ayse().get("/orders/NONE/refund?amount=1").await.status,
        404
    );
}

#[tokio::test]
async fn a_refusal_of_paytr_frees_the_amount_and_is_explained() {
    let mut shop = Shop::start().await;
    shop.paid_order("A1", 3_000).await;
    shop.paytr.play(RefundScript::Refuse("009"));
    let response = shop.ayse().submit(&form(&shop, "30").await).await;
    assert_eq!(response.status, 502);
    assert!(response.body.contains("009: "), "{}", response.body);
    assert_eq!(shop.refunds("A1").await[0].state, RefundState::Cancelled);
    shop.paytr.play(RefundScript::Execute);
    assert_eq!(
        shop.ayse().submit(&form(&shop, "30").await).await.status,
        303
    );
}

/// A refund whose outcome nobody knows; its reference.
async fn lost_refund(shop: &mut Shop) -> String {
    shop.paid_order("A1", 3_000).await;
    shop.paytr.play(RefundScript::Lose);
    let sent = form(shop, "10").await;
    let response = shop.ayse().submit(&sent).await;
    assert_eq!(response.status, 502);
    assert!(
        response
            .body
            .contains("The outcome of the refund is unknown")
    );
    let page = shop.ayse().page("/refunds").await;
    assert!(page.contains(sent.field("reference")) && page.contains("10.00 TRY"));
    sent.field("reference").to_owned()
}

#[tokio::test]
async fn an_unknown_outcome_counts_until_paytr_is_asked_and_lists_it() {
    let mut shop = Shop::start().await;
    let reference = lost_refund(&mut shop).await;
    let ayse = shop.ayse();
    assert_eq!(ayse.get("/orders/A1/refund?amount=20.01").await.status, 422);
    shop.paytr.list("A1", &reference, "10.00");
    let ask = ayse
        .form("/refunds", &format!("/refunds/A1/{reference}/ask"))
        .await;
    let response = ayse.submit(&ask).await;
    assert_eq!(response.status, 303, "{}", response.body);
    assert_eq!(shop.order_state("A1").await.refunded(), Some(lira(1_000)));
    assert!(
        ayse.page("/refunds")
            .await
            .contains("No refund has an unknown outcome")
    );
}

#[tokio::test]
async fn an_amount_is_released_only_when_paytr_does_not_list_it_after_a_while() {
    let mut shop = Shop::start().await;
    let reference = lost_refund(&mut shop).await;
    let ayse = shop.ayse();
    let release = format!("/refunds/A1/{reference}/release");
    let ask = ayse.form("/refunds", "/ask").await;
    let response = ayse.submit(&ask).await;
    let location = response.header("location").unwrap().to_owned();
    assert!(location.ends_with(&release), "{location}");
    let early = ayse.get(&location).await;
    assert_eq!(early.status, 409);
    assert!(early.body.contains("PayTR does not list this refund yet"));

    shop.refunds_age(Duration::from_mins(11));
    let form = ayse.form(&location, &release).await;
    // PayTR is asked once more: it may list it by now.
    shop.paytr.list("A1", &reference, "10.00");
    assert_eq!(ayse.get(&location).await.status, 409);
    assert_eq!(ayse.submit(&form).await.status, 303);
    assert_eq!(shop.refunds("A1").await[0].state, RefundState::Executed);
}

#[tokio::test]
async fn what_was_released_can_be_refunded_again() {
    let mut shop = Shop::start().await;
    let reference = lost_refund(&mut shop).await;
    shop.refunds_age(Duration::from_mins(11));
    let ayse = shop.ayse();
    let release = format!("/refunds/A1/{reference}/release");
    let released = ayse.form(&release, &release).await;
    assert_eq!(ayse.submit(&released).await.status, 303);
    assert_eq!(shop.refunds("A1").await[0].state, RefundState::Cancelled);
    let again = ayse.get(&release).await;
    assert_eq!(again.status, 409);
    assert!(again.body.contains("This refund is decided"));
    shop.paytr.play(RefundScript::Execute);
    assert_eq!(ayse.submit(&form(&shop, "30").await).await.status, 303);
}

#[tokio::test]
async fn another_amount_at_paytr_stays_for_a_person() {
    let mut shop = Shop::start().await;
    let reference = lost_refund(&mut shop).await;
    shop.paytr.list("A1", &reference, "12.00");
    let ask = shop.ayse().form("/refunds", "/ask").await;
    let response = shop.ayse().submit(&ask).await;
    assert_eq!(response.status, 409);
    assert!(response.body.contains("another amount") && response.body.contains("12.00 TRY"));
    assert_eq!(shop.refunds("A1").await[0].state, RefundState::Reserved);
}
