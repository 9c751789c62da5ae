//! The relay: the merchants of one configuration at work, and the change to the next one.

use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use axum::Router;
use paytr_core::PaytrClient;
use paytr_core::health::{Readiness, Watch};
use paytr_core::paid_once::back_office::BackOfficeLedger;
use paytr_core::paid_once::causes;
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::config::{DatabaseUrl, Settings};
use crate::ledger::Ledger;
use crate::merchant::Merchant;
use crate::{link_retries, retention, routes};

/// How old a refund without an outcome is when PayTR is asked about it: whoever sent it knows by then.
const REFUND_AGE: Duration = Duration::from_mins(2);
/// How often the gauges of the ledger are set.
const WATCH_EVERY: Duration = Duration::from_secs(30);

/// A running relay without its web server. Cheap to clone.
#[derive(Clone)]
pub struct Relay(Arc<Parts>);

struct Parts {
    ledger: Ledger,
    database: DatabaseUrl,
    now: RwLock<Router>,
    at_work: Mutex<Generation>,
    /// Merchants of earlier configurations that still handle something.
    leaving: Mutex<JoinSet<()>>,
}

/// What stands on one configuration.
struct Generation {
    merchants: Vec<Arc<Merchant>>,
    readiness: Readiness,
    tasks: JoinSet<()>,
    stop: tokio::sync::watch::Sender<bool>,
    drain: Duration,
}

impl Relay {
    /// Opens the database, makes every merchant, and begins to ask PayTR about orders whose notification does not
    /// come and to tell apps again what they did not take.
    ///
    /// # Errors
    ///
    /// A message that says what to change.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub async fn open(settings: &Settings) -> Result<Self> {
        let ledger = Ledger::open(&settings.database).await?;
        let (generation, router) = Generation::start(settings, &ledger)?;
        Ok(Self(Arc::new(Parts {
            ledger,
            database: settings.database.clone(),
            now: RwLock::new(router),
            at_work: Mutex::new(generation),
            leaving: Mutex::new(JoinSet::new()),
        })))
    }

    /// Changes to another configuration: from the next request on its keys, tokens, secrets and addresses hold.
    /// What is being handled goes on with those that it began with.
    ///
    /// # Errors
    ///
    /// A message that says what to change; then nothing changed. The database cannot be another one.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub async fn reload(&self, settings: &Settings) -> Result<()> {
        let parts = &*self.0;
        ensure!(
            settings.database.is_same(&parts.database),
            "database: it cannot change while the relay runs: start it again"
        );
        let (generation, router) = Generation::start(settings, &parts.ledger)?;
        *parts.now.write().unwrap_or_else(PoisonError::into_inner) = router;
        let before = std::mem::replace(&mut *parts.at_work.lock().await, generation);
        let mut leaving = parts.leaving.lock().await;
        leaving.spawn(async move {
            if let Err(error) = before.end().await {
                tracing::warn!("the configuration before still had work: {error:#}");
            }
        });
        while leaving.try_join_next().is_some() {}
        Ok(())
    }

    /// What answers requests now.
    pub(crate) fn router(&self) -> Router {
        let router = self.0.now.read().unwrap_or_else(PoisonError::into_inner);
        router.clone()
    }

    /// Says at `/ready` that no more requests are to come.
    pub async fn shut_down(&self) {
        self.0.at_work.lock().await.readiness.shut_down();
    }

    /// Asks and tells no more, and waits for what is being handled. Call it when the server has stopped.
    ///
    /// # Errors
    ///
    /// When something still runs at the deadline; PayTR's next notification, or the next relay, does it again.
    pub async fn drain(&self) -> Result<()> {
        let parts = &*self.0;
        let ended = parts.at_work.lock().await.finish().await;
        let mut leaving = parts.leaving.lock().await;
        while leaving.join_next().await.is_some() {}
        ended
    }

    /// Serves until `stop` is ready, then until no connection is busy, for 10 seconds at most.
    ///
    /// # Errors
    ///
    /// When it cannot listen there.
    pub async fn serve(&self, listen: SocketAddr, stop: impl Future<Output = ()>) -> Result<()> {
        let listener = tokio::net::TcpListener::bind(listen).await;
        let listener = listener.with_context(|| format!("listen: cannot listen on {listen}"))?;
        self.serve_on(listener, stop).await;
        Ok(())
    }

    /// The same on a listener that is there already.
    pub async fn serve_on(
        &self,
        listener: tokio::net::TcpListener,
        stop: impl Future<Output = ()>,
    ) {
        let relay = self.clone();
        crate::server::until(stop, listener, move || relay.router()).await;
    }
}

