//! The shop, put together.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use paid_once_sqlx::SqliteLedger;
use paytrek::testing::FakePaytrek;
use paytrek::{
    Gate, Merchant, OrderId, OrderLedger as _, OrderRecord, Pauses, PaytrekClient, Settlement,
    TestPayments,
};
use tokio::sync::watch;

use crate::receipts::{Bookkeeper, Receipts};
use crate::settings::{PaytrekService, Settings, TestMoney};

/// How long a stopping shop waits for payments that are being handled.
const DRAIN_DEADLINE: Duration = Duration::from_secs(40);

/// How often the reconciler looks whether an order is due.
const RECONCILE_TICK: Duration = Duration::from_secs(1);

/// The longest time until an order is asked about again.
const LONGEST_PAUSE: Duration = Duration::from_mins(10);

/// A running shop without its web server.
pub(crate) struct Shop {
    settlement: Settlement,
    ledger: SqliteLedger,
    receipts: Receipts,
    public_url: String,
    stopping: watch::Sender<bool>,
    fake: Option<FakePaytrek>,
}

impl Shop {
    /// Opens the database, connects to Paytrek or starts the fake, and checks all settings. `address` is the
    /// one the server really listens on.
    pub(crate) async fn open(settings: Settings, address: SocketAddr) -> Result<Self> {
        let ledger = SqliteLedger::connect(&settings.database).await;
        let ledger = ledger.with_context(|| {
            let path = settings.database.display();
            format!("cannot open the database {path}: set DATABASE_URL to another")
        })?;
        let receipts = Receipts::open(ledger.clone()).await;
        let receipts = receipts.map_err(anyhow::Error::from_boxed)?;
        let (client, test_money, fake) = connect(settings.paytrek).await?;
        let store = Arc::new(ledger.clone());
        let gate = Gate::builder(store.clone(), store.clone())
            .test_payments(match test_money {
                TestMoney::RecordForReview => TestPayments::RecordForReview,
                TestMoney::Book => TestPayments::DeliverAsIfPaid,
            })
            .handler_timeout(settings.handler_timeout)
            .lease_for(settings.lease_for)
            .store_timeout(::shop::store_timeout(
                settings.lease_for,
                settings.handler_timeout,
            ))
            .build()
            .context("SHOP_LEASE_MS or SHOP_HANDLER_TIMEOUT_MS is wrong")?;
        let handler = Bookkeeper {
            receipts: receipts.clone(),
            delay: settings.handler_delay,
        };
        let merchant = Merchant::new("paytrek-shop")?;
        let public_url = settings.public_url;
        let tick = RECONCILE_TICK.min(settings.reconcile_after);
        let pauses = Pauses::new(settings.reconcile_after, LONGEST_PAUSE);
        let settlement = Settlement::builder(client, merchant, store, gate, handler)
            .inquire_after(settings.reconcile_after)
            .reconciler(move |reconciler| {
                let reconciler = reconciler.every(tick).pauses(pauses);
                reconciler.undelivered_pauses(pauses)
            });
        Ok(Self {
            settlement: settlement.build(),
            ledger,
            receipts,
            public_url: public_url.unwrap_or_else(|| format!("http://{address}")),
            stopping: watch::Sender::new(false),
            fake,
        })
    }

    /// Takes sales and settles them.
    pub(crate) fn settlement(&self) -> &Settlement {
        &self.settlement
    }

    /// Lists what was booked.
    pub(crate) fn receipts(&self) -> &Receipts {
        &self.receipts
    }

    /// Where the buyer of an order comes back to: one address per order, without a query.
    pub(crate) fn return_url(&self, order: &OrderId) -> String {
        let public_url = self.public_url.trim_end_matches('/');
        format!("{public_url}/return/{order}")
    }

    /// Whether the shop runs with the fake beside it.
    pub(crate) fn has_fake(&self) -> bool {
        self.fake.is_some()
    }

    /// What the shop's own records say of an order; `None` for an unknown one.
    pub(crate) async fn record(&self, order: &OrderId) -> Result<Option<OrderRecord>> {
        let key = self.settlement.order_key(order);
        Ok(self.ledger.get(&key).await?)
    }

    /// What a server says once it listens: where the shop is, and the fake if there is one.
    pub(crate) fn greeting(&self, address: SocketAddr) -> String {
        let shop = format!("shop:    http://{address}/");
        match &self.fake {
            Some(fake) => format!("{shop}\nfake:    {}/", fake.host()),
            None => shop,
        }
    }

    /// Asks about buyers who did not come back, and delivers what could not be booked, until the shop stops.
    pub(crate) fn reconcile(&self) -> impl Future<Output = ()> + use<> {
        let reconciler = self.settlement.reconciler().clone();
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

    /// Waits for the payments that are being handled. Call it when the server takes no more requests.
    pub(crate) async fn drain(&self) -> Result<()> {
        Ok(self.settlement.gate().drain(DRAIN_DEADLINE).await?)
    }
}

async fn connect(
    service: PaytrekService,
) -> Result<(PaytrekClient, TestMoney, Option<FakePaytrek>)> {
    match service {
        PaytrekService::Fake => {
            let fake = FakePaytrek::start().await?;
            // Nothing real is sold here, and the fake takes no money.
            Ok((fake.client()?, TestMoney::Book, Some(fake)))
        }
        PaytrekService::Remote {
            host,
            credentials,
            test_money,
        } => Ok((PaytrekClient::new(host, credentials)?, test_money, None)),
    }
}
