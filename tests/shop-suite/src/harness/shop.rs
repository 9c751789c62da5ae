use std::net::SocketAddr;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use super::process::{Exit, Process};
use super::{Answer, Order, PATIENCE, Purchase, Receipt, eventually, notification};

/// A shop that listens. Its process is killed when this is dropped.
pub(crate) struct Shop {
    process: Process,
    address: SocketAddr,
    http: reqwest::Client,
}

/// An answer, read as JSON where it is.
#[derive(Debug)]
pub(crate) struct JsonAnswer {
    pub(crate) status: u16,
    pub(crate) text: String,
}

#[derive(Deserialize)]
struct OrderState {
    state: String,
}

impl Shop {
    pub(super) async fn listening(mut process: Process) -> Result<Self> {
        let url = process.printed("shop:").await?;
        let address = url
            .strip_prefix("http://")
            .and_then(|rest| rest.strip_suffix('/'))
            .and_then(|address| address.parse().ok())
            .with_context(|| format!("the shop printed {url:?}"))?;
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(PATIENCE)
            .build()?;
        Ok(Self {
            process,
            address,
            http,
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of a path that starts with a slash.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Where its own sandbox is.
    pub(crate) async fn sandbox_url(&mut self) -> Result<String> {
        let url = self.process.printed("sandbox:").await?;
        Ok(url.trim_end_matches('/').to_owned())
    }

    pub(crate) async fn get(&self, path: &str) -> Result<JsonAnswer> {
        JsonAnswer::read(self.http.get(self.url(path)).send().await?).await
    }

    pub(crate) async fn try_buy(&self, purchase: &Purchase) -> Result<JsonAnswer> {
        let request = self.http.post(self.url("/paytr/pay"));
        JsonAnswer::read(request.json(&purchase.to_json()).send().await?).await
    }

    /// Opens an order.
    pub(crate) async fn buy(&self, purchase: &Purchase) -> Result<Order> {
        let answer = self.try_buy(purchase).await?;
        ensure!(answer.status == 200, "no order: {answer:?}");
        Ok(serde_json::from_str(&answer.text)?)
    }

    /// The id of a new order of one pen.
    pub(crate) async fn open_order(&self) -> Result<String> {
        Ok(self.buy(&Purchase::pen()).await?.merchant_oid)
    }

    /// How an order stands: `pending`, `paid`, `undelivered`, `review`, `failed` or `closed`.
    pub(crate) async fn state(&self, merchant_oid: &str) -> Result<String> {
        let answer = self.get(&format!("/paytr/orders/{merchant_oid}")).await?;
        ensure!(answer.status == 200, "no state: {answer:?}");
        Ok(serde_json::from_str::<OrderState>(&answer.text)?.state)
    }

    pub(crate) async fn receipts(&self) -> Result<Vec<Receipt>> {
        let answer = self.get("/receipts").await?;
        ensure!(answer.status == 200, "no receipts: {answer:?}");
        Ok(serde_json::from_str(&answer.text)?)
    }

    /// The receipts of one order.
    pub(crate) async fn receipts_of(&self, merchant_oid: &str) -> Result<Vec<Receipt>> {
        let mut receipts = self.receipts().await?;
        receipts.retain(|receipt| receipt.merchant_oid == merchant_oid);
        Ok(receipts)
    }

    pub(crate) async fn connect(&self) -> Result<TcpStream> {
        Ok(TcpStream::connect(self.address).await?)
    }

    /// Sends these bytes and reads the whole answer.
    pub(crate) async fn exchange(&self, request: &[u8]) -> Result<Answer> {
        Answer::to(self.address, request).await
    }

    /// Delivers a notification.
    pub(crate) async fn notify(&self, body: &str) -> Result<Answer> {
        self.exchange(&notification(body)).await
    }

    /// Delivers a notification and does not wait for the answer.
    pub(crate) async fn send(&self, body: &str) -> Result<TcpStream> {
        let mut stream = self.connect().await?;
        stream.write_all(&notification(body)).await?;
        Ok(stream)
    }

    /// Delivers a notification again and again until it is acknowledged, as PayTR does; every other
    /// answer must ask to come again.
    pub(crate) async fn notify_until_ok(&self, body: &str) -> Result<Vec<Answer>> {
        let mut answers = Vec::new();
        eventually("the notification is acknowledged", async || {
            let answer = self.notify(body).await?;
            let is_ok = answer.is_ok();
            ensure!(is_ok || answer.asks_again(), "{answer:?}");
            answers.push(answer);
            Ok(is_ok.then_some(()))
        })
        .await?;
        Ok(answers)
    }

    pub(crate) async fn until_state(&self, merchant_oid: &str, wanted: &str) -> Result<()> {
        eventually(&format!("the order is {wanted}"), async || {
            Ok((self.state(merchant_oid).await? == wanted).then_some(()))
        })
        .await
    }

    /// Ends it as a power failure would.
    pub(crate) fn kill(&mut self) {
        self.process.kill();
    }

    /// Asks it to stop, as a service manager does.
    pub(crate) fn terminate(&self) -> Result<()> {
        self.process.terminate()
    }

    pub(crate) fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// Makes its process stand still.
    pub(crate) fn pause(&self) -> Result<()> {
        self.process.pause()
    }

    /// Lets its process go on.
    pub(crate) fn resume(&self) -> Result<()> {
        self.process.resume()
    }

    /// Asks it to stop, and waits for all it printed.
    pub(crate) async fn stop(self) -> Result<Exit> {
        self.process.stop().await
    }

    /// Waits until it has stopped.
    pub(crate) async fn end(self) -> Result<Exit> {
        self.process.end().await
    }
}

impl JsonAnswer {
    pub(crate) async fn read(response: reqwest::Response) -> Result<Self> {
        Ok(Self {
            status: response.status().as_u16(),
            text: response.text().await?,
        })
    }

    /// A text field of the JSON object; empty when it is not there.
    pub(crate) fn field(&self, name: &str) -> Result<String> {
        let json = self.json()?;
        let field = json.get(name).and_then(Value::as_str);
        Ok(field.unwrap_or_default().to_owned())
    }

    pub(crate) fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.text).with_context(|| format!("not JSON: {self:?}"))
    }
}
