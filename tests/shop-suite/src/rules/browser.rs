//! A buyer with a browser, and a shop with its own sandbox.

use std::time::Duration;

use ::browser::{Browser, Screen};
use anyhow::Result;
use paytr_sandbox::TestCard;
use serde_json::Value;
use tempfile::TempDir;

use crate::Program;
use crate::harness::{CALLBACK, Market, PASSWORD, PATIENCE, Purchase, Receipt, Shop};

/// From the catalogue to "paid": the buyer sees that the shop waits, and then that it knows.
pub async fn a_buyer_pays_and_sees_waiting_and_then_paid(program: Program) -> Result<()> {
    let (_directory, program) = with_own_sandbox(program)?;
    let shop = program
        .handler_delay(Duration::from_millis(2_500))
        .start()
        .await?;
    let browser = Browser::open(Screen::Desktop).await?;
    let oid = to_the_payment_page(&browser, &shop).await?;
    assert_eq!(shop.state(&oid).await?, "pending");
    pay_with(&browser, TestCard::Visa).await?;
    confirm(&browser).await?;

    browser.leave_frame().await?;
    browser.find("#state[data-state=pending]").await?;
    let url = browser.url().await?;
    assert!(url.starts_with(&shop.url("/paytr/ok?")), "{url}");
    assert_eq!(browser.text("#merchant-oid").await?, oid);
    // Nobody loads the page again: it changes by itself.
    browser.find("#state[data-state=paid]").await?;
    assert_eq!(
        shop.receipts().await?,
        [Receipt::paid(&oid, 2 * Purchase::PEN_PRICE)]
    );
    browser.close().await
}

/// A declined card is shown inside the frame; the second card pays the same order.
pub async fn a_declined_buyer_pays_with_a_second_card(program: Program) -> Result<()> {
    let (_directory, program) = with_own_sandbox(program)?;
    let shop = program.start().await?;
    let browser = Browser::open(Screen::Desktop).await?;
    let oid = to_the_payment_page(&browser, &shop).await?;
    pay_with(&browser, TestCard::LimitExceeded).await?;
    let decline = browser.text("#decline").await?;
    assert!(!decline.is_empty());
    pay_with(&browser, TestCard::Mastercard).await?;
    confirm(&browser).await?;

    browser.leave_frame().await?;
    browser.find("#state[data-state=paid]").await?;
    let (paid_ones, others): (Vec<_>, Vec<_>) = shop
        .receipts()
        .await?
        .into_iter()
        .partition(|receipt| receipt.outcome == "paid");
    assert_eq!(paid_ones, [Receipt::paid(&oid, 2 * Purchase::PEN_PRICE)]);
    let failed: Vec<_> = others.iter().map(|receipt| &*receipt.outcome).collect();
    assert!(failed.is_empty() || failed == ["failed"], "{others:?}");
    browser.close().await
}

/// The same way on a phone: no page is wider than the screen, and the browser has nothing to complain
/// about.
pub async fn a_buyer_pays_on_a_phone(program: Program) -> Result<()> {
    let (_directory, program) = with_own_sandbox(program)?;
    let shop = program
        .handler_delay(Duration::from_millis(2_500))
        .start()
        .await?;
    let browser = Browser::open(Screen::Phone).await?;
    let oid = to_the_payment_page(&browser, &shop).await?;
    pay_with(&browser, TestCard::Troy).await?;
    browser.find("#three-d-form").await?;
    browser.leave_frame().await?;
    browser.look("4-three-d-secure").await?;
    enter_frame(&browser).await?;
    confirm(&browser).await?;

    browser.leave_frame().await?;
    browser.find("#state[data-state=pending]").await?;
    browser.look("5-waiting").await?;
    browser.find("#state[data-state=paid]").await?;
    browser.look("6-paid").await?;
    assert_eq!(
        shop.receipts().await?,
        [Receipt::paid(&oid, 2 * Purchase::PEN_PRICE)]
    );
    let complaints = browser.complaints().await?;
    assert!(complaints.is_empty(), "{complaints:#?}");
    browser.close().await
}

/// What a product is called cannot put anything into a page: the address of the cart is from outside.
pub async fn a_cart_from_outside_is_shown_as_text(program: Program) -> Result<()> {
    let (_directory, program) = with_own_sandbox(program)?;
    let shop = program.start().await?;
    let browser = Browser::open(Screen::Desktop).await?;
    let query =
        "cam-kalem=2&%3Cscript%3Edocument.title=1%3C/script%3E=1&bakir-cezve=-1&cam-kalem=9";
    browser.go(&shop.url(&format!("/cart?{query}"))).await?;
    assert_eq!(browser.text("#total").await?, "69,12 TL");
    assert_eq!(browser.count("tr.line").await?, 1);
    browser.close().await
}

