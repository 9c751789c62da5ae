//! What a sale must say before anything is delivered.

use paytrek::{Decision, Found, Mismatch, OrderState, ReviewReason, TestPayments, WhenAuthorized};

use crate::common::golden::{PAID_SALE, PAID_TOKEN, SALE_ANSWER, paid_sale_with};
use crate::common::server::{Served, Server, ok, reply};
use crate::common::shop::{Shop, decision};
use crate::common::{golden_sale, lira, order, token};

/// A shop that expects 24.00 lira for order 1467034250, at a Paytrek that says `answer`.
async fn shop_told(answer: Served) -> (Shop, Server) {
    let server = Server::always(answer).await;
    let shop = Shop::new(server.client());
    expect(&shop).await;
    (shop, server)
}

async fn expect(shop: &Shop) {
    let _new = shop.settlement.expect(&golden_sale(), None).await.unwrap();
    let sale = token(PAID_TOKEN);
    shop.settlement
        .attach(&order("1467034250"), &sale)
        .await
        .unwrap();
}

async fn come_back(shop: &Shop) -> Found {
    let query = format!("token={PAID_TOKEN}");
    let found = shop.settlement.returned(&order("1467034250"), &query).await;
    found.unwrap()
}

async fn found(answer: &str) -> (Found, Shop) {
    let (shop, _server) = shop_told(ok(answer)).await;
    (come_back(&shop).await, shop)
}

fn review(why: ReviewReason) -> Found {
    Found::Review(why, Decision::RefusedForReview(why))
}

fn one_receipt() -> Vec<(String, u64)> {
    vec![("1467034250".to_owned(), 2_400)]
}

#[tokio::test]
async fn p25_a_paid_sale_settles_once() {
    let (shop, server) = shop_told(ok(PAID_SALE)).await;
    assert_eq!(decision(&come_back(&shop).await), Decision::Settled);
    assert_eq!(shop.receipts(), one_receipt());
    let asked = server.requests().len();
    assert_eq!(come_back(&shop).await, Found::AlreadyPaid);
    let again = shop.settle(&order("1467034250")).await;
    assert_eq!(again, Found::AlreadyPaid);
    assert_eq!(shop.receipts(), one_receipt());
    assert_eq!(server.requests().len(), asked, "the own record answers");
}

#[tokio::test]
async fn p25_ready_to_send_and_an_amount_as_a_number_settle() {
    for answer in [
        paid_sale_with("status", "\"Ready to Send\""),
        paid_sale_with("amount", "24"),
        paid_sale_with("amount", "24.0"),
        paid_sale_with("order_id", "1467034250"),
    ] {
        let (found, shop) = found(&answer).await;
        assert_eq!(decision(&found), Decision::Settled);
        assert_eq!(shop.receipts(), one_receipt());
    }
}

#[tokio::test]
async fn p25_held_money_is_not_paid() {
    for status in ["\"PreAuthorized\"", "\"Authorized\""] {
        let (found, shop) = found(&paid_sale_with("status", status)).await;
        assert_eq!(found, Found::StaysOpen, "{status}");
        assert_eq!(shop.receipts(), []);
        assert_eq!(shop.state(&order("1467034250")).await, OrderState::Pending);
    }
}

#[tokio::test]
async fn authorized_is_paid_for_merchants_who_say_so() {
    let server = Server::always(ok(&paid_sale_with("status", "\"Authorized\""))).await;
    let shop = Shop::with(server.client(), |settlement| {
        settlement.when_authorized(WhenAuthorized::TreatAsPaid)
    });
    expect(&shop).await;
    assert!(come_back(&shop).await.is_settled());
    // A pre-authorisation never is.
    let server = Server::always(ok(&paid_sale_with("status", "\"PreAuthorized\""))).await;
    let shop = Shop::with(server.client(), |settlement| {
        settlement.when_authorized(WhenAuthorized::TreatAsPaid)
    });
    expect(&shop).await;
    assert_eq!(come_back(&shop).await, Found::StaysOpen);
}

#[tokio::test]
async fn p25_created_declined_and_unknown_statuses_are_not_paid() {
    // The golden sale is years past its end; its clock stands at its beginning.
    for status in [
        "Created", "Declined", "Foo", "paid", "Paid ", "Refunded", "",
    ] {
        let (found, shop) = found(&paid_sale_with("status", &format!("\"{status}\""))).await;
        assert_eq!(found, Found::NotYet, "{status}");
        assert_eq!((shop.receipts(), shop.failures()), (vec![], 0));
    }
    for status in ["null", "7", "[]"] {
        let (found, shop) = found(&paid_sale_with("status", status)).await;
        assert_eq!(found, Found::Unavailable, "{status}");
        assert_eq!(shop.receipts(), []);
    }
}

