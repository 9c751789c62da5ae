//! A buyer with a browser, and a shop with a Payture of its own.

use anyhow::Result;
use payture::OrderId;
use payture::testing::TestCard;
use shop_suite::{Browser, Screen};

use crate::harness::{Market, PEN};

/// From the catalogue over a declined card and the bank's page to "paid". The buyer sees that the shop
/// waits, and nobody loads the page again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_pays_on_paytures_page_and_sees_waiting_and_then_paid() -> Result<()> {
    let market = Market::open()
        .await?
        .without("PAYTURE")
        .set("SHOP_HANDLER_DELAY_MS", "2500");
    let shop = market.start().await?;
    let browser = Browser::open(Screen::Phone).await?;
    browser.go(&format!("{}/", shop.url)).await?;
    browser.fill("#cam-kalem", "2").await?;
    browser.look("payture-1-catalogue").await?;
    browser.click("#to-payment").await?;

    assert_eq!(browser.text("#amount").await?, "69.12");
    let order = OrderId::new(browser.text("#order-id").await?)?;
    card(&browser, TestCard::AMOUNT_EXCEED).await?;
    let problem = browser.text("#problem").await?;
    assert!(problem.contains("AMOUNT_EXCEED"), "{problem}");
    assert_eq!(shop.state(&order).await?, "pending");
    browser.look("payture-2-declined").await?;
    card(&browser, TestCard::THREE_DS).await?;
    browser.look("payture-3-bank").await?;
    browser.click("#yes").await?;

    browser.find("#state[data-state=pending]").await?;
    browser.look("payture-4-waiting").await?;
    browser.find("#state[data-state=paid]").await?;
    browser.look("payture-5-paid").await?;
    assert_eq!(browser.text("#order-id").await?, order.as_str());
    let receipts = shop.receipts().await?;
    assert_eq!((receipts.len(), receipts[0].total), (1, 2 * PEN));
    let complaints = browser.complaints().await?;
    assert!(complaints.is_empty(), "{complaints:#?}");
    browser.close().await
}

async fn card(browser: &Browser, card: TestCard) -> Result<()> {
    browser.fill("#card-number", card.number()).await?;
    browser.fill("#code", TestCard::CODE).await?;
    browser.click("#pay").await
}
