//! One process of the shop, as far as the others can see it: a dead one does nothing any more.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use paid_once::inquiry::{Answer, Inquiry, Pauses, Reconciler};
use paid_once::*;
use tokio::task::AbortHandle;

use crate::world::{HandlerKind, World};

const HANDLER_TIMEOUT: Duration = Duration::from_millis(200);
const LEASE: Duration = Duration::from_millis(500);
const STORE_TIMEOUT: Duration = Duration::from_millis(100);
const ASK_TIMEOUT: Duration = Duration::from_millis(150);
pub(crate) const INQUIRE_AFTER: Duration = Duration::from_millis(700);
const HORIZON: Duration = Duration::from_secs(5);

/// How long an order rests between two questions about it.
pub(crate) fn pauses() -> Pauses {
    Pauses::new(Duration::from_millis(250), Duration::from_secs(2))
}

/// An order that was taken rests at least so long when the rest could not be written down.
pub(crate) const BUSY_FOR: Duration = Duration::from_millis(150 + 500 + 100);

pub(crate) struct Node {
    gate: Gate,
    line: Arc<Line>,
    reconciler: AbortHandle,
}

/// Between a node and everything outside of it.
struct Line {
    world: Arc<World>,
    dead: Arc<AtomicBool>,
}

impl Node {
    pub(crate) fn start(world: &Arc<World>) -> Arc<Self> {
        let line = Arc::new(Line {
            world: world.clone(),
            dead: Arc::default(),
        });
        let gate = Gate::builder(line.clone(), line.clone())
            .handler_timeout(HANDLER_TIMEOUT)
            .lease_for(LEASE)
            .store_timeout(STORE_TIMEOUT)
            .build()
            .unwrap();
        let (ledger, inquiry, handling) = (line.clone(), Ask(line.clone()), line.clone());
        let handler = move |delivery| handle(handling.clone(), delivery);
        let reconciler = Reconciler::builder("100001", ledger, gate.clone(), inquiry, handler)
            .every(Duration::from_millis(200))
            .pauses(pauses())
            .undelivered_pauses(pauses())
            .horizon(HORIZON)
            .page_life(HORIZON)
            .ask_timeout(ASK_TIMEOUT)
            .concurrency(2)
            .build();
        let running = tokio::spawn(async move { reconciler.run(pending()).await });
        Arc::new(Self {
            gate,
            line,
            reconciler: running.abort_handle(),
        })
    }

    /// From now on nothing that this node began goes on.
    pub(crate) fn die(&self) {
        self.line.dead.store(true, Ordering::Relaxed);
        self.reconciler.abort();
    }

    /// A notification arrives.
    pub(crate) async fn receive(&self, payment: Payment) -> Decision {
        let line = self.line.clone();
        let handler = |delivery| handle(line, delivery);
        let decision = self.gate.receive(payment, handler).await;
        self.line.unless_dead().await;
        decision
    }
}

impl Line {
    async fn unless_dead(&self) {
        if self.dead.load(Ordering::Relaxed) {
            pending::<()>().await;
        }
    }

    /// One way, there or back: it takes its time, and the node may die on it.
    async fn way(&self) {
        self.unless_dead().await;
        self.world.wait_up_to(30).await;
        self.unless_dead().await;
    }

    async fn there(&self) -> Result<(), StoreError> {
        self.way().await;
        if self.world.fails(4) {
            self.world.count(|count| count.failed_calls += 1);
            return Err(StoreError::new("the call failed"));
        }
        Ok(())
    }

    async fn back<T>(&self, answer: T) -> Result<T, StoreError> {
        self.way().await;
        if self.world.fails(4) {
            self.world.count(|count| count.lost_answers += 1);
            return Err(StoreError::new("the answer was lost"));
        }
        Ok(answer)
    }
}

#[async_trait]
impl OrderStore for Line {
    async fn claim(
        &self,
        payment: &Payment,
        claimant: Claimant,
        lease_for: Duration,
    ) -> Result<Claim, StoreError> {
        self.there().await?;
        let ledger = &self.world.ledger;
        self.back(ledger.claim(payment, claimant, lease_for).await?)
            .await
    }

    async fn settle(&self, lease: &Lease) -> Result<Settled, StoreError> {
        self.there().await?;
        self.back(self.world.ledger.settle(lease).await?).await
    }

    async fn standing(&self, payment: &Payment) -> Result<Standing, StoreError> {
        self.there().await?;
        self.back(self.world.ledger.standing(payment).await?).await
    }

    async fn release(&self, lease: &Lease, why: HandlerFailure) -> Result<(), StoreError> {
        self.there().await?;
        self.back(self.world.ledger.release(lease, why).await?)
            .await
    }