#[tokio::test]
async fn p25_another_amount_is_reported() {
    for amount in ["\"24.72\"", "\"23.99\"", "\"24.01\"", "240", "2400"] {
        let (found, shop) = found(&paid_sale_with("amount", amount)).await;
        let expected = lira(2_400);
        let mismatch = Decision::Mismatch(Mismatch::Amount { expected });
        assert_eq!(decision(&found), mismatch);
        assert_eq!(shop.receipts(), []);
        assert_eq!(shop.reviews().await, [ReviewReason::AmountMismatch]);
        assert_eq!(shop.state(&order("1467034250")).await, OrderState::Review);
    }
}

#[tokio::test]
async fn p25_another_currency_is_rejected() {
    let (found, shop) = found(&paid_sale_with("currency", "\"USD\"")).await;
    let expected = lira(2_400);
    let mismatch = Decision::Mismatch(Mismatch::Currency { expected });
    assert_eq!(decision(&found), mismatch);
    assert_eq!(shop.receipts(), []);
    assert_eq!(shop.reviews().await, [ReviewReason::CurrencyMismatch]);
}

#[tokio::test]
async fn p25_another_order_or_another_token_is_rejected() {
    for other in [
        "\"1467034251\"",
        "1467034251",
        "\"01467034250\"",
        "\" 1467034250\"",
    ] {
        let (found, shop) = found(&paid_sale_with("order_id", other)).await;
        assert_eq!(found, Found::Unavailable, "{other}");
        assert_eq!((shop.receipts(), shop.reviews().await), (vec![], vec![]));
    }
    let (found, shop) = found(SALE_ANSWER).await;
    assert_eq!(found, Found::Unavailable);
    assert_eq!(shop.receipts(), []);
}

#[tokio::test]
async fn p25_a_sale_refunded_before_it_was_settled_is_reported() {
    // The last one does not say what was refunded: perhaps something was.
    for refunded in ["\"24.00\"", "0.01", "\"9.70\"", "null"] {
        let (found, shop) = found(&paid_sale_with("refunded_amount", refunded)).await;
        assert_eq!(found, review(ReviewReason::RefundedBefore), "{refunded}");
        assert_eq!(shop.receipts(), []);
        assert_eq!(shop.reviews().await, [ReviewReason::RefundedBefore]);
    }
}

#[tokio::test]
async fn amounts_that_are_no_amounts_settle_nothing() {
    for amount in [
        "null",
        "-24.00",
        "\"-24.00\"",
        "\"24.001\"",
        "2.4e1",
        "\"24,00\"",
        "true",
    ] {
        let (found, shop) = found(&paid_sale_with("amount", amount)).await;
        assert_eq!(found, Found::Unavailable, "{amount}");
        assert_eq!(shop.receipts(), []);
    }
    let (found, shop) = found(&paid_sale_with("amount", "\"0.00\"")).await;
    assert_eq!(found, review(ReviewReason::AmountMismatch));
    assert_eq!(shop.receipts(), []);
}

#[tokio::test]
async fn replies_that_are_no_sale_settle_nothing() {
    let redirect = "HTTP/1.1 302 Found\r\nlocation: /\r\nconnection: close\r\n\r\n";
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(1024 * 1024));
    for answer in [
        reply("201 Created", PAID_SALE),
        reply("404 Not Found", PAID_SALE),
        reply("500 Internal Server Error", PAID_SALE),
        Served::Bytes(redirect.as_bytes().to_vec()),
        ok("<html>Paid</html>"),
        ok(&long),
        ok(PAID_SALE.get(..1_000).unwrap()),
    ] {
        let (shop, _server) = shop_told(answer).await;
        assert_eq!(come_back(&shop).await, Found::Unavailable);
        assert_eq!(shop.receipts(), []);
    }
}

#[tokio::test]
async fn sandbox_money_is_recorded_and_not_delivered_unless_the_gate_is_told_to() {
    let server = Server::always(ok(PAID_SALE)).await;
    let shop = Shop::of_kind(
        server.client(),
        TestPayments::RecordForReview,
        |settlement| settlement,
    );
    expect(&shop).await;
    let found = come_back(&shop).await;
    assert_eq!(decision(&found), Decision::TestPaymentRecorded);
    assert!(!found.is_settled());
    assert_eq!(shop.receipts(), []);
    assert_eq!(shop.reviews().await, [ReviewReason::TestPayment]);
}

#[tokio::test]
async fn a_hundred_looks_at_once_are_one_receipt() {
    let (shop, _server) = shop_told(ok(PAID_SALE)).await;
    let looks = (0..100).map(|_| come_back(&shop));
    let all = futures_util::future::join_all(looks).await;
    let now =
        |found: &&Found| **found != Found::AlreadyPaid && decision(found) == Decision::Settled;
    assert_eq!(all.iter().filter(now).count(), 1);
    assert_eq!(shop.receipts(), one_receipt());
}
