use std::time::Duration;

use anyhow::Result;
use browser::{Browser, Screen, eventually};
use paytr_core::api::{Buyer, DirectOrder, IframeCard};
use paytr_core::client::BaseUrl;
use paytr_core::{Basket, Currency, MerchantOid, PaytrClient};
use paytr_sandbox::Sandbox;

use crate::shop::Shop;

/// A sandbox, a shop that it tells, and a browser.
pub(crate) struct Stage {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: PaytrClient,
    pub(crate) shop: Shop,
    pub(crate) browser: Browser,
}

impl Stage {
    /// Every kind of notification goes to the shop; each is sent again after a quarter of a second.
    pub(crate) async fn open(screen: Screen) -> Result<Self> {
        let shop = Shop::open().await;
        let url = format!("{}/notify", shop.url);
        let sandbox = Sandbox::builder()
            .notify_url(&url)
            .eft_notify_url(&url)
            .platform_notify_url(&url)
            .link_notify_url(&url)
            .resend_every(Duration::from_millis(250))
            .start()
            .await?;
        let client = PaytrClient::builder(sandbox.credentials())
            .base_url(BaseUrl::new(sandbox.base_url())?)
            .build()?;
        Ok(Self {
            sandbox,
            client,
            shop,
            browser: Browser::open(screen).await?,
        })
    }

    /// An order of 34.56 lira.
    pub(crate) fn card(&self, id: &str) -> Result<IframeCard> {
        let basket = Basket::new(Currency::TRY).item("Cam kalem", 1_728, 2)?;
        let (ok, fail) = (
            format!("{}/ok", self.shop.url),
            format!("{}/fail", self.shop.url),
        );
        Ok(IframeCard::new(
            MerchantOid::new(id)?,
            basket,
            buyer()?,
            ok,
            fail,
        ))
    }

    /// The same order, for the Direct API.
    pub(crate) fn direct(&self, id: &str) -> Result<DirectOrder> {
        let basket = Basket::new(Currency::TRY).item("Cam kalem", 1_728, 2)?;
        let (ok, fail) = (
            format!("{}/ok", self.shop.url),
            format!("{}/fail", self.shop.url),
        );
        Ok(DirectOrder::new(
            MerchantOid::new(id)?,
            basket,
            buyer()?,
            ok,
            fail,
        ))
    }

    /// Asks for the page of an order and goes there.
    pub(crate) async fn go_to(&self, request: &IframeCard) -> Result<()> {
        let token = self.client.iframe_token(request).await?;
        self.browser.go(&self.client.page_url(&token)).await
    }

    /// Waits until the text of an element has this part.
    pub(crate) async fn shows(&self, css: &str, part: &str) -> Result<()> {
        let mut last = String::new();
        let done = eventually(css, async || {
            last = match self.browser.count(css).await? {
                0 => return Ok(None),
                _ => self.browser.text(css).await?,
            };
            Ok(last.contains(part).then_some(()))
        });
        done.await
            .map_err(|error| error.context(format!("{css} has {last:?}, not {part:?}")))
    }

    /// Waits until there are so many of these elements.
    pub(crate) async fn has(&self, css: &str, count: usize) -> Result<()> {
        eventually(&format!("{count} of {css}"), async || {
            Ok((self.browser.count(css).await? == count).then_some(()))
        })
        .await
    }

    /// Waits until the shop was told so often.
    pub(crate) async fn told(&self, count: usize) -> Result<()> {
        eventually(&format!("{count} notifications"), async || {
            Ok((self.shop.received().len() >= count).then_some(()))
        })
        .await
    }

    /// Nothing was blocked or thrown in the browser.
    pub(crate) async fn close(self) -> Result<()> {
        let complaints = self.browser.complaints().await?;
        assert!(complaints.is_empty(), "{complaints:#?}");
        self.browser.close().await?;
        self.sandbox.shutdown().await;
        Ok(())
    }
}

pub(crate) fn buyer() -> Result<Buyer> {
    let ip = "88.255.10.20".parse()?;
    Ok(Buyer::new(
        ip,
        "a@example.com",
        "Ayşe Yılmaz",
        "İzmir",
        "05001112233",
    ))
}
