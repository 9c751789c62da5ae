//! The shop, put together.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use paid_once_sqlx::SqliteLedger;
use payture::testing::FakePayture;
use payture::{
    BoxError, Currency, Gate, Interface, PaytureClient, PaytureGate, Terminal, VerifiedPayment,
};

use tokio::sync::watch;

use crate::receipts::Receipts;
use crate::settings::Settings;

/// How long a stopping shop waits for payments that are being handled.
const DRAIN_DEADLINE: Duration = Duration::from_secs(40);
/// Where Payture sends notifications. A real one learns it from its support.
pub(crate) const NOTIFY_PATH: &str = "/payture/notify";
/// Where the browser comes back.
pub(crate) const RETURN_PATH: &str = "/payture/return";

/// A running shop without its web server.
pub(crate) struct Shop {
    client: PaytureClient,
    gate: PaytureGate,
    receipts: Receipts,
    public_url: String,
    reconcile_every: Duration,
    stopping: watch::Sender<bool>,
    fake: Option<FakePayture>,
}

type Booked = Pin<Box<dyn Future<Output = Result<(), BoxError>> + Send>>;

impl Shop {
    /// Opens the database, connects to Payture or starts a fake. `address` is the one the server really
    /// listens on.
    pub(crate) async fn open(settings: Settings, address: SocketAddr) -> Result<Self> {
        let public_url = settings
            .public_url
            .unwrap_or_else(|| format!("http://{address}"));
        let public_url = public_url.trim_end_matches('/').to_owned();
        payture::ReturnUrl::new(format!("{public_url}{RETURN_PATH}"))
            .context("SHOP_PUBLIC_URL is wrong")?;
        let path = settings.database;
        let ledger = SqliteLedger::connect(&path).await.with_context(|| {
            format!(
                "cannot open the database {}: set DATABASE_URL to another",
                path.display()
            )
        })?;
        let receipts = Receipts::open(ledger.clone(), settings.handler_delay)
            .await
            .map_err(anyhow::Error::from_boxed)?;
        let (terminal, fake) = match settings.terminal {
            Some(terminal) => (terminal, None),
            None => start_fake(address).await?,
        };
        let client = PaytureClient::new(terminal)?;
        let ledger = Arc::new(ledger);
        let gate = Gate::builder(ledger.clone(), ledger.clone())
            .handler_timeout(settings.handler_timeout)
            .lease_for(settings.lease_for)
            .store_timeout(::shop::store_timeout(
                settings.lease_for,
                settings.handler_timeout,
            ))
            .build()
            .context("SHOP_LEASE_MS or SHOP_HANDLER_TIMEOUT_MS is wrong")?;
        Ok(Self {
            gate: client.settlement_gate(Interface::InPay, ledger, gate),
            client,
            receipts,
            public_url,
            reconcile_every: settings.reconcile_every,
            stopping: watch::Sender::new(false),
            fake,
        })
    }

    pub(crate) fn client(&self) -> &PaytureClient {
        &self.client
    }

    pub(crate) fn gate(&self) -> &PaytureGate {
        &self.gate
    }

    pub(crate) fn receipts(&self) -> &Receipts {
        &self.receipts
    }

    /// Where the browser comes back, with Payture's placeholder.
    pub(crate) fn return_url(&self) -> String {
        format!("{}{RETURN_PATH}?orderid={{orderid}}", self.public_url)
    }

    /// What handles a payment.
    pub(crate) fn handler(&self) -> impl Fn(VerifiedPayment) -> Booked + Clone + Send + Sync + 'static {
        let receipts = self.receipts.clone();
        move |payment| Box::pin(receipts.clone().book(payment))
    }

    /// How old an order is when Payture is asked about it, though nobody said anything: 15 s, as Payture
    /// advises, or less where it is asked more often.
    pub(crate) fn inquire_after(&self) -> Duration {
        self.reconcile_every.min(Duration::from_secs(15))
    }

    /// Asks Payture about the orders that are due, until the shop stops.
    pub(crate) fn reconcile(&self) -> impl Future<Output = ()> + use<> {
        let reconciler = self.gate.reconciler(self.handler());
        let reconciler = reconciler.every(self.reconcile_every).build();
        let mut stopping = self.stopping.subscribe();
        async move {
            let stop = async {
                // A shop that is gone has stopped too.
                let _ = stopping.wait_for(|stopping| *stopping).await;
            };
            reconciler.run(stop).await;
        }
    }

    /// Makes [`reconcile`](Self::reconcile) finish its round and end.
    pub(crate) fn stop_reconciling(&self) {
        self.stopping.send_replace(true);
    }

    /// Whether it runs with a fake of its own.
    pub(crate) fn is_fake(&self) -> bool {
        self.fake.is_some()
    }

    /// What a server says once it listens.
    pub(crate) fn greeting(&self, address: SocketAddr) -> String {
        let shop = format!("shop:    http://{address}/");
        match &self.fake {
            Some(fake) => format!(
                "{shop}\npayture: {}/ (a fake; card 4111111111100031)",
                fake.origin()
            ),
            None => shop,
        }
    }

    /// Waits for the payments that are being handled. Call it when the server has stopped.
    pub(crate) async fn drain(&self) -> Result<()> {
        Ok(self.gate.drain(DRAIN_DEADLINE).await?)
    }
}

/// A Payture beside the shop. It reaches the shop where it listens, whatever the world calls it.
async fn start_fake(address: SocketAddr) -> Result<(Terminal, Option<FakePayture>)> {
    let fake = FakePayture::builder()
        .notify_url(format!("http://{address}{NOTIFY_PATH}"))
        .retries(10, Duration::from_secs(2))
        .back_after(Duration::from_secs(1))
        .start()
        .await?;
    Ok((fake.terminal(Currency::TRY)?, Some(fake)))
}
