//! The page of a payment link.

use anyhow::Result;
use browser::Screen;
use paytr_core::api::{CallbackTarget, CreateLink, LinkKind};
use paytr_core::callback::{CallbackId, LinkCallback};
use paytr_core::{Currency, IdForm, Keyring, Money};

use crate::stage::Stage;

/// From the page of the link through the card page, and back to the page of the link.
async fn pay(stage: &Stage, total: &str) -> Result<()> {
    stage.browser.fill("#user_name", "Ayşe Yılmaz").await?;
    stage.browser.click("#to-payment").await?;
    stage.shows("#pay-total", total).await?;
    stage.browser.click("#pick-visa").await?;
    stage.browser.find("#card_number[value]").await?;
    stage.browser.click("#pay").await?;
    stage.browser.fill("#three-d-form #code", "123456").await?;
    stage.browser.click("#confirm").await?;
    stage.browser.find("#link-paid").await
}

#[tokio::test]
async fn a_product_link_is_paid_until_it_is_sold_out() -> Result<()> {
    let stage = Stage::open(Screen::Phone).await?;
    let kind = LinkKind::Product {
        min_count: 1,
        max_count: Some(3),
    };
    let form = IdForm::new("LINK")?;
    let id = CallbackId::new(&form.make())?;
    let mut link = CreateLink::new("Kırmızı defter", Money::new(24_900, Currency::TRY), kind);
    link.callback = Some(CallbackTarget::new(
        "https://shop.example/paytr/link",
        id.clone(),
    ));
    let link = stage.client.create_link(&link).await?;
    stage.browser.go(&link.url).await?;
    stage.shows("#link-name", "Kırmızı defter").await?;
    stage.browser.find("#sandbox-mark").await?;
    stage.browser.look("link-product").await?;
    stage.browser.fill("#count", "2").await?;
    stage.browser.fill("#email", "a@example.com").await?;
    pay(&stage, "498,00 TL").await?;
    stage.shows("#stock", "1").await?;
    stage.browser.look("link-paid").await?;
    stage.browser.fill("#email", "b@example.com").await?;
    pay(&stage, "249,00 TL").await?;
    stage.shows("#link-closed", "stoğu tükendi").await?;
    stage.browser.look("link-sold-out").await?;

    stage.told(2).await?;
    let keyring = Keyring::new(stage.sandbox.credentials());
    let verify = |body: &Vec<u8>| LinkCallback::verify(&keyring, &form, body);
    let told: Vec<_> = stage
        .shop
        .received()
        .iter()
        .map(verify)
        .collect::<Result<_, _>>()?;
    assert!(told.iter().all(|one| *one.callback_id() == id));
    assert_eq!(
        told.iter()
            .map(LinkCallback::total_amount)
            .collect::<Vec<_>>(),
        [49_800, 24_900]
    );
    assert_ne!(told[0].merchant_oid(), told[1].merchant_oid());
    stage.close().await
}

#[tokio::test]
async fn a_collection_is_paid_once_and_a_flexible_link_takes_what_is_between() -> Result<()> {
    let stage = Stage::open(Screen::Phone).await?;
    let price = Money::new(10_000, Currency::TRY);
    let bill = CreateLink::new("Fatura 118", price, LinkKind::collection("a@example.com"));
    let bill = stage.client.create_link(&bill).await?;
    stage.browser.go(&bill.url).await?;
    stage.browser.look("link-collection").await?;
    pay(&stage, "100,00 TL").await?;
    stage.shows("#link-closed", "ödendi").await?;

    let gift = LinkKind::flex(Money::new(100_000, Currency::TRY));
    let gift = stage
        .client
        .create_link(&CreateLink::new("Bağış", price, gift))
        .await?;
    stage.browser.go(&gift.url).await?;
    stage.browser.look("link-flex").await?;
    stage.browser.fill("#flex-amount", "99,99").await?;
    stage.browser.fill("#user_name", "Ayşe Yılmaz").await?;
    stage.browser.fill("#email", "a@example.com").await?;
    stage.browser.click("#to-payment").await?;
    stage.shows("#form-problem", "sınırları dışında").await?;
    stage.browser.fill("#flex-amount", "250,50").await?;
    stage.browser.fill("#email", "a@example.com").await?;
    pay(&stage, "250,50 TL").await?;

    stage
        .client
        .delete_links(std::slice::from_ref(&gift.id))
        .await?;
    stage.browser.go(&gift.url).await?;
    stage.shows("#link-closed", "silinmiş").await?;
    // Neither has a callback address, so nobody is told.
    assert!(stage.shop.received().is_empty());
    stage.close().await
}