    async fn review(&self, payment: &Payment, why: ReviewReason) -> Result<(), StoreError> {
        self.there().await?;
        self.back(self.world.ledger.review(payment, why).await?)
            .await
    }
}

#[async_trait]
impl OrderLedger for Line {
    async fn get(&self, order: &OrderKey) -> Result<Option<OrderRecord>, StoreError> {
        self.there().await?;
        self.back(self.world.ledger.get(order).await?).await
    }

    async fn take_due(
        &self,
        merchant: &str,
        limit: u32,
        busy_for: Duration,
    ) -> Result<Vec<DueOrder>, StoreError> {
        self.there().await?;
        let taken = self.world.ledger.take_due(merchant, limit, busy_for);
        self.back(taken.await?).await
    }

    async fn postpone(&self, order: &OrderKey, pause: Duration) -> Result<(), StoreError> {
        self.there().await?;
        self.back(self.world.ledger.postpone(order, pause).await?)
            .await
    }

    async fn close(&self, order: &OrderKey) -> Result<bool, StoreError> {
        self.there().await?;
        self.back(self.world.ledger.close(order).await?).await
    }

    // What no node of this shop does.

    async fn open(&self, _: NewOrder) -> Result<Opened, StoreError> {
        unreachable!()
    }

    async fn set_expected(&self, _: &OrderKey, _: Expected) -> Result<(), StoreError> {
        unreachable!()
    }

    async fn attach_session(&self, _: &OrderKey, _: &str) -> Result<(), StoreError> {
        unreachable!()
    }

    async fn abandon(&self, _: &OrderKey) -> Result<(), StoreError> {
        unreachable!()
    }

    async fn due(&self, _: &str, _: u32) -> Result<Vec<DueOrder>, StoreError> {
        unreachable!()
    }

    async fn hurry(&self, _: &OrderKey) -> Result<(), StoreError> {
        unreachable!()
    }

    async fn undelivered(&self, _: u32) -> Result<Vec<OrderRecord>, StoreError> {
        unreachable!()
    }

    async fn reviews(&self, _: u32) -> Result<Vec<Review>, StoreError> {
        unreachable!()
    }

    async fn purge(&self, _: Retention, _: u32) -> Result<u64, StoreError> {
        unreachable!()
    }
}

/// The provider's answers, over the same bad line.
struct Ask(Arc<Line>);

#[async_trait]
impl Inquiry for Ask {
    async fn ask(&self, order: &OrderRecord) -> Answer {
        let (line, order) = (&self.0, &order.order);
        let horizon = line.world.begun() + HORIZON;
        line.world.book().ask(order, line.world.faults, horizon);
        line.world.count(|count| count.questions += 1);
        line.way().await;
        let answer = match line.world.paid(order) {
            _ if line.world.fails(10) => Answer::Unavailable,
            Some(payment) => Answer::Paid(vec![payment]),
            None => Answer::NotYet,
        };
        line.way().await;
        answer
    }
}

#[async_trait]
impl ExpectedAmount for Line {
    async fn expected_amount(&self, order: &OrderKey) -> Result<Expected, BoxError> {
        self.there().await?;
        let expected = self.world.ledger.expected_amount(order).await?;
        Ok(self.back(expected).await?)
    }
}

/// Marks a handler as being at work until it ends or is dropped.
struct AtWork {
    line: Arc<Line>,
    order: OrderKey,
    number: u64,
}

impl AtWork {
    fn begin(line: &Arc<Line>, order: &OrderKey) -> Self {
        let number = line.world.book().start(order, line.dead.clone());
        Self {
            line: line.clone(),
            order: order.clone(),
            number,
        }
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        self.line.world.book().end(&self.order, self.number);
    }
}

async fn handle(line: Arc<Line>, delivery: Delivery) -> Result<(), BoxError> {
    let at_work = AtWork::begin(&line, &delivery.payment.order);
    let world = line.world.clone();
    line.way().await;
    if world.fails(8) {
        world.count(|count| count.bad_handlers += 1);
        match world.below(3) {
            0 => return Err("the handler failed".into()),
            // A panic without its message: it would only hide a real one.
            1 => std::panic::resume_unwind(Box::new("the handler panicked")),
            _ => pending::<()>().await,
        }
    }
    match world.handler {
        // Entered before the gate settles, as a receipt in another database is.
        HandlerKind::Plain => world.book().enter(&delivery),
        // No await between the two: one transaction.
        HandlerKind::SettlesWithItsEffect => match world.ledger.settle(&delivery.lease).await? {
            Settled::Now => {
                world.book().enter(&delivery);
                // Settled: from now on the order may be handled again, such as a success after a failure.
                drop(at_work);
            }
            Settled::Already => {}
            Settled::Lost => return Err("the lease is gone".into()),
        },
    }
    line.way().await;
    Ok(())
}
