//! The page of a bank transfer.

use anyhow::Result;
use browser::Screen;
use paytr_core::api::{EftBank, IframeEft};
use paytr_core::callback::{EftNotice, PersonalData};
use paytr_core::{Currency, Keyring, MerchantOid, Money};
use paytr_sandbox::{EftOutcome, OrderState};

use crate::stage::{Stage, buyer};

async fn fill_in(stage: &Stage) -> Result<()> {
    stage.browser.click("#bank option[value='ziraat']").await?;
    stage.browser.fill("#user_name", "Ayşe Yılmaz").await?;
    stage.browser.fill("#user_phone", "05001112233").await?;
    stage.browser.fill("#tc_no_last5", "12345").await?;
    stage.browser.click("#send-notice").await?;
    stage.browser.find("#notice-sent").await
}

#[tokio::test]
async fn a_transfer_is_announced_refused_for_every_reason_and_approved() -> Result<()> {
    let stage = Stage::open(Screen::Phone).await?;
    let price = Money::new(45_000, Currency::TRY);
    let request = IframeEft::new(MerchantOid::new("E1")?, price, buyer()?);
    let token = stage.client.iframe_token(&request).await?;
    stage.browser.go(&stage.client.page_url(&token)).await?;
    stage.shows("#amount", "450,00 TL").await?;
    stage.browser.look("eft-form").await?;
    let mut codes = Vec::new();
    for outcome in EftOutcome::ALL {
        let Some(reason) = outcome.failed_reason() else {
            continue;
        };
        fill_in(&stage).await?;
        if codes.is_empty() {
            stage.browser.look("eft-notice-sent").await?;
        }
        stage.browser.click(&format!("#{}", outcome.name())).await?;
        stage.shows("#decline", reason.turkish()).await?;
        stage.browser.find("#sandbox-mark").await?;
        codes.push(reason.code().to_owned());
    }
    assert_eq!(codes, ["4", "5", "7", "41", "42", "43", "44", "45"]);
    stage.browser.look("eft-declined").await?;
    fill_in(&stage).await?;
    stage.browser.click("#arrived").await?;
    stage.browser.find("#result[data-paid=true]").await?;
    stage.browser.look("eft-approved").await?;

    let paid = OrderState::Paid {
        total: 45_000,
        installments: 1,
    };
    assert_eq!(stage.sandbox.order("E1").unwrap().state, paid);
    // Each form sends an interim notice before the result.
    stage.told(2 * codes.len() + 2).await?;
    assert_eq!(stage.shop.field("failed_reason_code"), codes);
    assert_eq!(stage.shop.field("status").last().unwrap(), "success");
    let keyring = Keyring::new(stage.sandbox.credentials());
    let notice = EftNotice::verify(&keyring, PersonalData::Drop, &stage.shop.received()[0])?;
    assert_eq!(
        (notice.merchant_oid(), notice.bank()),
        ("E1", EftBank::Ziraat)
    );
    stage.close().await
}

#[tokio::test]
async fn a_buyer_gives_up_on_a_transfer() -> Result<()> {
    let stage = Stage::open(Screen::Phone).await?;
    let price = Money::new(45_000, Currency::TRY);
    let request = IframeEft::new(MerchantOid::new("E1")?, price, buyer()?);
    let token = stage.client.iframe_token(&request).await?;
    stage.browser.go(&stage.client.page_url(&token)).await?;
    stage.browser.click("#leave").await?;
    stage.browser.find("#result[data-paid=false]").await?;
    stage.told(1).await?;
    assert_eq!(stage.shop.field("failed_reason_code"), ["6"]);
    stage.close().await
}
