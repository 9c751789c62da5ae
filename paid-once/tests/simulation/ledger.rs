//! The one ledger of all nodes, watched: after each step the observer compares its answer with the rules.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use paid_once::back_office::BackOfficeLedger as _;
use paid_once::*;

use crate::node::{HORIZON, PAGE_LIFE, RESTS, busy_for};
use crate::questions::Told;
use crate::standing::Standings;
use crate::world::{Faults, World};

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
        self.book().standings.released(lease, why);
        self.looks_at(lease.order()).await;
        Ok(())
    }

    /// Records a payment for a person.
    pub(crate) async fn review(
        &self,
        payment: &Payment,
        why: ReviewReason,
    ) -> Result<(), StoreError> {
        self.ledger.review(payment, why).await?;
        self.note("review", &payment.order);
        Ok(())
    }

    /// Claims for a node that lives or not.
    pub(crate) async fn claim(
        &self,
        payment: &Payment,
        claimant: Claimant,
        lease_for: Duration,
    ) -> Result<Claim, StoreError> {
        let claim = self.ledger.claim(payment, claimant, lease_for).await?;
        self.note("claim", &payment.order);
        self.judges(|seen| seen.claimed(payment, claimant, lease_for, &claim));
        self.looks_at(&payment.order).await;
        Ok(claim)
    }

    /// Whether a node may give an order up now: not before its time is over, and only because the provider said that
    /// nobody paid.
    pub(crate) fn may_be_closed(
        &self,
        order: &OrderKey,
        node: &Arc<AtomicBool>,
    ) -> Result<(), String> {
        let opened = self.opened(order).unwrap_or(self.begun());
        self.has_taken_failure(order, node);
        let book = self.book();
        let has_failed = book.standings.has_failed(order);
        let end = opened + if has_failed { PAGE_LIFE } else { HORIZON };
        book.questions.may_be_closed(order, node, end)
    }

    /// Gives an order up. If it is paid all the same, its questions begin anew.
    pub(crate) async fn close(
        &self,
        order: &OrderKey,
        may_be_closed: Result<(), String>,
    ) -> Result<bool, StoreError> {
        let is_closed = self.ledger.close(order).await?;
        if is_closed {
            self.note("close", order);
            self.judges(|seen| seen.closed(order));
            let mut book = self.book();
            book.judge(may_be_closed);
            book.questions.forget(order);
        }
        self.looks_at(order).await;
        Ok(is_closed)
    }

    /// A node asks the provider about an order.
    pub(crate) fn asks(&self, order: &OrderKey, node: &Arc<AtomicBool>) {
        let opened = self.opened(order).unwrap_or(self.begun());
        let mut book = self.book();
        let judged = book.questions.ask(order, node, opened, busy_for(self));
        book.judge(judged);
    }

    /// A node is done with a question. Where nothing fails, the failure that it was told of is handled.
    fn has_taken_failure(&self, order: &OrderKey, node: &Arc<AtomicBool>) {
        let mut book = self.book();
        let is_told = book.questions.last_told(order, node) == Some(Told::Failed);
        if self.faults == Faults::Delays && is_told && !book.standings.is_known(order) {
            book.breaks(format!("a failure is not handled: {order}"));
        }
    }

    /// A node wrote down how long an order rests.
    pub(crate) fn rests(&self, order: &OrderKey, node: &Arc<AtomicBool>, pause: Duration) {
        let opened = self.opened(order).unwrap_or(self.begun());
        self.has_taken_failure(order, node);
        let mut book = self.book();
        let times = (pause, busy_for(self));
        let is_owed = book.standings.total(order).is_some();
        let rested = book.questions.rests(order, node, opened, times, is_owed);
        if let Ok(Some(1)) = rested {
            self.count(|count| match pause.div_duration_f64(RESTS[0]) {
                ..0.9 => count.short_rests += 1,
                1.1..1.25 => count.long_rests += 1,
                _ => {}
            });
        }
        book.judge(rested.map(drop));
    }

    /// Compares what the ledger shows of an order with what was seen of it.
    pub(crate) async fn looks_at(&self, order: &OrderKey) {
        let life = self.ledger.life(order).await.unwrap();
        let Some(life) = life else {
            return;
        };
        let has_open_review = self.open_reviews(order).await > 0;
        let opened = self.opened(order);
        self.judges(|seen| seen.shows(&life.record, opened, has_open_review));
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
