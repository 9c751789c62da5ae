use std::sync::Arc;
use std::time::Duration;

use super::{NodeClock, Subject, eventually, must};
use crate::{
    Claim, Claimant, Currency, FailureReason, HandlerFailure, Lease, Money, OrderKey, OrderStore,
    Payment, ReviewReason, Settled, Standing,
};

/// One order of one store, with the steps that cases are made of.
pub(super) struct OrderInTest<Store> {
    pub(super) store: Arc<Store>,
    pub(super) order: OrderKey,
}

impl<Store: OrderStore> OrderInTest<Store> {
    /// Longer than any case runs.
    pub(super) const LONG: Duration = Duration::from_secs(600);
    /// Runs out while the case waits for it.
    pub(super) const SHORT: Duration = Duration::from_millis(60);

    /// The usual order in a new store.
    pub(super) async fn fresh<S: Subject<Store = Store>>() -> (S, Self) {
        let subject = must("a fresh store is made", S::fresh().await);
        let here = Self::of(&subject).await;
        (subject, here)
    }

    /// The usual order, seen from one more node.
    pub(super) async fn of<S: Subject<Store = Store>>(subject: &S) -> Self {
        Self::seen_by(subject, NodeClock::Right).await
    }

    pub(super) async fn seen_by<S: Subject<Store = Store>>(subject: &S, clock: NodeClock) -> Self {
        Self {
            store: must("a node is made", subject.node(clock).await),
            order: order("ORDER1"),
        }
    }

    /// Another order in the same store.
    pub(super) fn other(&self, order: OrderKey) -> Self {
        Self {
            store: self.store.clone(),
            order,
        }
    }

    pub(super) fn success(&self) -> Payment {
        paid(&self.order, 3_456)
    }

    pub(super) fn failure(&self) -> Payment {
        refused(&self.order)
    }

    /// A claim by a new claimant.
    pub(super) async fn claim(&self, payment: &Payment) -> Claim {
        self.claim_as(Claimant::unique(), payment, Self::LONG).await
    }

    pub(super) async fn claim_as(
        &self,
        claimant: Claimant,
        payment: &Payment,
        lease_for: Duration,
    ) -> Claim {
        let claim = self.store.claim(payment, claimant, lease_for).await;
        must("the store answers a claim", claim)
    }

    /// A claim that must be granted.
    pub(super) async fn hold(&self, payment: &Payment) -> Lease {
        granted(self.claim(payment).await)
    }

    /// A claim that was granted and whose lease ran out since.
    pub(super) async fn hold_until_expiry(&self, payment: &Payment) -> Lease {
        let claimed = self.claim_as(Claimant::unique(), payment, Self::SHORT);
        let lease = granted(claimed.await);
        self.let_short_leases_run_out().await;
        lease
    }

    /// Waits until leases made before are past, without touching this order: a later lease of the
    /// same length, on another order, has run out when somebody else is granted that order.
    pub(super) async fn let_short_leases_run_out(&self) {
        let bits = Claimant::unique();
        let probe = self.other(order(&format!("PROBE{bits}")));
        // Of a failure nothing is left that anybody would find on a list.
        let payment = probe.failure();
        let held = probe.claim_as(Claimant::unique(), &payment, Self::SHORT);
        let _held = granted(held.await);
        probe.hold_eventually(&payment).await;
    }

    /// A claim that is granted at the latest when the lease before it has run out.
    pub(super) async fn hold_eventually(&self, payment: &Payment) -> Lease {
        eventually("the claim is granted", || async {
            match self.claim(payment).await {
                Claim::Granted(lease) => Some(lease),
                Claim::InProgress { .. } => None,
                other => panic!("the claim is granted or in progress, not {other:?}"),
            }
        })
        .await
    }

    pub(super) async fn settle(&self, lease: &Lease) -> Settled {
        must("the store answers settle", self.store.settle(lease).await)
    }

    pub(super) async fn release(&self, lease: &Lease) {
        let why = HandlerFailure::Error;
        must(
            "the store answers release",
            self.store.release(lease, why).await,
        );
    }

    pub(super) async fn standing(&self, payment: &Payment) -> Standing {
        let standing = self.store.standing(payment).await;
        must("the store answers standing", standing)
    }

    pub(super) async fn review(&self, payment: &Payment, why: ReviewReason) {
        let recorded = self.store.review(payment, why).await;
        must("the review is recorded", recorded);
    }

    /// The payment is claimed and settled.
    pub(super) async fn handle(&self, payment: &Payment) -> Lease {
        let lease = self.hold(payment).await;
        assert_eq!(self.settle(&lease).await, Settled::Now);
        lease
    }

    pub(super) async fn assert_in_progress(&self, payment: &Payment) {
        match self.claim(payment).await {
            Claim::InProgress { retry_after } => assert!(
                retry_after <= Self::LONG,
                "retry_after ({retry_after:?}) is at most what is left of the lease"
            ),
            other => panic!("the order is in progress, not {other:?}"),
        }
    }

    /// Nobody but the holder of `lease` can settle, and it can.
    pub(super) async fn assert_still_holds(&self, lease: &Lease) {
        self.assert_in_progress(&self.success()).await;
        assert_eq!(self.settle(lease).await, Settled::Now);
    }
}

/// A key of the usual merchant.
pub(super) fn order(order_id: &str) -> OrderKey {
    must("the order key is valid", OrderKey::new("100001", order_id))
}

pub(super) fn total(minor_units: u64) -> Money {
    Money::new(minor_units, Currency::TRY)
}

pub(super) fn paid(order: &OrderKey, minor_units: u64) -> Payment {
    Payment::paid(order.clone(), total(minor_units))
}

fn refused(order: &OrderKey) -> Payment {
    Payment::failed(order.clone(), FailureReason::default())
}

/// The lease of a claim that must be granted.
pub(super) fn granted(claim: Claim) -> Lease {
    match claim {
        Claim::Granted(lease) => lease,
        other => panic!("the claim is granted, not {other:?}"),
    }
}
