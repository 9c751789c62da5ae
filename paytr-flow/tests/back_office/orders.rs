//! The list of orders, its table for other programs, and one order's life.

use paytr_core::testing::PaymentNotification;

use crate::support::Shop;

/// The ids on a page of the list, in its order.
fn listed(page: &str) -> Vec<String> {
    let rows = page.split("<th scope=\"row\">").skip(1);
    let ids = rows.map(|row| row.split("</a>").next().unwrap().split('>').nth(1).unwrap());
    ids.map(str::to_owned).collect()
}

#[tokio::test]
async fn orders_are_found_by_state_and_by_how_their_id_begins() {
    let mut shop = Shop::start().await;
    shop.paid_order("SHOPA1", 3_000).await;
    shop.open("SHOPA2", 3_000).await;
    shop.open("SHOPB1", 3_000).await;
    shop.undelivered_order("SHOPB2", 3_000).await;
    let ayse = shop.ayse();
    for (query, ids) in [
        ("", &["SHOPB2", "SHOPB1", "SHOPA2", "SHOPA1"] as &[&str]),
        ("?state=paid", &["SHOPA1"]),
        ("?state=pending", &["SHOPB1", "SHOPA2"]),
        ("?state=pending&starts=SHOPA", &["SHOPA2"]),
        ("?state=undelivered", &["SHOPB2"]),
        ("?state=failed", &[]),
        ("?state=&starts=", &["SHOPB2", "SHOPB1", "SHOPA2", "SHOPA1"]),
        ("?starts=shopa", &[]),
    ] {
        let page = ayse.page(&format!("/orders{query}")).await;
        assert_eq!(listed(&page), ids, "{query}");
    }
}

#[tokio::test]
async fn the_next_page_begins_where_this_one_ended() {
    let shop = Shop::start().await;
    for number in 0..101 {
        shop.open(&format!("SHOP{number:03}"), 3_000).await;
    }
    let mut address = "/orders?starts=SHOP&lang=tr".to_owned();
    let mut pages = Vec::new();
    loop {
        let page = shop.ayse().page(&address).await;
        pages.push(listed(&page));
        let Some(next) = page.split("rel=\"next\" href=\"").nth(1) else {
            break;
        };
        address = next.split('"').next().unwrap().replace("&#38;", "&");
        assert!(
            address.contains("lang=tr") && address.contains("starts=SHOP"),
            "{address}"
        );
    }
    let lengths: Vec<_> = pages.iter().map(Vec::len).collect();
    assert_eq!(lengths, [50, 50, 1]);
    let mut all = pages.concat();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 101);
}

#[tokio::test]
async fn the_table_has_the_orders_of_the_same_filter() {
    let mut shop = Shop::start().await;
    shop.paid_order("SHOPA1", 3_456).await;
    shop.open("SHOPA2", 12_345).await;
    let response = shop.ayse().get("/orders.csv?starts=SHOPA").await;
    assert_eq!(response.status, 200);
    let content_type = response.header("content-type").unwrap();
    assert!(content_type.starts_with("text/csv; charset=utf-8"));
    assert_eq!(
        response.header("content-disposition"),
        Some("attachment; filename=\"orders.csv\"")
    );
    let text = response.body.strip_prefix('\u{feff}').unwrap();
    let lines: Vec<_> = text.split("\r\n").collect();
    assert_eq!(lines.len(), 4);
    assert_eq!(
        lines[0],
        "order_id,state,mode,currency,price,paid,refunded,opened_at"
    );
    assert!(
        lines[1].starts_with("SHOPA2,pending,live,TRY,123.45,,,20"),
        "{}",
        lines[1]
    );
    assert!(
        lines[2].starts_with("SHOPA1,paid,live,TRY,34.56,34.56,,20"),
        "{}",
        lines[2]
    );
    let paid = shop.ayse().get("/orders.csv?state=paid").await;
    assert_eq!(paid.body.matches("\r\n").count(), 2);
}

#[tokio::test]
async fn a_table_that_is_cut_says_so_in_its_name() {
    let shop = Shop::start().await;
    for number in 0..10_001 {
        shop.open(&format!("SHOP{number:05}"), 3_000).await;
    }
    let response = shop.ayse().get("/orders.csv").await;
    assert_eq!(response.body.matches("\r\n").count(), 10_001);
    assert_eq!(
        response.header("content-disposition"),
        Some("attachment; filename=\"orders-first-10000.csv\"")
    );
    let fits = shop.ayse().get("/orders.csv?starts=SHOP0").await;
    assert_eq!(fits.body.matches("\r\n").count(), 10_001);
    assert_eq!(
        fits.header("content-disposition"),
        Some("attachment; filename=\"orders.csv\"")
    );
}