impl Generation {
    fn start(settings: &Settings, ledger: &Ledger) -> Result<(Self, Router)> {
        let mut merchants = Vec::new();
        for merchant in &settings.merchants {
            merchants.push(Merchant::open(merchant.clone(), settings, ledger)?);
        }
        let mut readiness =
            Readiness::new(ledger.orders.clone()).ledger_limit(settings.times.database);
        let mut watch = Watch::new(ledger.orders.clone());
        let (stop, _) = tokio::sync::watch::channel(false);
        let stopped = || {
            let mut stop = stop.subscribe();
            async move { drop(stop.wait_for(|stopped| *stopped).await) }
        };
        let mut tasks = JoinSet::new();
        for merchant in &merchants {
            let reconciler = merchant.reconciler();
            readiness = readiness.reconciler(&reconciler);
            watch = watch.reconciler(&reconciler);
            let stopped = stopped();
            let (client, orders) = (merchant.client.clone(), ledger.orders.clone());
            let every = settings.times.inquire_every;
            let merchant = Arc::clone(merchant);
            tasks.spawn(async move {
                tokio::select! {
                    () = reconciler.run(stopped) => {}
                    () = decide_refunds(client, orders, every) => {}
                    () = link_retries::run(merchant) => {}
                }
            });
        }
        let (orders, times) = (ledger.orders.clone(), &settings.times);
        let forgets = retention::run(orders, times.keep_settled_for, times.database);
        let end = stopped();
        tasks.spawn(async move {
            tokio::select! {
                () = forgets => {}
                () = end => {}
            }
        });
        let stopped = stopped();
        tasks.spawn(async move { watch.run(WATCH_EVERY, stopped).await });
        let router = routes::router(&merchants, &readiness);
        let generation = Self {
            merchants,
            readiness,
            tasks,
            stop,
            drain: settings.times.drain,
        };
        Ok((generation, router))
    }

    async fn end(mut self) -> Result<()> {
        self.finish().await
    }

    async fn finish(&mut self) -> Result<()> {
        // No receiver is left only where every task has ended.
        let _ = self.stop.send(true);
        let deadline = Instant::now() + self.drain;
        let ended = async { while self.tasks.join_next().await.is_some() {} };
        // Questions under way go on in tasks that the gates wait for as well.
        let _ = tokio::time::timeout_at(deadline, ended).await;
        self.tasks.abort_all();
        let mut drained = Ok(());
        for merchant in &self.merchants {
            // One time limit for all of them together: whoever stops the process knows no other.
            let left = deadline.saturating_duration_since(Instant::now());
            if let Err(error) = merchant.drain(left).await {
                drained = Err(error.context(format!("merchant {}", merchant.settings.name)));
            }
        }
        drained
    }
}

/// Asks PayTR about refunds whose outcome nobody wrote down: the process that sent them died, or PayTR's reply was
/// lost. Ends never.
async fn decide_refunds(client: PaytrClient, ledger: Arc<dyn BackOfficeLedger>, every: Duration) {
    loop {
        tokio::time::sleep(every).await;
        if let Err(error) = client.decide_refunds(&*ledger, REFUND_AGE, 50).await {
            let cause = causes(&error);
            tracing::error!(
                cause,
                "undecided refunds could not be read or written: {error}"
            );
        }
    }
}
