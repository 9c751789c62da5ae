//! A fake Payture, a place for the shop's files, and the shop's process.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use payture::OrderId;
use payture::settlement::Event;
use payture::testing::{FakePayture, TestCard};
use serde_json::{Value, json};
use shop_suite::{Process, eventually};
use tempfile::TempDir;

pub(crate) const PASSWORD: &str = "cAnArY7kEy4fOrSuItE2";
pub(crate) const PEN: u64 = 3_456;

/// Payture and a database file. Every shop started from it is the same shop again.
pub(crate) struct Market {
    pub(crate) fake: FakePayture,
    directory: TempDir,
    settings: Vec<(String, String)>,
}

impl Market {
    pub(crate) async fn open() -> Result<Self> {
        let fake = FakePayture::builder()
            .terminal("Merchant", PASSWORD)
            .back_after(Duration::ZERO)
            .start()
            .await?;
        let directory = tempfile::tempdir()?;
        let database = directory.path().join("shop.db");
        let market = Self {
            directory,
            settings: Vec::new(),
            fake,
        };
        let origin = market.fake.origin();
        Ok(market
            .set("SHOP_ADDR", "127.0.0.1:0")
            .set("RUST_LOG", "info")
            .set("DATABASE_URL", &format!("sqlite:{}", database.display()))
            .set("PAYTURE_HOST", &origin)
            .set("PAYTURE_KEY", "Merchant")
            .set("PAYTURE_PASSWORD", PASSWORD)
            // Nothing but the test's own hints settles an order.
            .set("SHOP_RECONCILE_MS", "600000"))
    }

    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        self.settings.retain(|(known, _)| known != name);
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn without(mut self, prefix: &str) -> Self {
        self.settings
            .retain(|(known, _)| !known.starts_with(prefix));
        self
    }

    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) async fn start(&self) -> Result<Shop> {
        let program = Path::new(env!("CARGO_BIN_EXE_payture-shop"));
        let mut process = Process::spawn(program, Some(self.directory()), &self.settings)?;
        let url = process.printed("shop:").await?;
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(20))
            .build()?;
        Ok(Shop {
            process,
            url: url.trim_end_matches('/').to_owned(),
            http,
        })
    }

    /// The notification that an order is paid.
    pub(crate) fn paid(&self, order: &OrderId) -> Result<String> {
        Ok(self
            .fake
            .notification_body(order, Event::EnginePaySuccess)?)
    }

    /// Waits until a shop asks for the state of an order.
    pub(crate) async fn until_asked(&self) -> Result<()> {
        eventually("the shop asks", async || {
            let requests = self.fake.requests();
            let asked = requests.iter().any(|request| request == "apim/GetState");
            Ok(asked.then_some(()))
        })
        .await
    }

    /// A new order of one pen that its buyer has paid; nobody has told the shop.
    pub(crate) async fn paid_order(&self, shop: &Shop) -> Result<OrderId> {
        let order = shop.open_order().await?;
        self.fake.pay(&order, TestCard::SUCCESS)?;
        Ok(order)
    }
}

/// A shop that listens. It is killed when this is dropped.
pub(crate) struct Shop {
    pub(crate) process: Process,
    pub(crate) url: String,
    http: reqwest::Client,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: String,
    pub(crate) location: Option<String>,
}

impl Answer {
    async fn of(response: reqwest::Response) -> Result<Self> {
        let location = response.headers().get("location");
        Ok(Self {
            status: response.status().as_u16(),
            location: location.and_then(|to| to.to_str().ok()).map(str::to_owned),
            text: response.text().await?,
        })
    }

    pub(crate) fn is_ok(&self) -> bool {
        self.status == 200 && self.text == "OK"
    }

    pub(crate) fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.text).with_context(|| format!("not JSON: {self:?}"))
    }
}

/// One line of `GET /receipts`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Receipt {
    pub(crate) order_id: String,
    pub(crate) total: u64,
    pub(crate) currency: String,
    pub(crate) attempt: u32,
}

impl Shop {
    pub(crate) async fn get(&self, path: &str) -> Result<Answer> {
        Answer::of(self.http.get(format!("{}{path}", self.url)).send().await?).await
    }

    pub(crate) async fn post(&self, path: &str, kind: &str, body: String) -> Result<Answer> {
        let request = self.http.post(format!("{}{path}", self.url));
        Answer::of(
            request
                .header("content-type", kind)
                .body(body)
                .send()
                .await?,
        )
        .await
    }

    pub(crate) async fn pay(&self, cart: &Value) -> Result<Answer> {
        self.post("/pay", "application/json", cart.to_string())
            .await
    }

    /// The id of a new order of one pen.
    pub(crate) async fn open_order(&self) -> Result<OrderId> {
        let cart = json!({ "basket": [{ "product_id": "cam-kalem", "quantity": 1 }] });
        let answer = self.pay(&cart).await?;
        ensure!(answer.status == 200, "no order: {answer:?}");
        let id = answer.json()?;
        Ok(OrderId::new(
            id["order_id"].as_str().context("an order id")?,
        )?)
    }

    pub(crate) async fn notify(&self, body: String) -> Result<Answer> {
        self.post("/payture/notify", "application/x-www-form-urlencoded", body)
            .await
    }

    /// Delivers until it is acknowledged, as Payture does where its support has set that up. The answers
    /// on the way are those that ask to come again.
    pub(crate) async fn notify_until_ok(&self, body: &str) -> Result<()> {
        eventually("the notification is acknowledged", async || {
            let answer = self.notify(body.to_owned()).await?;
            ensure!([200, 500, 503].contains(&answer.status), "{answer:?}");
            Ok(answer.is_ok().then_some(()))
        })
        .await
    }

    pub(crate) async fn state(&self, order: &OrderId) -> Result<String> {
        let answer = self.get(&format!("/orders/{order}")).await?;
        Ok(answer.json()?["state"]
            .as_str()
            .context("a state")?
            .to_owned())
    }

    pub(crate) async fn until_state(&self, order: &OrderId, wanted: &str) -> Result<()> {
        eventually(&format!("the order is {wanted}"), async || {
            Ok((self.state(order).await? == wanted).then_some(()))
        })
        .await
    }

    pub(crate) async fn receipts(&self) -> Result<Vec<Receipt>> {
        Ok(serde_json::from_str(&self.get("/receipts").await?.text)?)
    }

    pub(crate) async fn receipts_of(&self, order: &OrderId) -> Result<Vec<Receipt>> {
        let mut receipts = self.receipts().await?;
        receipts.retain(|receipt| receipt.order_id == order.as_str());
        Ok(receipts)
    }
}
