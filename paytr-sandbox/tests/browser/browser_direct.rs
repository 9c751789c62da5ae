//! The pages of the Direct API, from the form on a page of the shop.

use anyhow::Result;
use browser::Screen;
use paytr_core::api::{BkmAmountUnit, BkmExpress, DirectPayment};
use paytr_sandbox::{OrderState, TestCard};

use crate::stage::Stage;

async fn post_the_form(stage: &Stage, id: &str, card: TestCard) -> Result<()> {
    let payment = DirectPayment::new(stage.direct(id)?);
    stage.shop.offer(&stage.client.direct_form(&payment)?);
    stage
        .browser
        .go(&format!("{}/direct", stage.shop.url))
        .await?;
    for (field, value) in [
        ("cc_owner", "ZEYNEP KANARYA"),
        ("card_number", card.number()),
        ("expiry_month", "12"),
        ("expiry_year", "30"),
        ("cvv", TestCard::CVV),
    ] {
        stage
            .browser
            .fill(&format!("[name={field}]"), value)
            .await?;
    }
    stage.browser.click("button").await
}

#[tokio::test]
async fn a_direct_payment_goes_through_3d_secure_and_back_to_the_shop() -> Result<()> {
    let stage = Stage::open(Screen::Phone).await?;
    post_the_form(&stage, "D1", TestCard::Visa).await?;
    stage.shows("#total", "34,56 TL").await?;
    stage.browser.find("#sandbox-mark").await?;
    stage.browser.look("direct-three-d").await?;
    stage.browser.fill("#code", "123456").await?;
    stage.browser.click("#confirm").await?;
    stage.browser.find("#shop-ok").await?;
    let paid = OrderState::Paid {
        total: 3_456,
        installments: 1,
    };
    assert_eq!(stage.sandbox.order("D1").unwrap().state, paid);

    // A failure is posted to the shop, with the text for the buyer.
    post_the_form(&stage, "D2", TestCard::SecurityCheck).await?;
    stage
        .shows("#shop-fail", "fail_message: Güvenlik kontrolü sonrası")
        .await?;
    post_the_form(&stage, "D3", TestCard::Troy).await?;
    stage.browser.fill("#code", "000000").await?;
    stage.browser.click("#confirm").await?;
    stage
        .shows("#shop-fail", "fail_message: Kimlik Doğrulama başarısız")
        .await?;
    stage.told(3).await?;
    assert_eq!(stage.shop.field("failed_reason_code"), ["3", "2"]);
    stage.browser.close().await
}

#[tokio::test]
async fn a_bkm_express_payment_is_approved_in_place_of_the_app() -> Result<()> {
    let stage = Stage::open(Screen::Phone).await?;
    let payment = BkmExpress::new(stage.direct("B1")?, BkmAmountUnit::Major);
    stage.shop.offer(&stage.client.direct_form(&payment)?);
    stage
        .browser
        .go(&format!("{}/direct", stage.shop.url))
        .await?;
    stage.browser.click("button").await?;
    stage.shows("#total", "34,56 TL").await?;
    stage.browser.look("bkm").await?;
    stage.browser.click("#confirm").await?;
    stage.browser.find("#shop-ok").await?;
    stage.told(1).await?;
    assert_eq!(stage.shop.field("payment_type"), ["bex"]);
    stage.browser.close().await
}
