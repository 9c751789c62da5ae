//! One process of the shop, as far as the others can see it: a dead one does nothing any more.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use paid_once::*;

use crate::world::{HandlerKind, World};

const HANDLER_TIMEOUT: Duration = Duration::from_millis(200);
const LEASE: Duration = Duration::from_millis(500);
const STORE_TIMEOUT: Duration = Duration::from_millis(100);

pub(crate) struct Node {
    gate: Gate,
    line: Arc<Line>,
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
        Arc::new(Self { gate, line })
    }

    /// From now on nothing that this node began goes on.
    pub(crate) fn die(&self) {
        self.line.dead.store(true, Ordering::Relaxed);
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
    let _at_work = AtWork::begin(&line, &delivery.payment.order);
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
            Settled::Now => world.book().enter(&delivery),
            Settled::Already => {}
            Settled::Lost => return Err("the lease is gone".into()),
        },
    }
    line.way().await;
    Ok(())
}