/// The day after, on a phone: a payment that was a lira short is delivered by hand, its receipt is there once;
/// another order is refunded in two parts, and a third part is refused.
pub async fn a_person_delivers_a_short_payment_and_refunds_another(program: Program) -> Result<()> {
    let market = Market::open(program).await?;
    let shop = market.shop().with_office().start().await?;
    let (short, paid) = (shop.open_order().await?, shop.open_order().await?);
    let total = Purchase::PEN_PRICE - 100;
    let refused = shop.notify(&market.paid_total(&short, total)).await?;
    assert!(!refused.is_ok(), "{refused:?}");
    let sandbox = market.sandbox();
    sandbox.set_notify_url(&shop.url(CALLBACK))?;
    sandbox.pay(&paid, TestCard::Visa)?;
    sandbox.wait_until_acknowledged(&paid, PATIENCE).await?;

    let browser = Browser::open(Screen::Phone).await?;
    let password = PASSWORD.replace(' ', "%20");
    let office = shop
        .url("/back-office")
        .replace("http://", &format!("http://admin:{password}@"));
    browser.go(&format!("{office}?lang=en")).await?;
    browser.look("office-1-overview").await?;
    browser.click("nav a[href*=reviews]").await?;
    browser.look("office-2-reviews").await?;
    browser.click("tbody th a").await?;
    browser.look("office-3-review").await?;
    browser.click("a.button[href*=deliver]").await?;
    browser.fill("#note", "a lira is on us").await?;
    browser.look("office-4-deliver").await?;
    browser.click("form button[type=submit]").await?;
    browser.find("#resolved").await?;
    browser.look("office-5-resolved").await?;
    assert_eq!(
        shop.receipts_of(&short).await?,
        [Receipt::paid(&short, total)]
    );

    for part in ["10.00", "20.00"] {
        refund(&browser, &shop, &paid, part).await?;
        browser.find("#timeline").await?;
    }
    browser.look("office-6-refunded").await?;
    refund(&browser, &shop, &paid, "10.00").await?;
    browser.find("[role=alert]").await?;
    browser.look("office-7-too-much").await?;
    let state = shop.get(&format!("/paytr/orders/{paid}")).await?.json()?;
    assert_eq!(
        state.get("refunded").and_then(Value::as_u64),
        Some(3_000),
        "{state}"
    );

    // The same pages in Turkish, and the plot.
    browser.go(&shop.url("/back-office?lang=tr")).await?;
    browser.click("summary").await?;
    browser.look("office-8-turkish").await?;
    let complaints = browser.complaints().await?;
    let unexpected = complaints
        .iter()
        .filter(|one| !one.to_string().contains("status of 422"));
    assert_eq!(unexpected.count(), 0, "{complaints:#?}");
    browser.close().await
}

/// Asks for a refund on the order's page, and confirms it where there is something to confirm.
async fn refund(browser: &Browser, shop: &Shop, oid: &str, amount: &str) -> Result<()> {
    browser
        .go(&shop.url(&format!("/back-office/orders/{oid}?lang=en")))
        .await?;
    browser.fill("#amount", amount).await?;
    browser.click("section form button[type=submit]").await?;
    browser.find("#warning, [role=alert]").await?;
    if browser.count("#warning").await? == 1 {
        browser.click("form button[type=submit]").await?;
    }
    Ok(())
}

fn with_own_sandbox(program: Program) -> Result<(TempDir, Program)> {
    let directory = tempfile::tempdir()?;
    let database = directory.path().join("shop.db");
    let program = program
        .directory(directory.path())
        .set("DATABASE_URL", format!("sqlite:{}", database.display()));
    Ok((directory, program))
}

/// Catalogue, cart, buyer's form, and into the frame of the payment page. Returns the order id.
async fn to_the_payment_page(browser: &Browser, shop: &Shop) -> Result<String> {
    browser.go(&shop.url("/")).await?;
    browser.find("#to-cart").await?;
    browser.look("1-catalogue").await?;
    browser.fill("#cam-kalem", "2").await?;
    browser.click("#to-cart").await?;
    assert_eq!(browser.text("#total").await?, "69,12 TL");
    browser.fill("[name=user_name]", Purchase::NAME).await?;
    browser.fill("[name=email]", Purchase::EMAIL).await?;
    browser.fill("[name=user_phone]", Purchase::PHONE).await?;
    browser
        .fill("[name=user_address]", Purchase::ADDRESS)
        .await?;
    browser.look("2-cart").await?;
    browser.click("#to-payment").await?;
    let oid = browser.text("#merchant-oid").await?;
    enter_frame(browser).await?;
    assert!(browser.text("#amount").await?.starts_with("69,12"));
    browser.leave_frame().await?;
    browser.look("3-payment").await?;
    enter_frame(browser).await?;
    Ok(oid)
}

async fn enter_frame(browser: &Browser) -> Result<()> {
    browser.enter_frame("#paytriframe").await?;
    browser.find("#sandbox-mark").await
}

async fn pay_with(browser: &Browser, card: TestCard) -> Result<()> {
    browser.fill("#cc_owner", "ZEYNEP KANARYA").await?;
    browser.fill("#card_number", card.number()).await?;
    browser.fill("#expiry_month", "12").await?;
    browser.fill("#expiry_year", "30").await?;
    browser.fill("#cvv", TestCard::CVV).await?;
    browser.click("#pay").await
}

/// The bank's own step.
async fn confirm(browser: &Browser) -> Result<()> {
    browser.fill("#three-d-form #code", "123456").await?;
    browser.click("#confirm").await
}
