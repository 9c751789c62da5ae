//! What the ledger settled on a day and PayTR does not list.

use std::time::Duration;

use paytr_core::paid_once::Payment;
use paytr_core::statement::DifferenceKind;
use paytr_core::{Mode, OrderKey};

use crate::common::server::{Server, ok};
use crate::common::{NOT_PAID, Shop, key, kinds, lira, nothing, paid_on, report, sale};

const STATUS: &str = "/odeme/durum-sorgu";
const REPORT: &str = "/rapor/islem-dokumu";

#[tokio::test]
async fn an_order_that_paytr_knows_nothing_of_or_has_on_this_very_day_is_missing_there() {
    let shop = Shop::new();
    shop.sell("A1").await;
    let day = shop.paid_day("A1").await;
    let total = lira(1_000);
    let missing = [("A1", DifferenceKind::MissingThere { total })];
    for status in [ok(NOT_PAID), paid_on(&day.to_string()), paid_on("bugün")] {
        let server = Server::scripted(vec![nothing(), nothing(), status]).await;
        let check = shop.statement(&server).check(day).await.unwrap();
        assert_eq!(kinds(&check), missing);
        assert_eq!((server.posts_to(REPORT), server.posts_to(STATUS)), (2, 1));
        let recorded = shop.statement(&server).record_orphans(&check).await;
        assert_eq!(recorded.unwrap(), 0, "it is no orphan");
    }
}

#[tokio::test]
async fn an_order_that_paytr_has_on_another_day_or_as_a_test_is_not_missing() {
    let shop = Shop::new();
    shop.sell("A1").await;
    let day = shop.paid_day("A1").await;
    let other_day = day.plus_days(-3).unwrap();
    let test = r#"{"status":"success","payment_amount":"10.00","payment_total":"10.00",
        "currency":"TL","test_mode":"1"}"#;
    for status in [paid_on(&format!("{other_day} 10:00:00")), ok(test)] {
        let check = shop.check(day, vec![nothing(), nothing(), status]).await;
        assert!(check.agrees(), "{check:?}");
    }
}

#[tokio::test]
async fn without_an_answer_about_an_order_nothing_is_called_missing() {
    let shop = Shop::new();
    shop.sell("A1").await;
    let day = shop.paid_day("A1").await;
    let refuses = ok(r#"{"status":"error","err_no":"001","err_msg":"x"}"#);
    let server = Server::scripted(vec![nothing(), nothing(), refuses]).await;
    assert!(shop.statement(&server).check(day).await.is_err());
}

#[tokio::test]
async fn only_live_orders_opened_here_and_settled_on_the_day_are_looked_for() {
    let shop = Shop::new();
    shop.open_in("TEST1", Mode::Test).await;
    shop.take(Payment::paid(key("TEST1"), lira(1_000)), true)
        .await;
    shop.open("OWED1").await;
    shop.take(Payment::paid(key("OWED1"), lira(1_000)), false)
        .await;
    shop.let_pass(Duration::from_secs(120)).await;
    shop.open("OPEN1").await;
    let of_link = OrderKey::new("123456:link:LINK1", "PAYTR1").unwrap();
    shop.take(Payment::paid(of_link, lira(1_000)), true).await;
    shop.sell("A1").await;
    let day = shop.paid_day("A1").await;
    // So was another one on the next day.
    shop.let_pass(Duration::from_secs(86_400)).await;
    shop.sell("A2").await;
    let server = Server::always(report(&[sale("A1", "10.00")])).await;
    let check = shop.statement(&server).check(day).await.unwrap();
    assert!(check.agrees(), "{check:?}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn an_order_that_pended_longer_than_any_is_not_looked_for() {
    let shop = Shop::new();
    shop.open("A1").await;
    shop.let_pass(Duration::from_secs(3 * 86_400)).await;
    shop.take(Payment::paid(key("A1"), lira(1_000)), true).await;
    let day = shop.paid_day("A1").await;
    let answers = vec![nothing(), nothing(), ok(NOT_PAID)];
    for (longest, differences) in [(2, 0), (4, 1)] {
        let server = Server::scripted(answers.clone()).await;
        let statement = shop.statement(&server);
        let statement = statement.longest_pending(Duration::from_secs(longest * 86_400));
        let check = statement.check(day).await.unwrap();
        assert_eq!(check.differences.len(), differences, "{longest} days");
    }
}

#[tokio::test]
async fn pages_of_orders_are_read_to_the_end() {
    let shop = Shop::new();
    // More than two pages.
    let ids: Vec<String> = (0..1_201).map(|n| format!("A{n}")).collect();
    for id in &ids {
        shop.sell(id).await;
    }
    let day = shop.paid_day("A0").await;
    let rows: Vec<_> = ids.iter().skip(1).map(|id| sale(id, "10.00")).collect();
    let answers = vec![report(&rows), nothing(), ok(NOT_PAID)];
    let check = shop.check(day, answers).await;
    assert_eq!(check.payments, 1_200);
    let total = lira(1_000);
    assert_eq!(
        kinds(&check),
        [("A0", DifferenceKind::MissingThere { total })]
    );
}
