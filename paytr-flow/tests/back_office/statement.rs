//! PayTR's report of a day beside the ledger.

use paytr_core::paid_once::ReviewFilter;
use paytr_core::{Money, OrderLedger as _};

use crate::support::{Shop, lira};

const DAY: &str = "2026-01-31";

fn sale(order: &str, amount: &str) -> String {
    format!(
        r#"{{"islem_tipi":"S","siparis_no":"{order}","islem_tutari":"{amount}","odeme_tutari":"{amount}","para_birimi":"TL","islem_tarihi":"31.01.2026"}}"#
    )
}

fn report(rows: &[String]) -> String {
    format!(r#"{{"status":"success","list":[{}]}}"#, rows.join(","))
}

#[tokio::test]
async fn a_day_without_differences_says_so() {
    let mut shop = Shop::start().await;
    shop.paid_order("A1", 3_000).await;
    shop.paytr.report(report(&[sale("A1", "30.00")]));
    let page = shop.ayse().page(&format!("/statement?date={DAY}")).await;
    assert!(page.contains("Both sides agree."), "{page}");
    assert!(!page.contains("method=\"post\""));
}

#[tokio::test]
async fn what_is_missing_here_is_listed_and_recorded_once() {
    let mut shop = Shop::start().await;
    shop.paid_order("A1", 3_000).await;
    shop.open("A2", 3_000).await;
    let rows = [
        sale("A1", "31.00"),
        sale("A2", "30.00"),
        sale("LOST", "12.34"),
    ];
    shop.paytr.report(report(&rows));
    let ayse = shop.ayse();
    let address = format!("/statement?date={DAY}");
    let page = ayse.page(&address).await;
    for text in [
        "the amounts differ",
        "30.00 TRY",
        "31.00 TRY",
        "the payment is missing here",
        "waiting for payment",
        "unknown order",
        "12.34 TRY",
        "under no review yet: 2",
    ] {
        assert!(page.contains(text), "{text}");
    }
    // To look changes nothing.
    let all = ReviewFilter::all();
    assert!(shop.ledger.reviews(&all, 10).await.unwrap().is_empty());

    let form = ayse.form(&address, "/statement").await;
    let other_day = form.clone().with("date", "2026-01-30");
    assert_eq!(ayse.submit(&other_day).await.status, 403);
    let response = ayse.submit(&form).await;
    assert_eq!(response.status, 303, "{}", response.body);
    let queue = ayse.page(response.header("location").unwrap()).await;
    assert_eq!(queue.matches("<th scope=\"row\">").count(), 2);
    let mut totals: Vec<Money> = Vec::new();
    for review in shop.ledger.reviews(&all, 10).await.unwrap() {
        assert_eq!(
            (review.reason.as_str(), review.seen),
            ("only_in_statement", 1)
        );
        totals.extend(review.total());
    }
    totals.sort_by_key(Money::minor_units);
    assert_eq!(totals, [lira(1_234), lira(3_000)]);
    let again = ayse.page(&address).await;
    assert!(again.contains("Review 1") && !again.contains("method=\"post\""));
}

#[tokio::test]
async fn only_a_day_that_is_over_is_compared() {
    let shop = Shop::start().await;
    let ayse = shop.ayse();
    let page = ayse.page("/statement").await;
    assert!(page.contains("type=\"date\"") && !page.contains("Differences"));
    for (date, status) in [("9999-12-31", 400), ("2026-02-30", 400), ("x", 400)] {
        let response = ayse.get(&format!("/statement?date={date}")).await;
        assert_eq!(response.status, status, "{date}");
    }
    // Without a report of PayTR nothing is said.
    let response = ayse.get(&format!("/statement?date={DAY}")).await;
    assert_eq!(response.status, 502);
    assert!(response.body.contains("PayTR did not answer"));
}
