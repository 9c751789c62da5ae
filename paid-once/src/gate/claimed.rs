use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;

use super::tasks::judge;
use super::time_limit::within;
use super::{Decision, Gate, HandlerFailure, Unavailable};
use crate::{BoxError, Lease, Payment, Settled, StoreError};

/// How often settling is tried before the lease is left to run out.
const SETTLE_TRIES: u32 = 3;
const SETTLE_PAUSE: Duration = Duration::from_millis(100);

/// A payment and the lease to handle it: what a handler gets.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery {
    /// The payment.
    pub payment: Payment,
    /// The lease, for `settle_in` and for fencing.
    pub lease: Lease,
}

/// A payment whose claim is held.
///
/// Dropped without being run, settled or released, it gives its claim back.
#[derive(Debug)]
#[must_use = "a claimed payment must be run, settled or released"]
pub struct ClaimedPayment {
    gate: Gate,
    delivery: Delivery,
    open: bool,
}

impl ClaimedPayment {
    pub(super) fn new(gate: Gate, delivery: Delivery) -> Self {
        Self {
            gate,
            delivery,
            open: true,
        }
    }

    /// The payment and its lease.
    #[must_use]
    pub fn delivery(&self) -> &Delivery {
        &self.delivery
    }

    /// Runs `handler` under the gate's time limit and settles if it succeeds.
    ///
    /// Dropping this future gives the claim back while the handler runs. To outlive the connection
    /// that brought the payment, run it in a task: [`Gate::detach`] or [`Gate::track`].
    pub async fn run<F, E>(self, handler: F) -> Decision
    where
        F: Future<Output = Result<(), E>>,
        E: Into<BoxError>,
    {
        let limit = self.gate.parts().tasks.limit();
        // A panic must release the claim. What the handler leaves half done is the handler's.
        let ended = within(limit, AssertUnwindSafe(handler).catch_unwind()).await;
        let failure = match judge(ended, limit) {
            Ok(()) => return self.settle().await,
            Err(failure) => failure,
        };
        self.release().await;
        Decision::HandlerFailed(failure)
    }

    /// The payment is handled: settles it.
    pub async fn settle(mut self) -> Decision {
        // From here on the claim must not be given back: the handler's effect has happened.
        self.open = false;
        for attempt in 1.. {
            match self
                .gate
                .store(|store| store.settle(&self.delivery.lease))
                .await
            {
                Ok(Settled::Now | Settled::Already) => break,
                Ok(Settled::Lost) => {
                    tracing::error!("the payment handler outlived its lease");
                    return Decision::HandlerFailed(HandlerFailure::LeaseLost);
                }
                Err(error) if attempt < SETTLE_TRIES => {
                    log_store_error("settle", &error);
                    tokio::time::sleep(SETTLE_PAUSE * attempt).await;
                }
                Err(error) => {
                    log_store_error("settle", &error);
                    return Decision::Unavailable(Unavailable::Store);
                }
            }
        }
        Decision::Settled
    }

    /// The payment is not handled: gives the claim back, so that the next delivery may try.
    pub async fn release(mut self) {
        self.open = false;
        release(&self.gate, &self.delivery.lease).await;
    }
}

impl Drop for ClaimedPayment {
    fn drop(&mut self) {
        if !self.open {
            return;
        }
        // Outside a runtime the lease runs out by itself.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let (gate, lease) = (self.gate.clone(), self.delivery.lease.clone());
            let tasks = self.gate.parts().tasks.tracker().clone();
            tasks.spawn_on(async move { release(&gate, &lease).await }, &runtime);
        }
    }
}

async fn release(gate: &Gate, lease: &Lease) {
    if let Err(error) = gate.store(|store| store.release(lease)).await {
        log_store_error("release", &error);
    }
}

pub(super) fn log_store_error(step: &'static str, error: &StoreError) {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    tracing::error!(step, cause, "{error}");
}
