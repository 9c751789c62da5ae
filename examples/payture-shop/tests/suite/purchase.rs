//! Carts, pages and returns.

use std::path::Path;

use anyhow::{Context as _, Result};
use payture::OrderId;
use payture::testing::{Fault, TestCard};
use serde_json::{Value, json};

use crate::harness::{Market, PASSWORD, PEN};

fn pens(quantity: u32) -> Value {
    json!({ "basket": [{ "product_id": "cam-kalem", "quantity": quantity, "price": 1 }], "total": 1 })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prices_are_the_servers_and_payture_is_asked_for_exactly_them() -> Result<()> {
    let market = Market::open().await?;
    let shop = market.start().await?;
    let products = shop.get("/products").await?.json()?;
    assert_eq!(products.as_array().map(Vec::len), Some(6));
    let ready = shop.pay(&pens(3)).await?.json()?;
    let order = OrderId::new(ready["order_id"].as_str().context("an id")?)?;
    assert_eq!(
        market.fake.order(&order).context("an order")?.requested,
        3 * PEN
    );
    let page = ready["page_url"].as_str().context("a page")?;
    assert!(
        page.starts_with(&format!("{}/apim/Pay?SessionId=", market.fake.origin())),
        "{page}"
    );
    for wrong in [pens(0), json!({ "basket": [] }), json!({}), json!([])] {
        assert_eq!(shop.pay(&wrong).await?.status, 422, "{wrong}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_double_click_is_one_order() -> Result<()> {
    let market = Market::open().await?;
    let shop = market.start().await?;
    let form = |quantity: u32| format!("idempotency_key=0123456789abcdef&cam-kalem={quantity}");
    let click = async |body: String| {
        shop.post("/pay", "application/x-www-form-urlencoded", body)
            .await
    };
    let (one, two) = (click(form(1)).await?, click(form(1)).await?);
    assert_eq!(one.status, 303);
    assert_eq!(
        (one.location.is_some(), &one.location),
        (true, &two.location)
    );
    assert_eq!(
        click(form(2)).await?.status,
        409,
        "the same key for another cart"
    );
    let opened = market
        .fake
        .requests()
        .iter()
        .filter(|request| *request == "apim/Init")
        .count();
    assert_eq!(opened, 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_cannot_be_opened_can_be_tried_again_with_a_new_order() -> Result<()> {
    let market = Market::open().await?;
    let shop = market.start().await?;
    let cart = json!({ "basket": [{ "product_id": "cam-kalem", "quantity": 1 }], "idempotency_key": "0123456789abcdef" });
    market.fake.fault("Init", Fault::ServerError);
    let failed = shop.pay(&cart).await?;
    assert_eq!(failed.status, 502);
    assert!(
        !failed.text.contains(PASSWORD) && !failed.text.contains("127.0.0.1"),
        "{failed:?}"
    );
    assert_eq!(shop.pay(&cart).await?.status, 200);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browsers_return_proves_nothing_and_makes_the_shop_ask() -> Result<()> {
    let market = Market::open().await?;
    let shop = market.start().await?;
    let order = shop.open_order().await?;
    let page = format!("/payture/return?orderid={order}&success=true");
    assert!(
        shop.get(&page)
            .await?
            .text
            .contains("data-state=\"pending\"")
    );
    assert_eq!(shop.state(&order).await?, "pending");
    market.fake.pay(&order, TestCard::SUCCESS)?;
    shop.get(&page).await?;
    shop.until_state(&order, "paid").await?;
    assert!(shop.get(&page).await?.text.contains("data-state=\"paid\""));
    assert_eq!(shop.receipts().await?.len(), 1);
    for stranger in [
        "orderid=nobody",
        "orderid=",
        "",
        "orderid=%3Cscript%3E",
        "orderid=a&orderid=b",
    ] {
        assert_eq!(
            shop.get(&format!("/payture/return?{stranger}"))
                .await?
                .status,
            404,
            "{stranger}"
        );
    }
    Ok(())
}

/// A bank's page may come back by POST. The address decides which order it is, the ledger how it stands.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_return_by_post_is_a_redirect_to_the_page_and_its_body_is_neither_shown_nor_kept()
-> Result<()> {
    const CANARY: &str = "cAnArYpOsTeD91";
    let market = Market::open().await?.set("RUST_LOG", "trace");
    let shop = market.start().await?;
    let order = shop.open_order().await?;
    let page = format!("/payture/return?orderid={order}");
    let body = format!("success=true&state=Charged&orderid={CANARY}&PaRes={CANARY}&MD={CANARY}");
    let form = "application/x-www-form-urlencoded";
    let post = async |path: &str| shop.post(path, form, body.clone()).await;

    let posted = post(&format!("{page}&success=true")).await?;
    assert_eq!(
        (posted.status, posted.location.as_deref()),
        (303, Some(&*page))
    );
    assert_eq!(posted.text, "");
    let waiting = shop.get(&page).await?.text;
    assert!(waiting.contains("data-state=\"pending\""), "{waiting}");
    assert_eq!(shop.state(&order).await?, "pending");

    market.fake.pay(&order, TestCard::SUCCESS)?;
    let posted = post(&page).await?;
    assert_eq!(
        (posted.status, posted.location.as_deref()),
        (303, Some(&*page))
    );
    shop.get(&page).await?;
    shop.until_state(&order, "paid").await?;
    let paid = shop.get(&page).await?.text;
    assert!(paid.contains("data-state=\"paid\""), "{paid}");
    assert_eq!(shop.receipts().await?.len(), 1);

    for nobody in ["", "?orderid=", "?orderid=a&orderid=b"] {
        let posted = post(&format!("/payture/return{nobody}")).await?;
        let told = (posted.status, posted.location.as_deref());
        assert_eq!(told, (303, Some("/payture/return")), "{nobody}");
    }
    // Read or not, no body is too large to be sent on.
    let large = shop
        .post(&page, "text/plain", CANARY.repeat(10_000))
        .await?;
    assert_eq!(large.status, 303);

    let exit = shop.process.stop().await?;
    let log = exit.stdout + &exit.stderr;
    assert!(log.contains("settled"), "{log}");
    for (place, text) in [("page", &waiting), ("page", &paid), ("log", &log)] {
        assert!(!text.contains(CANARY), "the {place} has it: {text}");
    }
    assert_no_file_has(market.directory(), CANARY, order.as_str())
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_is_in_what_the_shop_prints() -> Result<()> {
    let market = Market::open().await?.set("RUST_LOG", "trace");
    let shop = market.start().await?;
    let order = market.paid_order(&shop).await?;
    shop.notify_until_ok(&market.paid(&order)?).await?;
    market
        .fake
        .fault("Init", Fault::Answer("<html>Ooooops!</html>".to_owned()));
    shop.pay(&pens(1)).await?;
    let exit = shop.process.stop().await?;
    let printed = exit.stdout + &exit.stderr;
    assert!(printed.contains("settled"), "{printed}");
    for secret in [PASSWORD, "SessionId="] {
        assert!(!printed.contains(secret), "{secret}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_set_is_a_shop_with_a_payture_of_its_own() -> Result<()> {
    let market = Market::open()
        .await?
        .without("PAYTURE")
        .without("DATABASE")
        .without("RUST");
    let mut shop = market.start().await?;
    let own = shop.process.printed("payture:").await?;
    assert!(
        own.starts_with("http://127.0.0.1:") && !own.contains(&market.fake.origin()),
        "{own}"
    );
    assert!(market.directory().join("payture-shop.db").exists());
    assert_eq!(shop.pay(&pens(1)).await?.status, 200);
    Ok(())
}
