//! The shop, put together.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use paytr_core::client::BaseUrl;
use paytr_core::health::Readiness;
use paytr_core::inquiry::Pauses;
use paytr_core::paid_once::TestPayments;
use paytr_core::paid_once::back_office::BackOfficeLedger;
use paytr_core::{CallbackGate, Credentials, Gate, Keyring, Mode, PaytrClient};
use paytr_flow::PurchaseFlow;
use paytr_flow::back_office::{BackOffice, BackOfficeBuilder};
use paytr_sandbox::Sandbox;
use tokio::sync::{Mutex, oneshot};
use tokio::task::JoinHandle;

use crate::database::Database;
use crate::receipts::{Bookkeeper, Receipts};
use crate::{Answer, Catalogue, PaytrService, Settings, pages};

/// How long a stopping shop waits for questions under way, and then again for payments that are being
/// handled.
const DRAIN_DEADLINE: Duration = Duration::from_secs(40);

/// How old a refund without an outcome is when PayTR is asked about it: whoever sent it knows by then.
const REFUND_AGE: Duration = Duration::from_mins(2);

/// A running shop without its web server.
pub struct Shop {
    flow: PurchaseFlow,
    back_office: Option<BackOffice>,
    readiness: Readiness,
    receipts: Arc<dyn Receipts>,
    sandbox: Option<Sandbox>,
    reconciliation: Mutex<Option<Reconciliation>>,
}

/// The task that asks PayTR about orders, and what ends it.
struct Reconciliation {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Shop {
    /// Opens the database, connects to PayTR or starts the sandbox, checks all settings, and begins to ask
    /// PayTR about orders whose notification does not come. `address` is the one the server really listens
    /// on.
    ///
    /// # Errors
    ///
    /// A message that says what to change.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub async fn open(settings: Settings, address: SocketAddr) -> Result<Self> {
        let store_timeout = settings.store_timeout();
        let public_url = settings
            .public_url
            .unwrap_or_else(|| format!("http://{address}"));
        let database = Database::open(&settings.database).await?;
        let gate = Gate::builder(database.store, database.expected)
            .test_payments(match settings.mode {
                Mode::Live => TestPayments::RecordForReview,
                Mode::Test => TestPayments::DeliverAsIfPaid,
            })
            .surcharge_limit(settings.surcharge_limit)
            .handler_timeout(settings.handler_timeout)
            .lease_for(settings.lease_for)
            .store_timeout(store_timeout)
            .build()
            .context("SHOP_LEASE_MS or SHOP_HANDLER_TIMEOUT_MS is wrong")?;
        let paytr = PaytrConnection::open(settings.paytr).await?;
        let handler = Bookkeeper {
            receipts: Arc::clone(&database.receipts),
            delay: settings.handler_delay,
        };
        let refunds = paytr.client.clone();
        let flow = PurchaseFlow::builder(
            paytr.client,
            CallbackGate::new(Keyring::new(paytr.credentials), gate),
            database.ledger.clone(),
            Arc::new(Catalogue),
            handler,
            &public_url,
        )
        .order_prefix("SHOP")
        .mode(settings.mode)
        .inquire_after(settings.reconcile_after)
        .trusted_proxies(settings.trusted_proxies)
        .title("Çarşı");
        let flow = match settings.ipv4_for_ipv6 {
            Some(address) => flow.ipv4_for_ipv6_buyers(address),
            None => flow,
        };
        let flow = match settings.pay_limit_per_buyer {
            Some(limit) => flow.pay_limit_per_buyer(limit),
            None => flow,
        };
        let flow = match settings.pay_limit_in_all {
            Some(limit) => flow.pay_limit_in_all(limit),
            None => flow,
        };
        let flow = flow
            .build()
            .context("SHOP_PUBLIC_URL, SHOP_PAY_LIMIT or SHOP_PAY_LIMIT_IN_ALL is wrong")?;
        let office = |guard| BackOffice::builder(&flow, database.ledger.clone(), guard);
        let back_office = settings.admin.map(office);
        let back_office = back_office.map(BackOfficeBuilder::build).transpose()?;
        if let Some(sandbox) = &paytr.sandbox {
            // The sandbox reaches the shop where it listens, whatever the world calls it.
            sandbox.set_notify_url(&format!("http://{address}{}", flow.callback_path()))?;
        }
        let every = settings.reconcile_every;
        let reconciler = flow
            .reconciler()
            .every(every)
            .pauses(Pauses::new(every, every * 360))
            .undelivered_pauses(Pauses::new(every, every * 10))
            .horizon(settings.order_horizon)
            .build();
        let readiness = Readiness::new(database.ledger.clone())
            .ledger_limit(store_timeout)
            .reconciler(&reconciler);
        let (stop, stopped) = oneshot::channel();
        let ledger = database.ledger.clone();
        let task = tokio::spawn(async move {
            tokio::select! {
                // A shop that is dropped without being drained stops too.
                () = reconciler.run(async { drop(stopped.await) }) => {}
                () = decide_refunds(refunds, ledger, every) => {}
            }
        });
        Ok(Self {
            flow,
            back_office,
            readiness,
            receipts: database.receipts,
            sandbox: paytr.sandbox,
            reconciliation: Mutex::new(Some(Reconciliation { stop, task })),
        })
    }