#[tokio::test]
async fn an_order_s_life_is_told_in_the_order_of_time() {
    let mut shop = Shop::start().await;
    shop.short_payment("A1", 3_000).await;
    shop.notify(PaymentNotification::success("A1", 2_900)).await;
    let ayse = shop.ayse();
    let form = ayse.form("/reviews/1/deliver", "/reviews/1/deliver").await;
    assert_eq!(
        ayse.submit(&form.with("note", "she is right")).await.status,
        303
    );
    let mehmet = shop.mehmet();
    let form = mehmet
        .form("/orders/A1/refund?amount=4", "/orders/A1/refund")
        .await;
    assert_eq!(mehmet.submit(&form).await.status, 303);

    let page = ayse.page("/orders/A1").await;
    let timeline = page.split("id=\"timeline\"").nth(1).unwrap();
    let mut rest = timeline;
    for event in [
        "the order was opened",
        "it came to review</a>: The total does not match the price of the order",
        "the review was seen again</a>: 2 times",
        "the payment was delivered",
        "the review was resolved</a>: delivered",
        "<td>ayse</td>",
        "she is right",
        "a refund was reserved: 4.00 TRY",
        "<td>mehmet</td>",
        "a refund was executed: 4.00 TRY",
    ] {
        rest = rest
            .split_once(event)
            .unwrap_or_else(|| panic!("{event}: {rest}"))
            .1;
    }
    for fact in ["paid", "29.00 TRY", "4.00 TRY", "25.00 TRY", "1 times"] {
        assert!(page.contains(&format!("<dd>{fact}</dd>")), "{fact}");
    }
    let times: Vec<_> = timeline
        .split("datetime=\"")
        .skip(1)
        .map(|time| &time[..20])
        .collect();
    assert!(times.is_sorted(), "{times:?}");
}

#[tokio::test]
async fn an_order_that_failed_was_given_up_or_waits_says_so() {
    use paytr_core::OrderLedger as _;
    let mut shop = Shop::start().await;
    shop.open("FAILED", 3_000).await;
    shop.notify(PaymentNotification::failed("FAILED", "6"))
        .await;
    shop.open("CLOSED", 3_000).await;
    assert!(shop.ledger.close(&shop.key("CLOSED")).await.unwrap());
    shop.undelivered_order("OWED", 3_000).await;
    for (oid, events) in [
        (
            "FAILED",
            &["the payment failed", "PayTR will be asked"] as &[&str],
        ),
        ("CLOSED", &["it was closed unpaid"]),
        (
            "OWED",
            &[
                "a handler failed for the first time: returned an error",
                "PayTR will be asked",
            ],
        ),
    ] {
        let page = shop.ayse().page(&format!("/orders/{oid}")).await;
        for event in events {
            assert!(page.contains(event), "{oid}: {event}");
        }
    }
}

#[tokio::test]
async fn the_overview_counts_and_plots_what_came() {
    let mut shop = Shop::start().await;
    shop.paid_order("A1", 3_000).await;
    shop.short_payment("A2", 3_000).await;
    let page = shop.ayse().page("").await;
    let plot = page.split("<svg ").nth(1).unwrap();
    assert!(plot.contains("<rect class=\"paid\""), "{plot}");
    assert!(plot.contains("<rect class=\"refused\""));
    assert!(page.contains("</span>Paid: 1</li>") && page.contains("</span>Refused: 1</li>"));
    // The same in words.
    assert_eq!(page.matches("<tr><th scope=\"row\">").count(), 24);
    let longer = shop.ayse().page("?hours=48").await;
    assert_eq!(longer.matches("<tr><th scope=\"row\">").count(), 48);
    assert!(page.contains("waits for you") && page.contains("Open reviews"));
}

#[tokio::test]
async fn times_are_turkish() {
    let shop = Shop::start().await;
    shop.open("A1", 3_000).await;
    let page = shop.ayse().page("/orders").await;
    let cell = page.split("<td><time datetime=\"").nth(1).unwrap();
    let (utc, shown) = (&cell[11..13], &cell.split('>').nth(1).unwrap()[11..13]);
    let hour = |text: &str| text.parse::<u32>().unwrap();
    assert_eq!(hour(shown), (hour(utc) + 3) % 24);
    assert!(page.contains("Times are Turkish time (UTC+3)."));
}
