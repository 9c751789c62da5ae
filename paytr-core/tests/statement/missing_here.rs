//! What PayTR lists and the ledger does not have, or has otherwise; and the reviews that come of it.

use paytr_core::api::Refusal;
use paytr_core::callback::CallbackId;
use paytr_core::paid_once::{Payment, Resolution, ReviewFilter, ReviewReason};
use paytr_core::statement::{DifferenceKind, StatementError};
use paytr_core::{
    Currency, Money, OrderKey, OrderLedger as _, OrderState, OrderStore as _, PaytrError,
};

use crate::common::server::{Server, client_of_nobody, ok, reply};
use crate::common::{Shop, key, kinds, lira, nothing, report, row, sale};

#[tokio::test]
async fn a_day_on_which_both_sides_agree_costs_one_request() {
    let shop = Shop::new();
    for id in ["A1", "A2", "A3"] {
        shop.sell(id).await;
    }
    // The handler of A4 is at work, or has died: it is paid all the same.
    shop.open("A4").await;
    shop.take(Payment::paid(key("A4"), lira(1_000)), false)
        .await;
    shop.let_pass(std::time::Duration::from_secs(120)).await;
    let rows = ["A1", "A2", "A3", "A4"].map(|id| sale(id, "10.00"));
    let server = Server::always(report(&rows)).await;
    let day = shop.paid_day("A1").await;
    let check = shop.statement(&server).check(day).await.unwrap();
    assert!(check.agrees(), "{check:?}");
    assert_eq!((check.payments, check.refunds), (4, 0));
    let request = server.request();
    assert!(request.starts_with("POST /rapor/islem-dokumu "));
    let range = format!("start_date={day}+00%3A00%3A00&end_date={day}+23%3A59%3A59");
    assert!(request.contains(&range), "{request}");
}

#[tokio::test]
async fn what_the_ledger_lacks_is_missing_here_with_how_it_stands() {
    let shop = Shop::new();
    shop.open("A2").await;
    shop.open("A3").await;
    let refused = Payment::paid(key("A3"), lira(999));
    let why = ReviewReason::AmountMismatch;
    shop.ledger.review(&refused, why).await.unwrap();
    let rows = [sale("A1", "5.00"), sale("A2", "10.00"), sale("A3", "9.99")];
    let day = "2026-06-24".parse().unwrap();
    let check = shop.check(day, vec![report(&rows)]).await;
    let review = shop.ledger.reviews(&ReviewFilter::open(), 9).await.unwrap()[0].id;
    let missing = |total, state, review| DifferenceKind::MissingHere {
        total: lira(total),
        state,
        review,
    };
    assert_eq!(
        kinds(&check),
        [
            ("A1", missing(500, None, None)),
            ("A2", missing(1_000, Some(OrderState::Pending), None)),
            ("A3", missing(999, Some(OrderState::Review), Some(review))),
        ]
    );
    assert!(!check.agrees());
}

#[tokio::test]
async fn other_totals_and_currencies_are_told_and_one_of_paytrs_two_amounts_is_enough() {
    let shop = Shop::new();
    for id in ["A1", "A2", "A3", "A4"] {
        shop.sell(id).await;
    }
    let with_surcharge = r#"{"islem_tipi":"S","siparis_no":"A4","islem_tutari":"10.00",
        "odeme_tutari":"10.89","para_birimi":"TL"}"#;
    let rows = [
        sale("A1", "9.99"),
        row("S", "A2", "10.00", "EUR"),
        // PayTR took the money twice.
        sale("A3", "10.00"),
        sale("A3", "10.00"),
        with_surcharge.to_owned(),
    ];
    let day = shop.paid_day("A1").await;
    let check = shop.check(day, vec![report(&rows)]).await;
    let here = lira(1_000);
    let amount = |there| DifferenceKind::OtherAmount { here, there };
    let there = Money::new(1_000, Currency::EUR);
    assert_eq!(
        kinds(&check),
        [
            ("A1", amount(lira(999))),
            ("A2", DifferenceKind::OtherCurrency { here, there }),
            ("A3", amount(lira(2_000))),
        ]
    );
    assert_eq!(check.payments, 4);
    assert_eq!(check.orphans().count(), 0);
}

