//! A buyer with a browser, the shop and the fake beside it.

use anyhow::Result;
use paytrek::card::TestCard;
use shop_suite::{Browser, Screen};

use crate::support::Shop;

/// On a phone, with a declined card first: from the catalogue to "paid".
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_pays_in_a_browser() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let settings = [("SHOP_ADDR".to_owned(), "127.0.0.1:0".to_owned())];
    let shop = Shop::start(directory.path(), &settings).await?;
    let browser = Browser::open(Screen::Phone).await?;
    browser.go(&shop.url("/")).await?;
    browser.find("#to-payment").await?;
    browser.look("paytrek-1-catalogue").await?;
    browser.fill("#cam-kalem", "2").await?;
    browser.fill("[name=user_name]", "Zeynep Kanarya").await?;
    browser.fill("[name=email]", "zeynep@example.com").await?;
    browser.fill("[name=user_phone]", "05551234567").await?;
    browser
        .fill("[name=user_address]", "Kanarya Sokak 7")
        .await?;
    browser.click("#to-payment").await?;

    assert_eq!(browser.text("#amount").await?, "69.12 TRY");
    let order = browser.text("#order").await?;
    pay(&browser, "020").await?;
    assert!(browser.text("#decline").await?.contains("limitini"));
    browser.look("paytrek-2-hosted-page").await?;
    pay(&browser, "000").await?;
    browser.find("#password").await?;
    browser.look("paytrek-3-bank").await?;
    browser.fill("#password", "a").await?;
    browser.click("#confirm").await?;

    browser.find("#state[data-state=paid]").await?;
    browser.look("paytrek-4-paid").await?;
    assert!(browser.url().await?.starts_with(&shop.url("/return/")));
    assert_eq!(browser.text("#order").await?, order);
    let receipts = shop.receipts().await?;
    assert_eq!(receipts.len(), 1, "{receipts:?}");
    assert_eq!(
        (&*receipts[0].order_id, receipts[0].total),
        (&*order, 6_912)
    );
    let complaints = browser.complaints().await?;
    assert!(complaints.is_empty(), "{complaints:#?}");
    browser.close().await
}

async fn pay(browser: &Browser, cvc: &str) -> Result<()> {
    browser.fill("#number", TestCard::Akbank.number()).await?;
    browser.fill("#expiration", "12/2030").await?;
    browser.fill("#cvc", cvc).await?;
    browser.fill("#holder", "ZEYNEP KANARYA").await?;
    browser.click("#pay").await
}
