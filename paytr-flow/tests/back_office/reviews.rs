//! The review queue: what it shows, and that each entry is decided once, by name.

use paytr_core::OrderState;
use paytr_core::paid_once::{
    Expected, FailureReason, OrderKey, OrderLedger as _, Payment, Resolution, ReviewReason,
};
use paytr_core::testing::PaymentNotification;

use crate::support::{RefundScript, Shop, lira};

#[tokio::test]
async fn a_review_is_delivered_through_the_gate_once() {
    let mut shop = Shop::start().await;
    let review = shop.short_payment("A1", 3_000).await;
    let ayse = shop.ayse();
    let form = ayse.form("/reviews/1/deliver", "/reviews/1/deliver").await;
    let response = ayse.submit(&form.with("note", "we owe her a lira")).await;
    assert_eq!(response.status, 303, "{}", response.body);
    assert_eq!(shop.deliveries(), 1);
    assert_eq!(shop.order_state("A1").await, OrderState::paid(lira(2_900)));

    let resolved = shop.review(&review).await.resolved.unwrap();
    assert_eq!(resolved.resolution, Resolution::Delivered);
    assert_eq!(
        (&*resolved.by, &*resolved.note),
        ("ayse", "we owe her a lira")
    );
    // PayTR's next repetition is answered as settled.
    shop.notify(PaymentNotification::success("A1", 2_900)).await;
    assert_eq!(shop.deliveries(), 0);
    let page = shop.ayse().page("/reviews/1").await;
    assert!(page.contains("delivered") && page.contains("we owe her a lira"));
    assert!(!page.contains("/reviews/1/deliver"), "no action is left");
}

#[tokio::test]
async fn a_review_whose_handler_fails_stays_open() {
    let mut shop = Shop::start().await;
    let review = shop.short_payment("A1", 3_000).await;
    shop.handler_fails(true);
    let form = shop
        .ayse()
        .form("/reviews/1/deliver", "/reviews/1/deliver")
        .await;
    let response = shop.ayse().submit(&form).await;
    assert_eq!(response.status, 500);
    assert!(
        response.body.contains("The shop&#39;s handler failed"),
        "{}",
        response.body
    );
    assert!(!response.body.contains("no stock"));
    assert!(shop.review(&review).await.is_open());
    assert_eq!(shop.state("A1").await, "undelivered");

    shop.handler_fails(false);
    let form = shop
        .ayse()
        .form("/reviews/1/deliver", "/reviews/1/deliver")
        .await;
    assert_eq!(shop.ayse().submit(&form).await.status, 303);
    assert_eq!(shop.deliveries(), 1);
}

#[tokio::test]
async fn a_review_is_refunded_in_full_without_being_delivered() {
    let mut shop = Shop::start().await;
    let review = shop.short_payment("A1", 3_000).await;
    let ayse = shop.ayse();
    let page = ayse.page("/reviews/1/refund").await;
    assert!(page.contains("29.00 TRY"));
    let form = ayse.form("/reviews/1/refund", "/reviews/1/refund").await;
    assert_eq!(
        ayse.submit(&form.with("note", "price error")).await.status,
        303
    );

    let sent = shop.paytr.refunds();
    assert_eq!(sent.len(), 1);
    assert_eq!(
        (&*sent[0]["merchant_oid"], &*sent[0]["return_amount"]),
        ("A1", "29.00")
    );
    let refunds = shop.refunds("A1").await;
    assert_eq!((&*refunds[0].by, refunds[0].amount), ("ayse", lira(2_900)));
    let resolved = shop.review(&review).await.resolved.unwrap();
    assert_eq!(resolved.resolution, Resolution::Refunded);
    assert_eq!(shop.order_state("A1").await.refunded(), Some(lira(2_900)));
    // A later copy of the notification delivers nothing.
    shop.notify(PaymentNotification::success("A1", 2_900)).await;
    assert_eq!(shop.deliveries(), 0);
}

#[tokio::test]
async fn a_review_whose_refund_paytr_refuses_stays_open_and_can_be_refunded_later() {
    let mut shop = Shop::start().await;
    let review = shop.short_payment("A1", 3_000).await;
    shop.paytr.play(RefundScript::Refuse("007"));
    let form = shop
        .ayse()
        .form("/reviews/1/refund", "/reviews/1/refund")
        .await;
    let response = shop.ayse().submit(&form).await;
    assert_eq!(response.status, 502);
    assert!(response.body.contains("Nothing was refunded"));
    assert!(
        response.body.contains("007: the order exists"),
        "{}",
        response.body
    );
    assert!(!response.body.contains("<b>"));
    assert!(shop.review(&review).await.is_open());

    shop.paytr.play(RefundScript::Execute);
    let form = shop
        .ayse()
        .form("/reviews/1/refund", "/reviews/1/refund")
        .await;
    assert_eq!(shop.ayse().submit(&form).await.status, 303);
    assert_eq!(shop.order_state("A1").await.refunded(), Some(lira(2_900)));
}

