//! The one ledger of all nodes, watched: after each step the observer compares its answer with the rules.

use std::time::Duration;

use paid_once::back_office::BackOfficeLedger as _;
use paid_once::*;

use crate::standing::Standings;
use crate::world::World;

impl World {
    /// How an order stands, also one that was never opened.
    pub(crate) async fn state(&self, order: &OrderKey) -> OrderState {
        let life = self.ledger.life(order).await.unwrap();
        life.map_or(OrderState::Pending, |life| life.record.state)
    }

    /// How many entries of the order wait for a person.
    pub(crate) async fn open_reviews(&self, order: &OrderKey) -> usize {
        let mut filter = ReviewFilter::of_order(order.clone());
        filter.open = Some(true);
        self.ledger.reviews(&filter, 100).await.unwrap().len()
    }

    /// The store answered a claim.
    pub(crate) async fn claimed(
        &self,
        payment: &Payment,
        claimant: Claimant,
        lease_for: Duration,
        claim: &Claim,
    ) {
        self.note("claim", &payment.order);
        self.judges(|seen| seen.claimed(payment, claimant, lease_for, claim));
        self.looks_at(&payment.order).await;
    }

    /// Settles, also in the transaction of a handler's effect.
    pub(crate) async fn settle(&self, lease: &Lease) -> Result<Settled, StoreError> {
        let settled = self.ledger.settle(lease).await?;
        self.note("settle", lease.order());
        self.judges(|seen| seen.settled(lease, settled));
        self.looks_at(lease.order()).await;
        Ok(settled)
    }

    /// Gives a lease back. A success is owed from then on, with its reason.
    pub(crate) async fn release(
        &self,
        lease: &Lease,
        why: HandlerFailure,
    ) -> Result<(), StoreError> {
        self.ledger.release(lease, why).await?;
        self.note("release", lease.order());
        let owed = self.book().standings.released(lease);
        if let Some(total) = owed {
            let state = self.state(lease.order()).await;
            let is_listed = matches!(state, OrderState::Undelivered(owed)
                if owed.total == total && owed.last_failure == Some(why) && owed.attempts > 0);
            if !is_listed {
                let broken = format!("{lease:?} is released for {why:?}: {state:?}");
                self.book().breaks(broken);
            }
        }
        self.looks_at(lease.order()).await;
        Ok(())
    }

    /// An order was given up.
    pub(crate) fn closed(&self, order: &OrderKey) {
        self.note("close", order);
        self.judges(|seen| seen.closed(order));
        self.book().is_closed(order);
    }

    /// Compares what the ledger shows of an order with what was seen of it.
    pub(crate) async fn looks_at(&self, order: &OrderKey) {
        let life = self.ledger.life(order).await.unwrap();
        let Some(state) = life.map(|life| life.record.state) else {
            return;
        };
        let has_open_review = self.open_reviews(order).await > 0;
        self.judges(|seen| seen.shows(order, state, has_open_review));
    }

    /// Notes which rule is broken, if one is.
    pub(crate) fn judges(&self, judge: impl FnOnce(&mut Standings) -> Result<(), String>) {
        let mut book = self.book();
        let judged = judge(&mut book.standings);
        book.judge(judged);
    }

    /// Notes that something happened, for the comparison of two runs of a seed.
    pub(crate) fn note(&self, what: &str, order: &OrderKey) {
        self.book().happened(what, order, self.begun());
    }
}
