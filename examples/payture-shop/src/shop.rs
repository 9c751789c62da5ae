//! The shop, put together.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use paid_once_sqlx::SqliteLedger;
use payture::testing::FakePayture;
use payture::{Currency, Gate, Interface, Pauses, PaytureClient, Reconciler, Terminal};
use tokio::sync::watch;

use crate::receipts::Receipts;
use crate::settings::Settings;

/// How long a stopping shop waits for payments that are being handled.
const DRAIN_DEADLINE: Duration = Duration::from_secs(40);
/// Payture advises to wait so long before the first question about an order.
const FIRST_QUESTION: Duration = Duration::from_secs(15);
/// The longest time until an order is asked about again.
const LONGEST_PAUSE: Duration = Duration::from_mins(10);
/// Where Payture sends notifications. A real one learns it from its support.
pub(crate) const NOTIFY_PATH: &str = "/payture/notify";
/// Where the browser comes back.
pub(crate) const RETURN_PATH: &str = "/payture/return";

/// A running shop without its web server.
pub(crate) struct Shop {
    client: PaytureClient,
    reconciler: Reconciler,
    receipts: Receipts,
    public_url: String,
    inquire_after: Duration,
    stopping: watch::Sender<bool>,
    fake: Option<FakePayture>,
}

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
        let inquire_after = settings.reconcile_every.min(FIRST_QUESTION);
        let reconciler = client
            .reconciler(Interface::InPay, ledger, gate, receipts.clone())
            .every(settings.reconcile_every)
            .pauses(Pauses::new(inquire_after, LONGEST_PAUSE))
            .undelivered_pauses(Pauses::new(settings.reconcile_every, LONGEST_PAUSE));
        Ok(Self {
            reconciler: reconciler.build(),
            client,
            receipts,
            public_url,
            inquire_after,
            stopping: watch::Sender::new(false),
            fake,
        })
    }

    pub(crate) fn client(&self) -> &PaytureClient {
        &self.client
    }

    pub(crate) fn reconciler(&self) -> &Reconciler {
        &self.reconciler
    }

    pub(crate) fn receipts(&self) -> &Receipts {
        &self.receipts
    }

    /// Where the browser comes back, with Payture's placeholder.
    pub(crate) fn return_url(&self) -> String {
        format!("{}{RETURN_PATH}?orderid={{orderid}}", self.public_url)
    }

    /// How old an order is when Payture is asked about it, though nobody said anything.
    pub(crate) fn inquire_after(&self) -> Duration {
        self.inquire_after
    }

    /// Asks Payture about the orders that are due, until the shop stops.
    pub(crate) fn reconcile(&self) -> impl Future<Output = ()> + use<> {
        let reconciler = self.reconciler.clone();
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
        Ok(self.reconciler.gate().drain(DRAIN_DEADLINE).await?)
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
