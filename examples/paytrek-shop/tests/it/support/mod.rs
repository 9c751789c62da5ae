//! What the tests are written with: a Paytrek whose records the test sees, and a shop process.

use std::fmt::Display;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use paytrek::card::TestCard;
use paytrek::testing::FakePaytrek;
use paytrek::{OrderId, SaleToken};
use serde::Deserialize;
use serde_json::{Value, json};
use shop_suite::{Process, eventually};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

pub(crate) const PEN_PRICE: u64 = 3_456;

/// A Paytrek and a place for the shop's database. Every shop started from it is the same shop again.
pub(crate) struct Market {
    pub(crate) fake: FakePaytrek,
    directory: TempDir,
    settings: Vec<(String, String)>,
}

impl Market {
    pub(crate) async fn open() -> Result<Self> {
        let market = Self {
            fake: FakePaytrek::start().await?,
            directory: tempfile::tempdir()?,
            settings: Vec::new(),
        };
        let database = market.directory.path().join("shop.db");
        let host = market.fake.host().to_string();
        Ok(market
            .set("PAYTREK_HOST", host)
            .set("PAYTREK_USERNAME", FakePaytrek::API_KEY)
            .set("PAYTREK_PASSWORD", FakePaytrek::SECRET)
            .set("PAYTREK_TEST_MODE", 1)
            .set("DATABASE_URL", format!("sqlite:{}", database.display()))
            .set("SHOP_ADDR", "127.0.0.1:0")
            // A test that wants the reconciler says so.
            .set("SHOP_RECONCILE_MS", 600_000)
            .set("RUST_LOG", "info"))
    }

    pub(crate) fn set(mut self, name: &str, value: impl Display) -> Self {
        self.settings.retain(|(known, _)| known != name);
        self.settings.push((name.to_owned(), value.to_string()));
        self
    }

    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) async fn start(&self) -> Result<Shop> {
        Shop::start(self.directory.path(), &self.settings).await
    }

    /// The only sale of an order.
    pub(crate) fn sale(&self, order: &str) -> Result<SaleToken> {
        let sales = self.fake.sales_of(&OrderId::new(order)?);
        ensure!(sales.len() == 1, "{} sales of {order}", sales.len());
        sales.into_iter().next().context("a sale")
    }

    /// Opens an order of one pen and pays it at Paytrek; the buyer has not come back yet.
    pub(crate) async fn paid_order(&self, shop: &Shop) -> Result<Paid> {
        let order = shop.open_order().await?;
        let sale = self.sale(&order)?;
        self.fake.pay(&sale, TestCard::Akbank)?;
        let back = format!("/return/{order}?token={}", sale.as_str());
        Ok(Paid { order, back })
    }

    /// A return of a new paid order, unanswered, that holds the claim: the handler must be slow.
    pub(crate) async fn return_in_handler(&self, shop: &Shop) -> Result<(Paid, TcpStream)> {
        eventually("a return holds the claim", async || {
            let paid = self.paid_order(shop).await?;
            let mut stream = shop.connect().await?;
            stream.write_all(&request(&paid.back)).await?;
            // A second look tells, unless it has overtaken the first one: then another order.
            let second = shop.come_back(&paid.back).await?;
            Ok((second == "pending").then_some((paid, stream)))
        })
        .await
    }
}

/// An order that is paid at Paytrek.
pub(crate) struct Paid {
    pub(crate) order: String,
    /// The path and the query of the buyer's return.
    pub(crate) back: String,
}

/// One line of `GET /receipts`. Other fields than these are an error.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Receipt {
    pub(crate) order_id: String,
    pub(crate) outcome: String,
    pub(crate) total: u64,
    pub(crate) currency: String,
    pub(crate) attempt: u32,
}

/// A running shop. It is killed when this is dropped.
pub(crate) struct Shop {
    pub(crate) process: Process,
    pub(crate) address: SocketAddr,
    pub(crate) http: reqwest::Client,
}

