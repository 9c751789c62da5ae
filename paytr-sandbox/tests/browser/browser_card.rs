//! The card page.

use std::time::Duration;

use anyhow::Result;
use browser::Screen;
use paytr_core::Language;
use paytr_core::api::PageDesign;
use paytr_sandbox::{OrderState, TestCard};

use crate::stage::Stage;

/// Picks a test card from the list, which fills the form in, and pays.
async fn pay_with(stage: &Stage, card: TestCard) -> Result<()> {
    if card.failed_reason().is_some() {
        stage.browser.click("#declining summary").await?;
    }
    stage
        .browser
        .click(&format!("#pick-{}", card.name()))
        .await?;
    stage.browser.find("#card_number[value]").await?;
    stage.browser.click("#pay").await
}

async fn type_code(stage: &Stage, code: &str) -> Result<()> {
    stage.browser.fill("#three-d-form #code", code).await?;
    stage.browser.click("#confirm").await
}

#[tokio::test]
async fn a_buyer_on_a_phone_pays_in_every_design_and_language() -> Result<()> {
    let stage = Stage::open(Screen::Phone).await?;
    let (tr, en) = (Language::Turkish, Language::English);
    for (id, language, design, title, mark, total) in [
        (
            "A1",
            tr,
            PageDesign::Classic,
            "Güvenli Ödeme",
            "PayTR değildir",
            "36,12 TL",
        ),
        (
            "A2",
            en,
            PageDesign::Classic,
            "Secure payment",
            "not PayTR",
            "36.12 TL",
        ),
        (
            "A3",
            tr,
            PageDesign::V2,
            "Güvenli Ödeme",
            "PayTR değildir",
            "36,12 TL",
        ),
        (
            "A4",
            en,
            PageDesign::V2Dark,
            "Secure payment",
            "not PayTR",
            "36.12 TL",
        ),
    ] {
        let mut request = stage.card(id)?;
        (request.language, request.design) = (language, design);
        stage.go_to(&request).await?;
        stage.shows("h1", title).await?;
        stage.shows("#sandbox-mark", mark).await?;
        stage.browser.look(&format!("card-{id}")).await?;
        stage.browser.click("#pick-troy").await?;
        stage.browser.find("#card_number[value]").await?;
        // The button says what the instalments cost before anybody pays.
        stage
            .browser
            .click("#installments option[value='3']")
            .await?;
        stage.shows("#pay-total", total).await?;
        stage.browser.click("#pay").await?;
        stage.shows("#total", total).await?;
        stage.shows("#sandbox-mark", mark).await?;
        stage.browser.look(&format!("three-d-{id}")).await?;
        type_code(&stage, "123456").await?;
        stage.browser.find("#shop-ok").await?;
        let paid = OrderState::Paid {
            total: 3_612,
            installments: 3,
        };
        assert_eq!(stage.sandbox.order(id).unwrap().state, paid);
    }
    stage.told(4).await?;
    assert_eq!(stage.shop.field("installment_count"), ["3"; 4]);
    stage.close().await
}

#[tokio::test]
async fn a_buyer_is_declined_by_every_documented_code_and_pays_at_last() -> Result<()> {
    let stage = Stage::open(Screen::Desktop).await?;
    stage.go_to(&stage.card("A1")?).await?;
    let mut declines = Vec::new();
    for card in TestCard::ALL {
        let Some(reason) = card.failed_reason() else {
            continue;
        };
        pay_with(&stage, card).await?;
        stage.shows("#decline", reason.turkish()).await?;
        declines.push(reason.code().to_owned());
    }
    assert_eq!(declines, ["0", "1", "2", "3", "8", "9", "10", "11", "99"]);

    pay_with(&stage, TestCard::Visa).await?;
    type_code(&stage, "000000").await?;
    stage.shows("#decline", "şifreyi doğru girin").await?;
    pay_with(&stage, TestCard::Mastercard).await?;
    stage.browser.click("#cancel").await?;
    stage
        .shows("#decline", "Kimlik Doğrulama yapılmadı")
        .await?;
    pay_with(&stage, TestCard::Mastercard).await?;
    type_code(&stage, "123456").await?;
    stage.browser.find("#shop-ok").await?;

    declines.extend(["2".to_owned(), "1".to_owned()]);
    stage.told(declines.len() + 1).await?;
    assert_eq!(stage.shop.field("failed_reason_code"), declines);
    stage.close().await
}

#[tokio::test]
async fn a_buyer_leaves_or_runs_out_of_time() -> Result<()> {
    let stage = Stage::open(Screen::Phone).await?;
    stage.go_to(&stage.card("A1")?).await?;
    stage.browser.click("#leave").await?;
    stage.browser.find("#shop-fail").await?;

    let request = stage.card("A2")?;
    let token = stage.client.iframe_token(&request).await?;
    stage.sandbox.advance_clock(Duration::from_secs(31 * 60));
    stage.told(2).await?;
    stage.browser.go(&stage.client.page_url(&token)).await?;
    stage.browser.find("#shop-fail").await?;
    assert_eq!(stage.shop.field("failed_reason_code"), ["6", "6"]);
    stage.close().await
}

#[tokio::test]
async fn a_card_that_is_not_on_the_list_and_an_unknown_page_are_explained() -> Result<()> {
    let stage = Stage::open(Screen::Phone).await?;
    stage.go_to(&stage.card("A1")?).await?;
    stage.browser.fill("#cc_owner", "ZEYNEP KANARYA").await?;
    stage
        .browser
        .fill("#card_number", "4111111111111111")
        .await?;
    stage.browser.fill("#expiry_month", "12").await?;
    stage.browser.fill("#expiry_year", "30").await?;
    stage.browser.fill("#cvv", "000").await?;
    stage.browser.click("#pay").await?;
    stage
        .shows("#form-problem", "yalnızca listedeki test kartlarını")
        .await?;
    stage.browser.look("card-problem").await?;
    let nowhere = format!("{}/odeme/guvenli/nowhere", stage.sandbox.base_url());
    stage.browser.go(&nowhere).await?;
    stage.shows("h1", "Unknown payment page").await?;
    stage.browser.find("#sandbox-mark").await?;
    stage.browser.look("unknown-page").await?;
    stage.browser.close().await
}