#[tokio::test]
async fn an_orphan_becomes_a_review_once_whatever_a_person_made_of_it() {
    let shop = Shop::new();
    let rows = [sale("A1", "5.00"), sale("A2", "7.00")];
    let server = Server::always(report(&rows)).await;
    let statement = shop.statement(&server);
    let day = "2026-06-24".parse().unwrap();
    let check = statement.check(day).await.unwrap();
    assert_eq!(statement.record_orphans(&check).await.unwrap(), 2);
    // The same check again is counted, a new one knows the reviews.
    assert_eq!(statement.record_orphans(&check).await.unwrap(), 2);
    let all = ReviewFilter::all();
    let reviews = shop.ledger.reviews(&all, 9).await.unwrap();
    assert_eq!(reviews.len(), 2);
    let first = reviews.iter().find(|one| one.order() == &key("A1"));
    let first = first.unwrap();
    assert_eq!(first.payment, Payment::paid(key("A1"), lira(500)));
    assert_eq!(
        (first.reason, first.seen),
        (ReviewReason::OnlyInStatement, 2)
    );
    let again = statement.check(day).await.unwrap();
    assert_eq!((again.differences.len(), again.orphans().count()), (2, 0));
    let (id, how) = (first.id, Resolution::Dismissed);
    let _ = shop.ledger.resolve(id, how, "ayse", "").await.unwrap();
    let again = statement.check(day).await.unwrap();
    assert_eq!(statement.record_orphans(&again).await.unwrap(), 0);
    assert_eq!(shop.ledger.reviews(&all, 9).await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_was_paid_or_is_being_handled_since_the_check_is_not_recorded() {
    let shop = Shop::new();
    for id in ["A1", "A2", "A3"] {
        shop.open(id).await;
    }
    let rows = ["A1", "A2", "A3"].map(|id| sale(id, "10.00"));
    let server = Server::always(report(&rows)).await;
    let statement = shop.statement(&server);
    let check = statement
        .check("2026-06-24".parse().unwrap())
        .await
        .unwrap();
    assert_eq!(check.orphans().count(), 3);
    shop.take(Payment::paid(key("A1"), lira(1_000)), true).await;
    // Its handler died: undelivered.
    shop.take(Payment::paid(key("A2"), lira(1_000)), false)
        .await;
    shop.let_pass(std::time::Duration::from_secs(120)).await;
    shop.take(Payment::paid(key("A3"), lira(1_000)), false)
        .await;
    assert_eq!(statement.record_orphans(&check).await.unwrap(), 0);
    let reviews = shop.ledger.reviews(&ReviewFilter::all(), 9).await;
    assert!(reviews.unwrap().is_empty());
}

#[tokio::test]
async fn payments_of_links_are_found_where_the_links_are_named() {
    let shop = Shop::new();
    let of_link = OrderKey::new("123456:link:LINK1", "PAYTR1").unwrap();
    shop.take(Payment::paid(of_link, lira(1_000)), true).await;
    let server = Server::always(report(&[sale("PAYTR1", "10.00")])).await;
    let day = "2026-06-24".parse().unwrap();
    let unnamed = shop.statement(&server).check(day).await.unwrap();
    assert_eq!(unnamed.orphans().count(), 1);
    let links = ["LINK0", "LINK1"].map(|id| CallbackId::new(id).unwrap());
    let named = shop.statement(&server).links(links);
    assert!(named.check(day).await.unwrap().agrees());
}

#[tokio::test]
async fn rows_that_cannot_be_compared_are_counted_and_agree_with_nothing() {
    let rows = [
        r#"{"islem_tipi":"S","islem_tutari":"10.00"}"#,
        r#"{"islem_tipi":"S","siparis_no":"A1"}"#,
        r#"{"islem_tipi":"X","siparis_no":"A1","islem_tutari":"10.00"}"#,
        r#"{"siparis_no":"A1","islem_tutari":"10.00"}"#,
        r#"{"islem_tipi":"S","siparis_no":"A1","islem_tutari":"-10.00"}"#,
        r#"{"islem_tipi":"S","siparis_no":"A-1","islem_tutari":"10.00"}"#,
    ];
    let day = "2026-06-24".parse().unwrap();
    let check = Shop::new().check(day, vec![report(&rows)]).await;
    assert_eq!((check.unreadable, check.differences.len()), (6, 0));
    assert!(!check.agrees());
    let empty = Shop::new().check(day, vec![nothing()]).await;
    assert!(empty.agrees());
}

#[tokio::test]
async fn without_a_readable_report_there_is_no_check() {
    let shop = Shop::new();
    let day = "2026-06-24".parse().unwrap();
    let odd = Server::always(ok(r#"{"status":"success","rows":[{"order":"A1"}]}"#)).await;
    let error = shop.statement(&odd).check(day).await.unwrap_err();
    assert!(matches!(error, StatementError::UnknownReport));
    let refuses = r#"{"status":"error","err_no":"003","err_msg":"token"}"#;
    let refuses = Server::always(ok(refuses)).await;
    let error = shop.statement(&refuses).check(day).await.unwrap_err();
    let StatementError::Paytr(PaytrError::Refused(Refusal { code, .. })) = error else {
        panic!("{error:?}");
    };
    assert_eq!(code.as_deref(), Some("003"));
    let ill = Server::always(reply("503 Service Unavailable", "")).await;
    assert!(shop.statement(&ill).check(day).await.is_err());
    let nobody = client_of_nobody().await;
    let statement = paytr_core::statement::Statement::new(nobody, shop.ledger.clone());
    assert!(statement.check(day).await.is_err());
}
