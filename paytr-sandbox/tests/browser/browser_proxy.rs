//! A shop whose server and whose page have `https://www.paytr.com` in them, behind the sandbox's proxy.

use anyhow::{Context as _, Result};
use browser::{Browser, Screen, eventually};
use paytr_core::PaytrClient;
use paytr_core::api::IframeCard;
use paytr_core::{Basket, Currency, MerchantOid};
use paytr_sandbox::{OrderState, Sandbox};

use crate::shop::Shop;
use crate::stage::buyer;

/// As PayTR's documentation has it in the page of a shop.
fn checkout(token: &str) -> String {
    format!(
        "<!doctype html><h1>Kalem</h1>\n\
         <script src=\"https://www.paytr.com/js/iframeResizer.min.js\"></script>\n\
         <iframe src=\"https://www.paytr.com/odeme/guvenli/{token}\" id=\"paytriframe\" frameborder=\"0\" \
         scrolling=\"no\" style=\"width: 100%;\"></iframe>\n\
         <script>iFrameResize({{}}, '#paytriframe');</script>"
    )
}

#[tokio::test]
async fn a_buyer_pays_in_the_frame_of_the_hard_coded_host() -> Result<()> {
    let shop = Shop::open().await;
    let builder = Sandbox::builder().notify_url(format!("{}/notify", shop.url));
    let sandbox = builder.proxy("127.0.0.1:0").start().await?;
    let proxy = sandbox.proxy().context("it was asked for")?;
    let ca = reqwest::Certificate::from_pem(proxy.ca_certificate().as_bytes())?;
    let http = reqwest::Client::builder().proxy(reqwest::Proxy::https(proxy.url())?);
    let client = PaytrClient::builder(sandbox.credentials())
        .http_client(http.tls_certs_only([ca]).build()?)
        .build()?;
    // What `paytr sandbox --proxy` prints for a browser.
    let flags = [
        format!("--proxy-pac-url={}", proxy.auto_config_url()),
        format!(
            "--ignore-certificate-errors-spki-list={}",
            proxy.public_key_hash()
        ),
    ];
    let browser = Browser::open_with(Screen::Desktop, &flags).await?;

    let basket = Basket::new(Currency::TRY).item("Cam kalem", 1_728, 2)?;
    let back = |path| format!("{}/{path}", shop.url);
    let order = IframeCard::new(
        MerchantOid::new("A1")?,
        basket,
        buyer()?,
        back("ok"),
        back("fail"),
    );
    let token = client.iframe_token(&order).await?;
    shop.show(checkout(token.as_str()));
    browser.go(&back("checkout")).await?;
    // PayTR's script in the shop's page came through the proxy too, and works.
    browser.find("#paytriframe[style*=height]").await?;
    browser.enter_frame("#paytriframe").await?;
    browser.click("#pick-visa").await?;
    browser.find("#card_number[value]").await?;
    browser.click("#pay").await?;
    browser.fill("#three-d-form #code", "123456").await?;
    browser.click("#confirm").await?;
    browser.leave_frame().await?;
    // The whole window comes back to the shop.
    browser.find("#shop-ok").await?;
    eventually("a notification", async || {
        Ok((!shop.received().is_empty()).then_some(()))
    })
    .await?;
    assert_eq!(shop.field("status"), ["success"]);
    let order = sandbox.order("A1").context("it was opened")?;
    assert!(matches!(order.state, OrderState::Paid { .. }));

    let complaints = browser.complaints().await?;
    assert!(complaints.is_empty(), "{complaints:#?}");
    browser.close().await
}