#[tokio::test]
async fn a_review_whose_refund_has_an_unknown_outcome_is_not_refunded_twice() {
    let mut shop = Shop::start().await;
    let review = shop.short_payment("A1", 3_000).await;
    shop.paytr.play(RefundScript::Lose);
    let ayse = shop.ayse();
    let form = ayse.form("/reviews/1/refund", "/reviews/1/refund").await;
    let response = ayse.submit(&form).await;
    assert_eq!(response.status, 502);
    assert!(
        response
            .body
            .contains("The outcome of the refund is unknown")
    );
    assert!(shop.review(&review).await.is_open());
    // As long as it is unknown, no other one is made.
    let blocked = ayse.get("/reviews/1/refund").await;
    assert_eq!(blocked.status, 409);
    assert!(
        blocked
            .body
            .contains("A refund of this order has an unknown outcome")
    );

    let reference = shop.refunds("A1").await[0].reference.clone();
    shop.paytr.list("A1", &reference, "29.00");
    let ask = ayse.form("/refunds", "/ask").await;
    assert_eq!(ayse.submit(&ask).await.status, 303);
    // What went back is only written down.
    let page = ayse.page("/reviews/1/refund").await;
    assert!(page.contains("Nothing is sent to PayTR"));
    let form = ayse.form("/reviews/1/refund", "/reviews/1/refund").await;
    assert_eq!(ayse.submit(&form).await.status, 303);
    assert_eq!(shop.paytr.refunds().len(), 1);
    let resolved = shop.review(&review).await.resolved.unwrap();
    assert_eq!(resolved.resolution, Resolution::Refunded);
}

#[tokio::test]
async fn a_refund_that_could_not_be_written_down_is_not_sent_again() {
    let mut shop = Shop::start().await;
    let review = shop.short_payment("A1", 3_000).await;
    let ayse = shop.ayse();
    let form = ayse.form("/reviews/1/refund", "/reviews/1/refund").await;
    shop.ledger.fail(Some("resolve"));
    assert_eq!(ayse.submit(&form).await.status, 503);
    assert!(shop.review(&review).await.is_open());
    shop.ledger.fail(None);
    let form = ayse.form("/reviews/1/refund", "/reviews/1/refund").await;
    assert_eq!(ayse.submit(&form).await.status, 303);
    assert_eq!(shop.paytr.refunds().len(), 1);
    assert!(!shop.review(&review).await.is_open());
}