impl Shop {
    pub(crate) async fn start(directory: &Path, settings: &[(String, String)]) -> Result<Self> {
        let program = Path::new(env!("CARGO_BIN_EXE_paytrek-shop"));
        let mut process = Process::spawn(program, Some(directory), settings)?;
        let printed = process.printed("shop:").await?;
        let address = printed.trim_start_matches("http://").trim_end_matches('/');
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(30))
            // A killed shop takes its connections along.
            .pool_max_idle_per_host(0);
        Ok(Self {
            process,
            address: address.parse()?,
            http: http.build()?,
        })
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) async fn get(&self, path: &str) -> Result<(u16, String)> {
        let answer = self.http.get(self.url(path)).send().await?;
        Ok((answer.status().as_u16(), answer.text().await?))
    }

    /// Comes back by POST. The status, and where the browser is sent.
    pub(crate) async fn post_back(&self, path: &str, body: String) -> Result<(u16, String)> {
        let kind = "application/x-www-form-urlencoded";
        let request = self.http.post(self.url(path)).header("content-type", kind);
        let answer = request.body(body).send().await?;
        let to = answer.headers().get("location").map(|to| to.to_str());
        let to = to.transpose()?.unwrap_or_default().to_owned();
        let status = answer.status().as_u16();
        ensure!(
            status != 303 || answer.text().await?.is_empty(),
            "a redirect says nothing"
        );
        Ok((status, to))
    }

    /// The state that the page says after a return.
    pub(crate) async fn come_back(&self, path: &str) -> Result<String> {
        let (status, html) = self.get(path).await?;
        ensure!(status == 200, "{status}: {html}");
        let state = html.split_once("data-state=\"").context("a state")?.1;
        Ok(state.split('"').next().unwrap_or_default().to_owned())
    }

    /// Comes back until the page says "paid": the lease of a killed process runs out first.
    pub(crate) async fn come_back_until_paid(&self, path: &str) -> Result<()> {
        eventually("the return says paid", async || {
            Ok((self.come_back(path).await? == "paid").then_some(()))
        })
        .await
    }

    pub(crate) async fn pay(&self, purchase: &Value) -> Result<(u16, Value)> {
        let answer = self
            .http
            .post(self.url("/pay"))
            .json(purchase)
            .send()
            .await?;
        Ok((answer.status().as_u16(), answer.json().await?))
    }

    /// Opens an order of one pen and returns its id.
    pub(crate) async fn open_order(&self) -> Result<String> {
        let (status, answer) = self.pay(&pen()).await?;
        ensure!(status == 200, "{status}: {answer}");
        Ok(answer["order_id"]
            .as_str()
            .context("an order id")?
            .to_owned())
    }

    pub(crate) async fn state(&self, order: &str) -> Result<String> {
        let (_, body) = self.get(&format!("/orders/{order}")).await?;
        let state: Value = serde_json::from_str(&body)?;
        Ok(state["state"].as_str().context("a state")?.to_owned())
    }

    pub(crate) async fn receipts(&self) -> Result<Vec<Receipt>> {
        let (_, body) = self.get("/receipts").await?;
        Ok(serde_json::from_str(&body)?)
    }

    pub(crate) async fn receipts_of(&self, order: &str) -> Result<Vec<Receipt>> {
        let receipts = self.receipts().await?;
        Ok(receipts
            .into_iter()
            .filter(|receipt| receipt.order_id == order)
            .collect())
    }

    pub(crate) async fn connect(&self) -> Result<TcpStream> {
        Ok(TcpStream::connect(self.address).await?)
    }
}

/// One glass pen for 34.56 lira.
pub(crate) fn pen() -> Value {
    json!({
        "basket": [{ "product_id": "cam-kalem", "quantity": 1 }],
        "user_name": "Zeynep Kanarya", "email": "zeynep@example.com",
        "user_address": "Kanarya Sokak 7", "user_phone": "05551234567",
    })
}

/// The bytes of a GET.
pub(crate) fn request(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: shop\r\nconnection: close\r\n\r\n").into_bytes()
}

pub(crate) fn receipt(order: &str) -> Receipt {
    Receipt {
        order_id: order.to_owned(),
        outcome: "paid".to_owned(),
        total: PEN_PRICE,
        currency: "TRY".to_owned(),
        attempt: 1,
    }
}