    /// The purchase flow, to be mounted.
    #[must_use]
    pub fn flow(&self) -> &PurchaseFlow {
        &self.flow
    }

    /// The back office, to be mounted, if there is a password for it.
    #[must_use]
    pub fn back_office(&self) -> Option<&BackOffice> {
        self.back_office.as_ref()
    }

    /// Where the sandbox's own pages are, if the shop runs with it.
    #[must_use]
    pub fn sandbox_url(&self) -> Option<&str> {
        self.sandbox.as_ref().map(Sandbox::base_url)
    }

    /// What a server says once it listens: where the shop is, and the sandbox if there is one.
    #[must_use]
    pub fn greeting(&self, address: SocketAddr) -> String {
        let shop = format!("shop:    http://{address}/");
        match self.sandbox_url() {
            Some(url) => format!("{shop}\nsandbox: {url}/"),
            None => shop,
        }
    }

    /// `GET /`.
    #[must_use]
    pub fn catalogue_page(&self) -> Answer {
        pages::catalogue(Catalogue, self.sandbox_url())
    }

    /// `GET /cart`, with the query of its address.
    #[must_use]
    pub fn cart_page(&self, query: &str) -> Answer {
        pages::cart(Catalogue, query, self.sandbox_url())
    }

    /// `GET /products`.
    #[must_use]
    pub fn products(&self) -> Answer {
        Answer::json(&Catalogue.products())
    }

    /// `GET /receipts`.
    pub async fn receipts(&self) -> Answer {
        match self.receipts.list().await {
            Ok(receipts) => Answer::json(&receipts),
            Err(error) => Answer::failure(&error),
        }
    }

    /// `GET /shop.css`.
    #[must_use]
    pub fn style(&self) -> Answer {
        pages::style()
    }

    /// `GET /shop.js`.
    #[must_use]
    pub fn script(&self) -> Answer {
        pages::script()
    }

    /// `GET /ready`: whether this process can take payments, and which part cannot.
    pub async fn ready(&self) -> Answer {
        let report = self.readiness.check().await;
        Answer::new(report.status(), "application/json", report.to_json())
    }

    /// `GET /favicon.ico`.
    #[must_use]
    pub fn icon(&self) -> Answer {
        pages::icon()
    }

    /// Asks PayTR about no more orders, and waits for the payments that are being handled. Call it when the
    /// server has stopped.
    ///
    /// # Errors
    ///
    /// When some still run at the deadline; PayTR's next notifications run them again.
    pub async fn drain(&self) -> Result<()> {
        self.readiness.shut_down();
        if let Some(Reconciliation { stop, task }) = self.reconciliation.lock().await.take() {
            let _ = stop.send(());
            // Questions under way go on in tasks that the gate waits for as well.
            let _ = tokio::time::timeout(DRAIN_DEADLINE, task).await;
        }
        Ok(self.flow.gate().drain(DRAIN_DEADLINE).await?)
    }
}

/// Asks PayTR about refunds whose outcome nobody wrote down: the process that sent them died, or PayTR's reply
/// was lost. Ends never.
async fn decide_refunds(client: PaytrClient, ledger: Arc<dyn BackOfficeLedger>, every: Duration) {
    loop {
        tokio::time::sleep(every).await;
        let decided = client.decide_refunds(&*ledger, REFUND_AGE, 50).await;
        if let Err(error) = decided {
            tracing::error!(%error, "undecided refunds could not be read or written");
        }
    }
}

/// The client of PayTR, or of a sandbox started beside the shop.
struct PaytrConnection {
    client: PaytrClient,
    credentials: Credentials,
    sandbox: Option<Sandbox>,
}

impl PaytrConnection {
    async fn open(service: PaytrService) -> Result<Self> {
        let (credentials, base_url, sandbox) = match service {
            PaytrService::Remote {
                credentials,
                base_url,
            } => (credentials, base_url, None),
            PaytrService::Sandbox => {
                let sandbox = Sandbox::builder().start().await?;
                let base_url = BaseUrl::new(sandbox.base_url())?;
                (sandbox.credentials().clone(), base_url, Some(sandbox))
            }
        };
        let client = PaytrClient::builder(credentials.clone())
            .base_url(base_url)
            .build()?;
        Ok(Self {
            client,
            credentials,
            sandbox,
        })
    }
}
