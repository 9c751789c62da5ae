//! A shop whose store writes down every call and fails when told to.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use paid_once::*;

/// What goes wrong with one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It fails and has no effect.
    Fails,
    /// It has its effect, and the answer is lost.
    LosesTheAnswer,
    /// It never answers.
    Hangs,
}

#[derive(Default)]
pub(crate) struct Shop {
    pub(crate) ledger: MemoryStore,
    calls: Mutex<Vec<&'static str>>,
    faults: Mutex<VecDeque<(&'static str, Fault)>>,
    claimants: Mutex<Vec<Claimant>>,
}

pub(crate) fn lira(minor_units: u64) -> Money {
    Money::new(minor_units, Currency::TRY)
}

pub(crate) fn order() -> OrderKey {
    OrderKey::new("100001", "ORDER1").unwrap()
}

pub(crate) fn paid() -> Payment {
    Payment::paid(order(), lira(3_456))
}

pub(crate) fn failed() -> Payment {
    Payment::failed(order(), FailureReason::default())
}

impl Shop {
    /// A shop that expects 34.56 TRY for its order.
    pub(crate) async fn open() -> Arc<Self> {
        let shop = Arc::new(Self::default());
        let new = NewOrder::new(order(), Expected::AtLeast(lira(3_456)));
        assert_eq!(shop.ledger.open(new).await.unwrap(), Opened::New);
        shop
    }

    pub(crate) fn builder(self: &Arc<Self>) -> GateBuilder {
        Gate::builder(self.clone(), self.clone())
    }

    pub(crate) fn gate(self: &Arc<Self>) -> Gate {
        self.builder().build().unwrap()
    }

    /// The next calls of `step` go wrong, one after the other.
    pub(crate) fn spoil(&self, step: &'static str, faults: impl IntoIterator<Item = Fault>) {
        let faults = faults.into_iter().map(|fault| (step, fault));
        self.faults.lock().unwrap().extend(faults);
    }

    /// From now on no call of `step` goes wrong.
    pub(crate) fn mend(&self, step: &'static str) {
        let mut faults = self.faults.lock().unwrap();
        faults.retain(|(spoiled, _)| *spoiled != step);
    }

    pub(crate) fn note(&self, call: &'static str) {
        self.calls.lock().unwrap().push(call);
    }

    pub(crate) fn calls(&self) -> Vec<&'static str> {
        self.calls.lock().unwrap().clone()
    }

    pub(crate) fn ran(&self) -> usize {
        self.calls()
            .iter()
            .filter(|call| **call == "handler")
            .count()
    }

    pub(crate) fn claimants(&self) -> Vec<Claimant> {
        self.claimants.lock().unwrap().clone()
    }

    /// Receives with a handler that succeeds at once.
    pub(crate) async fn receive(self: &Arc<Self>, gate: &Gate, payment: Payment) -> Decision {
        let shop = self.clone();
        gate.receive(payment, move |_delivery| async move {
            shop.note("handler");
            Ok::<_, BoxError>(())
        })
        .await
    }

    /// Receives with a handler that succeeds at once, and gives the attempt it saw.
    pub(crate) async fn attempt_of_next(self: &Arc<Self>, gate: &Gate) -> u32 {
        let seen = Arc::new(Mutex::new(0));
        let attempt = seen.clone();
        let decision = gate
            .receive(paid(), move |delivery| async move {
                *attempt.lock().unwrap() = delivery.lease.attempt();
                Ok::<_, BoxError>(())
            })
            .await;
        assert_eq!(decision, Decision::Settled);
        *seen.lock().unwrap()
    }

    pub(crate) async fn reviews(&self) -> Vec<ReviewReason> {
        let reviews = self
            .ledger
            .reviews(&ReviewFilter::all(), 100)
            .await
            .unwrap();
        reviews.into_iter().map(|review| review.reason).collect()
    }

    /// Nobody has claimed the order so far: a claim is the first attempt.
    pub(crate) async fn assert_no_claim_was_taken(&self) {
        let claim = self
            .ledger
            .claim(&paid(), Claimant::unique(), Duration::from_secs(1))
            .await;
        match claim.unwrap() {
            Claim::Granted(lease) => assert_eq!(lease.attempt(), 1),
            other => panic!("the order is free, not {other:?}"),
        }
    }

    /// The answer of the ledger to one more delivery.
    pub(crate) async fn claim(&self) -> Claim {
        let lease_for = Duration::from_secs(60);
        let claim = self
            .ledger
            .claim(&paid(), Claimant::unique(), lease_for)
            .await;
        claim.unwrap()
    }

    fn fault_of(&self, step: &'static str) -> Option<Fault> {
        let mut faults = self.faults.lock().unwrap();
        let position = faults.iter().position(|(spoiled, _)| *spoiled == step)?;
        faults.remove(position).map(|(_, fault)| fault)
    }

    async fn call<T>(
        &self,
        step: &'static str,
        effect: impl Future<Output = Result<T, BoxError>>,
    ) -> Result<T, BoxError> {
        self.note(step);
        match self.fault_of(step) {
            None => effect.await,
            Some(Fault::Fails) => Err("spoiled".into()),
            Some(Fault::LosesTheAnswer) => {
                effect.await?;
                Err("lost".into())
            }
            Some(Fault::Hangs) => std::future::pending().await,
        }
    }
}

#[async_trait]
impl OrderStore for Shop {
    async fn claim(
        &self,
        payment: &Payment,
        claimant: Claimant,
        lease_for: Duration,
    ) -> Result<Claim, StoreError> {
        self.claimants.lock().unwrap().push(claimant);
        let effect = async { Ok(self.ledger.claim(payment, claimant, lease_for).await?) };
        self.call("claim", effect).await.map_err(StoreError::new)
    }

    async fn settle(&self, lease: &Lease) -> Result<Settled, StoreError> {
        let effect = async { Ok(self.ledger.settle(lease).await?) };
        self.call("settle", effect).await.map_err(StoreError::new)
    }

    async fn standing(&self, payment: &Payment) -> Result<Standing, StoreError> {
        let effect = async { Ok(self.ledger.standing(payment).await?) };
        self.call("standing", effect).await.map_err(StoreError::new)
    }

    async fn release(&self, lease: &Lease, why: HandlerFailure) -> Result<(), StoreError> {
        let effect = async { Ok(self.ledger.release(lease, why).await?) };
        self.call("release", effect).await.map_err(StoreError::new)
    }

    async fn review(&self, payment: &Payment, why: ReviewReason) -> Result<(), StoreError> {
        let effect = async { Ok(self.ledger.review(payment, why).await?) };
        self.call("review", effect).await.map_err(StoreError::new)
    }
}

#[async_trait]
impl ExpectedAmount for Shop {
    async fn expected_amount(&self, order: &OrderKey) -> Result<Expected, BoxError> {
        let effect = self.ledger.expected_amount(order);
        self.call("expected_amount", effect).await
    }
}
