//! What the dashboard and every other page promise, without a browser.

#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

mod support;

use std::time::{Duration, Instant};

use paytr_core::api::{CreateLink, LinkKind};
use paytr_core::{Currency, Money};
use paytr_sandbox::{Sandbox, TestCard};
use reqwest::StatusCode;
use support::{FAST, LIMIT, Shop, client, http, open_card, sandbox, transfer};

async fn get(url: &str) -> String {
    http().get(url).send().await.unwrap().text().await.unwrap()
}

async fn press(sandbox: &Sandbox, path: &str, form: &'static str) -> (StatusCode, String) {
    let request = http().post(format!("{}{path}", sandbox.base_url()));
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let reply = request.body(form).send().await.unwrap();
    (reply.status(), reply.text().await.unwrap())
}

#[tokio::test]
async fn every_page_says_that_it_is_not_paytr() {
    let sandbox = sandbox().await;
    let client = client(&sandbox);
    let card = open_card(&sandbox, "A1").await;
    let left = open_card(&sandbox, "A2").await;
    sandbox.leave("A2").unwrap();
    let eft = client.page_url(&client.iframe_token(&transfer("E1")).await.unwrap());
    let price = Money::new(10_000, Currency::TRY);
    let link = CreateLink::new("Defter", price, LinkKind::product());
    let link = client.create_link(&link).await.unwrap().url;
    let base = sandbox.base_url();
    let mut pages = vec![card, left, eft, link];
    for path in [
        "/",
        "/nowhere",
        "/link/nowhere",
        "/odeme/guvenli/nowhere",
        "/odeme/direkt/nowhere",
        "/odeme/api/nowhere",
        "/_sandbox/behaviours",
    ] {
        pages.push(format!("{base}{path}"));
    }
    for page in pages {
        let reply = http().get(&page).send().await.unwrap();
        assert_eq!(reply.headers()["x-paytr-sandbox"], "not PayTR", "{page}");
        let text = reply.text().await.unwrap();
        assert!(text.contains("id=\"sandbox-mark\""), "{page}");
        assert!(text.contains("SANDBOX"), "{page}");
        assert!(
            text.contains("name=\"robots\" content=\"noindex\""),
            "{page}"
        );
    }
}

#[tokio::test]
async fn an_event_comes_at_every_change_and_the_stream_ends_with_the_sandbox() {
    let sandbox = sandbox().await;
    let url = format!("{}/_sandbox/events", sandbox.base_url());
    let mut events = http().get(url).send().await.unwrap();
    assert_eq!(events.headers()["content-type"], "text/event-stream");
    let first = events.chunk().await.unwrap().unwrap();
    assert_eq!(first, "event: change\ndata: changed\n\n");
    let quiet = tokio::time::timeout(FAST * 5, events.chunk()).await;
    assert!(quiet.is_err(), "{quiet:?}");
    open_card(&sandbox, "A1").await;
    let next = tokio::time::timeout(LIMIT, events.chunk()).await.unwrap();
    assert!(next.unwrap().is_some());

    let start = Instant::now();
    sandbox.shutdown().await;
    assert!(start.elapsed() < Duration::from_secs(2));
    while events.chunk().await.is_ok_and(|chunk| chunk.is_some()) {}
}

#[tokio::test]
async fn a_long_list_of_orders_comes_fifty_at_a_time() {
    let sandbox = sandbox().await;
    for number in 1..=51 {
        open_card(&sandbox, &format!("A{number}")).await;
    }
    let newest = get(sandbox.base_url()).await;
    assert_eq!(newest.matches("class=\"order\"").count(), 50);
    assert!(newest.contains("51 in all") && newest.contains("/?skip=50"));
    assert!(newest.contains("id=\"order-A51\"") && !newest.contains("id=\"order-A1\""));
    let oldest = get(&format!("{}/?skip=50", sandbox.base_url())).await;
    assert_eq!(oldest.matches("class=\"order\"").count(), 1);
    assert!(oldest.contains("id=\"order-A1\"") && oldest.contains("/?skip=0"));
}

#[tokio::test]
async fn a_button_that_can_do_nothing_says_why() {
    let sandbox = sandbox().await;
    open_card(&sandbox, "A1").await;
    let order = "/_sandbox/dashboard/orders/A1";
    for (path, form, why) in [
        (order, "do=resend", "the order has no notification yet"),
        (order, "do=forged", "the order has no notification yet"),
        (order, "do=refund&amount=1.00", "the order is not paid"),
        (order, "do=refund&amount=-1", "an amount is written as in"),
        (
            order,
            "do=pay&card=visa&installments=99",
            "so many instalments",
        ),
        (order, "do=transfer&outcome=arrived", "do not mix"),
        ("/_sandbox/dashboard/orders/A2", "do=leave", "no such order"),
        (
            "/_sandbox/dashboard/faults",
            "do=chaos&seed=x",
            "a seed is a number",
        ),
    ] {
        let (status, text) = press(&sandbox, path, form).await;
        assert_eq!(status, StatusCode::CONFLICT, "{form}");
        assert!(text.contains(why), "{form}: {text}");
    }
    sandbox.pay("A1", TestCard::Visa).unwrap();
    let (_, nowhere) = press(&sandbox, order, "do=duplicate").await;
    assert!(nowhere.contains("no address is set"), "{nowhere}");
}

#[tokio::test]
async fn what_a_button_sends_on_top_does_not_decide_how_the_notification_stands() {
    let refusal = support::reply("400 Bad Request", b"no");
    let shop = Shop::answering(vec![support::ok(), refusal]).await;
    let sandbox = sandbox().await;
    sandbox.set_notify_url(&shop.url).unwrap();
    open_card(&sandbox, "A1").await;
    sandbox.pay("A1", TestCard::Visa).unwrap();
    sandbox.wait_until_acknowledged("A1", LIMIT).await.unwrap();
    let order = "/_sandbox/dashboard/orders/A1";
    assert_eq!(press(&sandbox, order, "do=forged").await.0, StatusCode::OK);
    let order = sandbox.wait_until("A1", LIMIT, |order| order.attempts.len() == 2);
    let order = order.await.unwrap();
    assert_eq!(
        order.notification,
        Some(paytr_sandbox::NotificationState::Done)
    );
    let forged = order.attempts.last().unwrap();
    assert_eq!(forged.fault, Some(paytr_sandbox::FaultKind::Forged));
    assert!(!forged.acknowledged);
}
