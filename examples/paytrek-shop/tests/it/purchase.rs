//! Buying, over real HTTP.

use std::path::Path;

use anyhow::Result;
use paytrek::card::TestCard;
use paytrek::testing::{FakePaytrek, Fault};
use serde_json::json;

use crate::support::{Market, Shop, pen, receipt};

#[tokio::test]
async fn a_hundred_returns_at_once_are_one_receipt() -> Result<()> {
    let market = Market::open().await?.set("SHOP_HANDLER_DELAY_MS", 50);
    let shop = market.start().await?;
    let paid = market.paid_order(&shop).await?;
    let returns = (0..100).map(|_| shop.come_back(&paid.back));
    let states = futures_util::future::try_join_all(returns).await?;
    assert!(states.iter().any(|state| state == "paid"));
    assert!(
        states
            .iter()
            .all(|state| state == "paid" || state == "pending"),
        "{states:?}"
    );
    shop.come_back_until_paid(&paid.back).await?;
    assert_eq!(shop.receipts().await?, [receipt(&paid.order)]);
    assert_eq!(shop.state(&paid.order).await?, "paid");
    Ok(())
}

#[tokio::test]
async fn the_price_is_the_shops_and_the_sale_is_sent_back_to_its_own_address() -> Result<()> {
    let market = Market::open()
        .await?
        .set("SHOP_PUBLIC_URL", "https://carsi.example/");
    let shop = market.start().await?;
    let mut purchase = pen();
    purchase["basket"][0]["quantity"] = json!(3);
    purchase["total"] = json!("0.01");
    purchase["basket"][0]["unit_price"] = json!(1);
    let (_, answer) = shop.pay(&purchase).await?;
    let order = answer["order_id"].as_str().unwrap();
    let sale = market.fake.sale(&market.sale(order)?).unwrap();
    assert_eq!(sale.amount.to_string(), "103.68 TRY");
    let back = format!("https://carsi.example/return/{order}");
    assert_eq!(sale.return_url.as_deref(), Some(&*back));
    let sent = market.fake.requests().pop().unwrap().body;
    assert!(
        sent.contains("\"customer_ip_address\":\"127.0.0.1\""),
        "{sent}"
    );
    assert!(sent.contains("\"secure_option\":true"), "{sent}");
    Ok(())
}

#[tokio::test]
async fn wrong_carts_and_buyers_reach_nobody() -> Result<()> {
    let market = Market::open().await?;
    let shop = market.start().await?;
    for (path, value) in [
        ("/basket", json!([])),
        ("/basket/0/product_id", json!("altin")),
        ("/basket/0/quantity", json!(0)),
        ("/basket/0/quantity", json!(100)),
        ("/basket/0/quantity", json!(-1)),
        ("/email", json!("nobody")),
        ("/user_name", json!(" ")),
        ("/user_address", json!("")),
    ] {
        let mut purchase = pen();
        *purchase.pointer_mut(path).unwrap() = value;
        let (status, answer) = shop.pay(&purchase).await?;
        assert_eq!(status, 400, "{path}: {answer}");
    }
    assert!(market.fake.requests().is_empty());
    assert_eq!(shop.get("/orders/SHOP1").await?.0, 404);
    assert_eq!(shop.get("/orders/..%2F").await?.0, 404);
    Ok(())
}

#[tokio::test]
async fn two_clicks_are_one_sale() -> Result<()> {
    let market = Market::open().await?;
    let shop = market.start().await?;
    let mut purchase = pen();
    purchase["idempotency_key"] = json!("one page");
    let first = shop.pay(&purchase).await?;
    assert_eq!(shop.pay(&purchase).await?, first);
    purchase["basket"][0]["quantity"] = json!(2);
    assert_eq!(shop.pay(&purchase).await?.0, 409);
    assert_eq!(market.fake.count("POST", "sale"), 1);
    Ok(())
}

