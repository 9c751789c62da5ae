//! What the handlers did, and the rules that it must obey.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use paid_once::*;
use tokio::time::Instant;

use crate::questions::Questions;
use crate::standing::Standings;

/// How an entry of the review queue was resolved, by whom and why.
pub(crate) type Written = (Resolution, String, String);

/// One effect of a handler, such as a receipt.
#[derive(Debug, Clone)]
pub(crate) struct Effect {
    paid: bool,
    attempt: u32,
    fence: u64,
}

/// A handler at work.
#[derive(Debug)]
struct Running {
    number: u64,
    node_is_dead: Arc<AtomicBool>,
}

#[derive(Debug, Default)]
pub(crate) struct Book {
    effects: HashMap<OrderKey, Vec<Effect>>,
    running: HashMap<OrderKey, Vec<Running>>,
    handlers: u64,
    pub(crate) questions: Questions,
    /// How each handler ended, by the claim that it ran under.
    runs: HashMap<Claimant, Option<Result<(), HandlerFailure>>>,
    tried_to_release: HashMap<(OrderKey, HandlerFailure), u32>,
    pub(crate) standings: Standings,
    /// What handlers may be given.
    allowed: HashSet<(OrderKey, Option<Money>, Mode)>,
    resolved: HashMap<ReviewId, Resolved>,
    /// What the first person wrote about an entry.
    written: HashMap<ReviewId, Written>,
    /// Of everything that was noted here, and when.
    trace: DefaultHasher,
    /// The first rule that was broken. A panic of an inquiry or a handler would be caught.
    broken: Option<String>,
}

impl Book {
    /// Notes a rule that was broken.
    pub(crate) fn breaks(&mut self, rule: String) {
        self.broken.get_or_insert(rule);
    }

    /// Notes what an observer found.
    pub(crate) fn judge(&mut self, found: Result<(), String>) {
        if let Err(rule) = found {
            self.breaks(rule);
        }
    }

    /// Notes that something happened, for the comparison of two runs.
    pub(crate) fn happened(&mut self, what: &str, order: &OrderKey, begun: Instant) {
        (what, order.order_id(), begun.elapsed()).hash(&mut self.trace);
    }

    /// What is the same whenever a seed is run.
    pub(crate) fn trace(&self) -> u64 {
        self.trace.finish()
    }

    /// From now on a handler may be given this payment.
    pub(crate) fn allow(&mut self, payment: &Payment) {
        let order = payment.order.clone();
        self.allowed.insert((order, payment.total(), payment.mode));
    }

    /// Somebody resolved an entry of the review queue.
    pub(crate) fn is_resolved(&mut self, entry: ReviewId, written: Written) {
        if let Some(before) = self.written.insert(entry, written) {
            self.breaks(format!("an entry is resolved twice: {entry}, {before:?}"));
        }
    }

    /// Somebody reads an entry of the review queue: what is written there stays.
    pub(crate) fn read(&mut self, review: &Review) {
        let before = self.resolved.get(&review.id).cloned();
        if before.is_some() && before != review.resolved {
            self.breaks(format!("a resolution changes: {review:?}, {before:?}"));
        }
        let resolved = review.resolved.clone();
        let told = resolved.map(|one| (one.resolution, one.by, one.note));
        if told.as_ref() != self.written.get(&review.id) {
            let written = self.written.get(&review.id);
            self.breaks(format!(
                "a resolution is not as it was written: {written:?}, {review:?}"
            ));
        }
        if let Some(resolved) = review.resolved.clone() {
            self.resolved.insert(review.id, resolved);
        }
    }

    /// A handler begins its work under a claim, or ends it.
    pub(crate) fn runs(&mut self, lease: &Lease, ended: Option<Result<(), HandlerFailure>>) {
        self.runs.insert(lease.claimant(), ended);
    }

    /// A claim is settled: only after its handler, if it has one, succeeded.
    pub(crate) fn settles(&mut self, lease: &Lease) {
        match self.runs.get(&lease.claimant()) {
            None | Some(Some(Ok(()))) => {}
            other => self.breaks(format!(
                "settled before the handler said yes: {lease:?}, {other:?}"
            )),
        }
    }