#[tokio::test]
async fn of_two_people_at_once_one_decides_and_the_other_is_told_who() {
    let mut shop = Shop::start().await;
    let review = shop.short_payment("A1", 3_000).await;
    let (ayse, mehmet) = (shop.ayse(), shop.mehmet());
    let dismiss = ayse.form("/reviews/1/dismiss", "/reviews/1/dismiss").await;
    let dismiss = dismiss.with("note", "it was a test");
    let deliver = mehmet
        .form("/reviews/1/dismiss", "/reviews/1/dismiss")
        .await;
    let answers = tokio::join!(ayse.submit(&dismiss), mehmet.submit(&deliver));
    let mut statuses = [answers.0.status, answers.1.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    let loser = if answers.0.status == 409 {
        answers.0
    } else {
        answers.1
    };
    let resolved = shop.review(&review).await.resolved.unwrap();
    assert!(loser.body.contains("This review was resolved before"));
    assert!(
        loser.body.contains(&format!("<dd>{}</dd>", resolved.by)),
        "{}",
        loser.body
    );
    assert!(loser.body.contains("<dd>dismissed</dd>"));
}

#[tokio::test]
async fn who_comes_late_is_told_who_decided_when_how_and_why() {
    let mut shop = Shop::start().await;
    shop.short_payment("A1", 3_000).await;
    let (ayse, mehmet) = (shop.ayse(), shop.mehmet());
    let late = mehmet
        .form("/reviews/1/deliver", "/reviews/1/deliver")
        .await;
    let dismiss = ayse.form("/reviews/1/dismiss", "/reviews/1/dismiss").await;
    assert_eq!(
        ayse.submit(&dismiss.with("note", "it was a test"))
            .await
            .status,
        303
    );

    for response in [
        mehmet.submit(&late).await,
        mehmet.get("/reviews/1/deliver").await,
    ] {
        assert_eq!(response.status, 409);
        for text in ["ayse", "dismissed", "it was a test", "Decided at"] {
            assert!(response.body.contains(text), "{text}: {}", response.body);
        }
    }
    assert_eq!(shop.deliveries(), 0);
}

#[tokio::test]
async fn two_people_who_deliver_at_once_deliver_once() {
    let mut shop = Shop::start().await;
    shop.short_payment("A1", 3_000).await;
    let (ayse, mehmet) = (shop.ayse(), shop.mehmet());
    let first = ayse.form("/reviews/1/deliver", "/reviews/1/deliver").await;
    let second = mehmet
        .form("/reviews/1/deliver", "/reviews/1/deliver")
        .await;
    let answers = tokio::join!(ayse.submit(&first), mehmet.submit(&second));
    let statuses = [answers.0.status, answers.1.status];
    assert!(
        statuses.contains(&303) && statuses.contains(&409),
        "{statuses:?}"
    );
    assert_eq!(shop.deliveries(), 1);
}

/// A colleague delivered it, and has not written it down yet.
#[tokio::test]
async fn what_was_delivered_meanwhile_is_not_refunded_as_if_it_were_not() {
    let mut shop = Shop::start().await;
    let review = shop.short_payment("A1", 3_000).await;
    let refund = "/reviews/1/refund";
    let form = shop.ayse().form(refund, refund).await;
    let cheaper = Expected::AtLeast(lira(2_900));
    let order = review.order();
    shop.ledger.set_expected(order, cheaper).await.unwrap();
    shop.notify(PaymentNotification::success("A1", 2_900)).await;
    assert_eq!(shop.deliveries(), 1);
    let response = shop.ayse().submit(&form).await;
    assert_eq!(response.status, 409);
    assert!(response.body.contains("The order is settled otherwise"));
    assert!(shop.paytr.refunds().is_empty());
    assert!(shop.review(&review).await.is_open());
}

#[tokio::test]
async fn two_people_who_refund_at_once_refund_once() {
    let mut shop = Shop::start().await;
    shop.short_payment("A1", 3_000).await;
    let (ayse, mehmet) = (shop.ayse(), shop.mehmet());
    let first = ayse.form("/reviews/1/refund", "/reviews/1/refund").await;
    let second = mehmet.form("/reviews/1/refund", "/reviews/1/refund").await;
    let answers = tokio::join!(ayse.submit(&first), mehmet.submit(&second));
    let statuses = [answers.0.status, answers.1.status];
    assert_eq!(
        statuses.iter().filter(|status| **status == 303).count(),
        1,
        "{statuses:?}"
    );
    assert_eq!(shop.paytr.refunds().len(), 1);
    assert_eq!(shop.order_state("A1").await.refunded(), Some(lira(2_900)));
}

#[tokio::test]
async fn an_order_settled_with_another_total_is_neither_delivered_nor_refunded_again() {
    let mut shop = Shop::start().await;
    shop.paid_order("A1", 3_000).await;
    shop.notify(PaymentNotification::success("A1", 3_500)).await;
    let page = shop.ayse().page("/reviews/1").await;
    assert!(page.contains("The order is settled with another total"));
    for act in ["deliver", "refund"] {
        let address = format!("/reviews/1/{act}");
        let form = shop.ayse().form(&address, &address).await;
        let response = shop.ayse().submit(&form).await;
        assert_eq!(response.status, 409, "{act}");
        assert!(
            response
                .body
                .contains("The order is settled with another total")
        );
    }
    assert_eq!(shop.deliveries(), 0);
    assert!(shop.paytr.refunds().is_empty());
}

#[tokio::test]
async fn a_payment_of_a_link_is_shown_and_can_only_be_dismissed() {
    let shop = Shop::start().await;
    let order = OrderKey::new("123456:link:LINK1", "PAYTR1").unwrap();
    let review = shop
        .record_review(&Payment::paid(order, lira(500)), ReviewReason::UnknownOrder)
        .await;
    let ayse = shop.ayse();
    let page = ayse.page("/reviews/1").await;
    assert!(page.contains("123456:link:LINK1") && page.contains("PAYTR1"));
    assert!(page.contains("This order is in another namespace"));
    assert!(page.contains("/reviews/1/dismiss"));
    for act in ["deliver", "refund"] {
        let address = format!("/reviews/1/{act}");
        assert!(!page.contains(&address));
        let response = ayse.get(&address).await;
        assert_eq!(response.status, 409);
        assert!(response.body.contains("This cannot be done here"));
    }
    let form = ayse.form("/reviews/1/dismiss", "/reviews/1/dismiss").await;
    assert_eq!(ayse.submit(&form).await.status, 303);
    assert!(!shop.review(&review).await.is_open());
}

/// PayTR numbers the orders of payment links itself, and its statement does not tell them from others.
#[tokio::test]
async fn what_only_the_statement_has_is_delivered_only_under_a_number_of_this_shop() {
    let shop = Shop::start().await;
    let made_here = format!("SHOP{}", "A".repeat(28));
    for (entry, id, is_offered) in [(1, made_here.as_str(), true), (2, "PAYTR1", false)] {
        let order = OrderKey::new("123456", id).unwrap();
        let why = ReviewReason::OnlyInStatement;
        shop.record_review(&Payment::paid(order, lira(500)), why)
            .await;
        let page = shop.ayse().page(&format!("/reviews/{entry}")).await;
        let address = format!("/reviews/{entry}/deliver");
        assert_eq!(page.contains(&address), is_offered, "{id}");
        let status = if is_offered { 200 } else { 409 };
        assert_eq!(shop.ayse().get(&address).await.status, status, "{id}");
        assert!(page.contains(&format!("/reviews/{entry}/refund")), "{id}");
    }
}

#[tokio::test]
async fn a_failed_payment_under_review_cannot_be_refunded() {
    let shop = Shop::start().await;
    shop.open("A1", 3_000).await;
    let reason = FailureReason {
        code: Some("6".to_owned()),
        message: Some("limit".to_owned()),
    };
    let payment = Payment::failed(shop.key("A1"), reason);
    shop.record_review(&payment, ReviewReason::TestPayment)
        .await;
    let page = shop.ayse().page("/reviews/1").await;
    assert!(page.contains("the payment failed · 6 · limit"));
    assert!(!page.contains("/reviews/1/refund"));
    assert_eq!(shop.ayse().get("/reviews/1/refund").await.status, 409);
}

#[tokio::test]
async fn the_queue_is_listed_by_state_and_reason_page_by_page() {
    let shop = Shop::start().await;
    for number in 0..120 {
        let payment = Payment::paid(shop.key(&format!("A{number}")), lira(100));
        let why = if number % 2 == 0 {
            ReviewReason::UnknownOrder
        } else {
            ReviewReason::PaidTwice
        };
        shop.record_review(&payment, why).await;
    }
    let ayse = shop.ayse();
    let mut seen = Vec::new();
    let mut address = "/reviews?reason=unknown_order".to_owned();
    loop {
        let page = ayse.page(&address).await;
        let rows = page.split("<th scope=\"row\">").skip(1);
        seen.extend(rows.map(|row| {
            row.split("/reviews/")
                .nth(1)
                .unwrap()
                .split('"')
                .next()
                .unwrap()
                .to_owned()
        }));
        let Some(next) = page.split("rel=\"next\" href=\"").nth(1) else {
            break;
        };
        address = next.split('"').next().unwrap().replace("&#38;", "&");
        assert!(address.contains("reason=unknown_order"), "{address}");
    }
    let expected: Vec<_> = (0..60).rev().map(|n| (2 * n + 1).to_string()).collect();
    assert_eq!(seen, expected);

    let form = ayse.form("/reviews/1/dismiss", "/reviews/1/dismiss").await;
    assert_eq!(ayse.submit(&form).await.status, 303);
    let resolved = ayse.page("/reviews?state=resolved").await;
    assert_eq!(resolved.matches("<th scope=\"row\">").count(), 1);
    assert!(resolved.contains("dismissed · ayse"));
}

#[tokio::test]
async fn every_reason_says_what_to_look_at_and_what_to_do_in_both_languages() {
    let shop = Shop::start().await;
    let guide = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reviews.md"));
    let guide = guide.unwrap();
    let (english, turkish) = guide.split_once("## Ne yapmalı").unwrap();
    for (number, reason) in (1..).zip(ReviewReason::ALL) {
        let payment = Payment::paid(shop.key(&format!("A{number}")), lira(100));
        shop.record_review(&payment, reason).await;
        for (language, table) in [("en", english), ("tr", turkish)] {
            let begin = format!("| `{reason}` | ");
            let row = table.lines().find_map(|line| line.strip_prefix(&begin));
            let row = row.unwrap_or_else(|| panic!("no {reason} in {language}"));
            let cells: Vec<_> = row.trim_end_matches(" |").split(" | ").collect();
            let page = shop
                .ayse()
                .page(&format!("/reviews/{number}?lang={language}"))
                .await;
            let page = page.replace("&#39;", "'");
            for cell in cells {
                assert!(page.contains(cell), "{reason} {language}: {cell}");
            }
        }
    }
}