#[tokio::test]
async fn returns_that_prove_nothing_deliver_nothing() -> Result<()> {
    let market = Market::open().await?;
    let shop = market.start().await?;
    let paid = market.paid_order(&shop).await?;
    let open = shop.open_order().await?;
    let token = paid.back.split_once('=').unwrap().1;
    for (path, state) in [
        (format!("/return/{open}?token={token}"), "rejected"),
        (format!("/return/{open}"), "pending"),
        (format!("/return/{open}?token="), "rejected"),
        ("/return/SHOP0".to_owned(), "rejected"),
        (format!("/return/{open}?token=..%2F"), "rejected"),
        (format!("{}&token={token}", paid.back), "rejected"),
        (format!("/return/SHOP0?token={token}"), "rejected"),
    ] {
        assert_eq!(shop.come_back(&path).await?, state, "{path}");
    }
    assert_eq!(shop.receipts().await?, []);
    market.fake.fail_next("sale", Fault::AnswerWithHtml);
    let (_, waiting) = shop.get(&paid.back).await?;
    assert!(waiting.contains("data-state=\"pending\""), "{waiting}");
    assert!(
        waiting.contains("http-equiv=\"refresh\" content=\"2\""),
        "{waiting}"
    );
    assert_eq!(shop.come_back(&paid.back).await?, "paid");
    Ok(())
}

/// A bank's page may come back by POST, with the token in the body. The address decides which order it is, and
/// Paytrek's answer about the sale that the shop opened decides how it stands.
#[tokio::test]
async fn a_return_by_post_is_a_redirect_to_the_page_and_its_body_is_neither_shown_nor_kept()
-> Result<()> {
    const CANARY: &str = "cAnArYpOsTeD91";
    let market = Market::open()
        .await?
        .set("RUST_LOG", "trace,h2=off,rustls=off");
    let shop = market.start().await?;
    let order = shop.open_order().await?;
    let page = format!("/return/{order}");
    let body = |token: &str| format!("token={token}&status=Paid&succeeded=true&x={CANARY}");

    let posted = shop.post_back(&page, body(CANARY)).await?;
    assert_eq!(posted, (303, page.clone()));
    let (_, waiting) = shop.get(&page).await?;
    assert!(waiting.contains("data-state=\"pending\""), "{waiting}");
    assert_eq!(shop.state(&order).await?, "pending");

    // The body of another order's return settles that order as little as this one.
    let other = market.paid_order(&shop).await?;
    let token = other.back.split_once('=').unwrap().1;
    assert_eq!(shop.post_back(&page, body(token)).await?.0, 303);
    assert_eq!(shop.come_back(&page).await?, "pending");
    assert_eq!(shop.receipts().await?, []);

    let sale = market.sale(&order)?;
    market.fake.pay(&sale, TestCard::Isbank)?;
    assert_eq!(shop.post_back(&page, body(sale.as_str())).await?.0, 303);
    let (_, paid) = shop.get(&page).await?;
    assert!(paid.contains("data-state=\"paid\""), "{paid}");
    assert_eq!(shop.receipts().await?, [receipt(&order)]);

    // A token in the address stays there, and is judged by the page.
    let posted = shop.post_back(&other.back, body(CANARY)).await?;
    assert_eq!(posted, (303, other.back.clone()));
    assert_eq!(shop.come_back(&other.back).await?, "paid");
    let wrong = format!("{page}?token={token}");
    assert_eq!(
        shop.post_back(&wrong, String::new()).await?,
        (303, wrong.clone())
    );
    assert_eq!(shop.come_back(&wrong).await?, "rejected");
    assert_eq!(shop.post_back("/return/..%2F", body(CANARY)).await?.0, 404);

    let exit = shop.process.stop().await?;
    let log = exit.stdout + &exit.stderr;
    assert!(log.contains("asked about an order"), "{log}");
    for (place, text) in [("page", &waiting), ("page", &paid), ("log", &log)] {
        assert!(!text.contains(CANARY), "the {place} has it: {text}");
    }
    assert_no_file_has(market.directory(), CANARY, &order)
}

/// No file of the directory has `canary`; one of them has `known`, so that it is the right directory.
fn assert_no_file_has(directory: &Path, canary: &str, known: &str) -> Result<()> {
    let mut is_known = false;
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        let text = String::from_utf8_lossy(&std::fs::read(&path)?).into_owned();
        assert!(!text.contains(canary), "{} has it", path.display());
        is_known |= text.contains(known);
    }
    assert!(is_known, "the database has the order");
    Ok(())
}