    /// A node tries to give a claim back, whether the store hears of it or not.
    pub(crate) fn tries_to_release(&mut self, lease: &Lease, why: HandlerFailure) {
        let tried = self.tried_to_release.entry((lease.order().clone(), why));
        *tried.or_default() += 1;
    }

    /// A handler did not succeed: its node has tried to give the claim back.
    pub(crate) fn has_failed(&mut self, order: &OrderKey, why: HandlerFailure) {
        // A lost lease is nobody's to give back.
        let is_lost = why == HandlerFailure::LeaseLost;
        let tried = self
            .tried_to_release
            .entry((order.clone(), why))
            .or_default();
        let was_tried = *tried > 0;
        *tried = tried.saturating_sub(1);
        if !was_tried && !is_lost {
            self.breaks(format!("a claim is not given back: {order}, {why:?}"));
        }
    }

    /// A claim is given back: because its handler failed, and as it failed.
    pub(crate) fn releases(&mut self, lease: &Lease, why: HandlerFailure) {
        let is_right = match self.runs.get(&lease.claimant()) {
            None => true,
            Some(None) => why == HandlerFailure::Interrupted,
            Some(Some(ended)) => *ended == Err(why),
        };
        if !is_right {
            let ended = self.runs.get(&lease.claimant());
            self.breaks(format!(
                "given back otherwise than the handler ended: {why:?}, {ended:?}, {lease:?}"
            ));
        }
    }

    /// A handler gets a payment: one that it may get.
    pub(crate) fn is_given(&mut self, payment: &Payment) {
        let given = (payment.order.clone(), payment.total(), payment.mode);
        if !self.allowed.contains(&given) {
            self.breaks(format!(
                "a handler is given what it may not have: {payment:?}"
            ));
        }
    }

    /// A handler starts. No other may be at work on the order, on a node that lives.
    pub(crate) fn start(&mut self, payment: &Payment, node_is_dead: Arc<AtomicBool>) -> u64 {
        let order = &payment.order;
        self.is_given(payment);
        self.handlers += 1;
        let number = self.handlers;
        let running = self.running.entry(order.clone()).or_default();
        running.retain(|other| !other.node_is_dead.load(Ordering::Relaxed));
        if !running.is_empty() {
            let broken = format!("two handlers at once: {payment:?}");
            self.broken.get_or_insert(broken);
        }
        running.push(Running {
            number,
            node_is_dead,
        });
        number
    }

    pub(crate) fn end(&mut self, order: &OrderKey, number: u64) {
        let running = self.running.entry(order.clone()).or_default();
        running.retain(|other| other.number != number);
    }

    pub(crate) fn enter(&mut self, delivery: &Delivery) {
        let effects = self
            .effects
            .entry(delivery.payment.order.clone())
            .or_default();
        let effect = Effect {
            paid: delivery.payment.outcome.is_paid(),
            attempt: delivery.lease.attempt(),
            fence: delivery.lease.fence(),
        };
        if let Some(last) = effects.last() {
            let repeats = effect.paid == last.paid;
            let is_told = effect.attempt > 1 || !(repeats || last.paid);
            // The fence rises, and a later handler is told that an earlier one did not finish.
            if effect.fence <= last.fence || !is_told {
                self.broken.get_or_insert(format!(
                    "a repeated effect is not told as one: {effect:?} after {effects:?}"
                ));
            }
        }
        effects.push(effect);
    }

    pub(crate) fn assert_no_rule_was_broken(&self) {
        if let Some(broken) = &self.broken {
            panic!("{broken}");
        }
    }

    /// For each effect that an order had, in their order, whether it was of a success.
    pub(crate) fn effects(&self, order: &OrderKey) -> Vec<bool> {
        let effects = self.effects.get(order).map_or(&[][..], Vec::as_slice);
        effects.iter().map(|effect| effect.paid).collect()
    }
}
