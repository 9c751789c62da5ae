use std::collections::HashMap;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::task::JoinHandle;

use super::tasks::judge;
use super::time_limit::within;
use super::{Decision, Gate, HandlerFailure, Unavailable};
use crate::{BoxError, Lease, OrderKey, Payment, Settled, StoreError, causes};

/// The pauses between two tries to settle. The longest is short: once the store is back, the settlement
/// should be there before the next delivery.
const FIRST_SETTLE_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_SETTLE_PAUSE: Duration = Duration::from_secs(1);

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
    // On the heap: a claimed payment is moved many times, into every future that it goes through.
    delivery: Box<Delivery>,
    stage: Stage,
    /// Keeps the order from other deliveries in this process while the store is waited for.
    under_way: Option<Box<UnderWay>>,
}

/// What has to happen if a claimed payment is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nobody took it: the claim is given back.
    Claimed,
    /// The handler's effect has happened: it must be settled.
    Handled,
    /// Nothing.
    Ended,
}

impl ClaimedPayment {
    pub(super) fn new(gate: Gate, delivery: Delivery) -> Self {
        Self {
            gate,
            delivery: Box::new(delivery),
            stage: Stage::Claimed,
            under_way: None,
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
        let ended = {
            // Pinned here, because every layer below would keep room for the whole handler. Dropped here, because
            // what it holds must be free before the claim is given back.
            let handler = pin!(handler);
            // A panic must release the claim. What the handler leaves half done is the handler's.
            within(limit, AssertUnwindSafe(handler).catch_unwind()).await
        };
        let failure = match judge(ended, limit) {
            Ok(()) => return self.settle().await,
            Err(failure) => failure,
        };
        Box::pin(self.release(failure)).await;
        Decision::HandlerFailed(failure)
    }

    /// The payment is handled: settles it.
    ///
    /// When the store does not answer, a tracked task goes on trying for as long as the process lives and
    /// nobody took the lease over; meanwhile this process hands the order to nobody else. Whoever waits
    /// here is answered within twice the store's time limit: [`Unavailable`](Decision::Unavailable) then
    /// means that the settlement is still being tried.
    ///
    /// Dropping this future does not stop it.
    pub async fn settle(mut self) -> Decision {
        // From here on the claim must not be given back: the handler's effect has happened.
        self.stage = Stage::Handled;
        let lease = &self.delivery.lease;
        let at_once = self.gate.parts().store.settle_at_once(lease);
        let settled = if let Some(settled) = at_once {
            settled
        } else {
            // Before the first try: while it is waited for, the lease may run out.
            let under_way = self.gate.parts().settling.begin(lease);
            self.under_way = Some(Box::new(under_way));
            Box::pin(self.gate.store(|store| store.settle(lease))).await
        };
        if let Some(decision) = decided(lease, settled) {
            self.stage = Stage::Ended;
            return decision;
        }
        let limit = self.gate.parts().store_timeout;
        let unavailable = Decision::Unavailable(Unavailable::Store);
        let Some(going_on) = self.go_on() else {
            return unavailable;
        };
        match Box::pin(tokio::time::timeout(limit, going_on)).await {
            Ok(Ok(decision)) => decision,
            Ok(Err(_)) | Err(_) => unavailable,
        }
    }

    /// The payment is not handled: gives the claim back, so that the next delivery may try. A success
    /// stays owed, with `why` as its last failure.
    pub async fn release(mut self, why: HandlerFailure) {
        self.stage = Stage::Ended;
        release(&self.gate, &self.delivery.lease, why).await;
    }

    /// Gives the claim back in a tracked task. Outside a runtime the lease runs out by itself.
    fn give_back(&mut self) {
        self.stage = Stage::Ended;
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let (gate, lease) = (self.gate.clone(), self.delivery.lease.clone());
            let tasks = self.gate.parts().tasks.tracker().clone();
            let released = async move { release(&gate, &lease, HandlerFailure::Interrupted).await };
            tasks.spawn_on(released, &runtime);
        }
    }

    /// Goes on settling in a tracked task. `None` outside a runtime: then the lease runs out.
    fn go_on(&mut self) -> Option<JoinHandle<Decision>> {
        self.stage = Stage::Ended;
        let runtime = tokio::runtime::Handle::try_current().ok()?;
        let (gate, lease) = (self.gate.clone(), self.delivery.lease.clone());
        let parts = self.gate.parts();
        let under_way = self.under_way.take();
        let under_way = under_way.unwrap_or_else(|| Box::new(parts.settling.begin(&lease)));
        let settles = async move {
            let _until_it_ends = under_way;
            let mut pause = FIRST_SETTLE_PAUSE;
            loop {
                tokio::time::sleep(pause).await;
                let settled = gate.store(|store| store.settle(&lease)).await;
                if let Some(decision) = decided(&lease, settled) {
                    return decision;
                }
                pause = (pause * 2).min(LONGEST_SETTLE_PAUSE);
            }
        };
        Some(parts.tasks.tracker().spawn_on(settles, &runtime))
    }
}

impl Drop for ClaimedPayment {
    fn drop(&mut self) {
        match self.stage {
            Stage::Claimed => self.give_back(),
            // Nobody waits for it; `drain` does.
            Stage::Handled => drop(self.go_on()),
            Stage::Ended => {}
        }
    }
}

/// What one try to settle decided; `None` when the store did not answer.
fn decided(lease: &Lease, settled: Result<Settled, StoreError>) -> Option<Decision> {
    match settled {
        Ok(Settled::Now | Settled::Already) => Some(Decision::Settled),
        Ok(Settled::Lost) => {
            tracing::error!(
                order_id = lease.order().order_id(),
                "the payment's lease was lost before it was settled"
            );
            Some(Decision::HandlerFailed(HandlerFailure::LeaseLost))
        }
        Err(error) => {
            log_store_error("settle", &error);
            None
        }
    }
}

async fn release(gate: &Gate, lease: &Lease, why: HandlerFailure) {
    if let Err(error) = gate.store(|store| store.release(lease, why)).await {
        log_store_error("release", &error);
    }
}

/// The orders whose handlers succeeded and whose settlement is still being tried by this process, and how often: a
/// holder that lost its lease tries as well.
#[derive(Debug, Clone, Default)]
pub(super) struct Settling(Arc<Mutex<HashMap<OrderKey, usize>>>);

impl Settling {
    /// Whether this process is still trying to settle the order.
    pub(super) fn has(&self, order: &OrderKey) -> bool {
        let orders = self.orders();
        !orders.is_empty() && orders.contains_key(order)
    }

    fn begin(&self, lease: &Lease) -> UnderWay {
        *self.orders().entry(lease.order().clone()).or_default() += 1;
        UnderWay {
            settling: self.clone(),
            order: lease.order().clone(),
        }
    }

    fn orders(&self) -> MutexGuard<'_, HashMap<OrderKey, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends with the task that settles, however it ends.
#[derive(Debug)]
struct UnderWay {
    settling: Settling,
    order: OrderKey,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut orders = self.settling.orders();
        if let Some(tries) = orders.get_mut(&self.order) {
            *tries -= 1;
            if *tries == 0 {
                orders.remove(&self.order);
            }
        }
    }
}

pub(super) fn log_store_error(step: &'static str, error: &StoreError) {
    let cause = causes(error);
    tracing::error!(step, cause, "{error}");
}