#[tokio::test]
async fn a_buyer_who_never_comes_back_gets_the_receipt_all_the_same() -> Result<()> {
    let market = Market::open().await?.set("SHOP_RECONCILE_MS", 50);
    let shop = market.start().await?;
    let order = shop.open_order().await?;
    market.fake.pay(&market.sale(&order)?, TestCard::Isbank)?;
    shop_suite::eventually("the reconciler settles", async || {
        Ok((shop.state(&order).await? == "paid").then_some(()))
    })
    .await?;
    assert_eq!(shop.receipts().await?, [receipt(&order)]);
    Ok(())
}

#[tokio::test]
async fn what_could_not_be_booked_is_told_and_booked_later_once() -> Result<()> {
    let blocked = Market::open()
        .await?
        .set("SHOP_HANDLER_DELAY_MS", 20_000)
        .set("SHOP_HANDLER_TIMEOUT_MS", 100)
        .set("SHOP_RECONCILE_MS", 2_000);
    let shop = blocked.start().await?;
    let paid = blocked.paid_order(&shop).await?;
    for _ in 0..3 {
        assert_eq!(shop.come_back(&paid.back).await?, "undelivered");
        assert_eq!(shop.state(&paid.order).await?, "undelivered");
    }
    drop(shop);
    // The buyer does not come back any more.
    let market = blocked.set("SHOP_HANDLER_DELAY_MS", 0);
    let shop = market.start().await?;
    let order = shop.open_order().await?;
    shop_suite::eventually("the reconciler settles", async || {
        Ok((shop.state(&paid.order).await? == "paid").then_some(()))
    })
    .await?;
    let receipts = shop.receipts().await?;
    assert_eq!(receipts.len(), 1, "{receipts:?}");
    assert!(receipts[0].attempt >= 4, "{receipts:?}");
    assert_eq!(shop.state(&order).await?, "pending");
    Ok(())
}

#[tokio::test]
async fn money_of_a_test_host_is_not_booked_unless_the_shop_says_so() -> Result<()> {
    let market = Market::open().await?.set("PAYTREK_TEST_MODE", 0);
    let shop = market.start().await?;
    let paid = market.paid_order(&shop).await?;
    assert_eq!(shop.come_back(&paid.back).await?, "review");
    assert_eq!(shop.receipts().await?, []);
    assert_eq!(shop.state(&paid.order).await?, "review");
    Ok(())
}

#[tokio::test]
async fn nothing_but_the_program_is_needed() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let settings = [("SHOP_ADDR".to_owned(), "127.0.0.1:0".to_owned())];
    let mut shop = Shop::start(directory.path(), &settings).await?;
    let fake = shop.process.printed("fake:").await?;
    assert!(fake.starts_with("http://127.0.0.1:"), "{fake}");
    let order = shop.open_order().await?;
    assert_eq!(shop.state(&order).await?, "pending");
    assert!(directory.path().join("paytrek-shop.db").exists());
    Ok(())
}

#[tokio::test]
async fn the_log_shows_neither_keys_nor_tokens_nor_the_buyer() -> Result<()> {
    let market = Market::open()
        .await?
        .set("RUST_LOG", "trace,h2=off,rustls=off");
    let shop = market.start().await?;
    let paid = market.paid_order(&shop).await?;
    shop.come_back_until_paid(&paid.back).await?;
    let log = shop.process.stop().await?.stderr;
    assert!(log.contains("asked about an order"), "{log}");
    // The query of the return is in the access lines of the web server at its lowest levels only.
    let token = paid.back.split_once('=').unwrap().1;
    let own = log.lines().filter(|line| line.contains("paytrek"));
    for line in own {
        assert!(!line.contains(token), "{line}");
    }
    for canary in [
        FakePaytrek::API_KEY,
        FakePaytrek::SECRET,
        "zeynep@example.com",
        "Kanarya Sokak",
    ] {
        assert!(!log.contains(canary), "{canary}: {log}");
    }
    Ok(())
}
