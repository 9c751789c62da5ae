//! What the handlers did, and the rules that it must obey.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use paid_once::*;
use tokio::time::Instant;

use crate::node::{HORIZON, INQUIRE_AFTER, busy_for, pauses};
use crate::standing::Standings;
use crate::world::{Faults, World};

/// How long it may take from taking an order to asking about it.
const GRACE: Duration = Duration::from_millis(100);

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

/// The questions about an order.
#[derive(Debug)]
struct Asked {
    times: u32,
    last: Instant,
    /// The node that asked last.
    by: Arc<AtomicBool>,
    /// Whether the ledger knows how long the order rests after the last question.
    rest_is_written: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Book {
    effects: HashMap<OrderKey, Vec<Effect>>,
    running: HashMap<OrderKey, Vec<Running>>,
    handlers: u64,
    questions: HashMap<OrderKey, Asked>,
    pub(crate) standings: Standings,
    /// What handlers may be given.
    allowed: HashSet<(OrderKey, Option<Money>, Mode)>,
    resolved: HashMap<ReviewId, Resolved>,
    /// Of everything that was noted here, and when.
    trace: DefaultHasher,
    /// The first rule that was broken. A panic of an inquiry or a handler would be caught.
    broken: Option<String>,
}

impl Book {
    /// The provider is asked about an order. It must have rested for as long as it should.
    pub(crate) fn ask(&mut self, order: &OrderKey, node: &Arc<AtomicBool>, world: &World) {
        let now = Instant::now();
        let horizon = world.begun() + HORIZON;
        let asked = self.questions.get(order);
        let times = asked.map_or(0, |asked| asked.times);
        if let Some(asked) = asked {
            let at_least = if asked.rest_is_written || world.faults == Faults::Delays {
                pauses().at_least(times)
            } else {
                // Whoever took it may have died, or could not write down how long it should rest.
                busy_for(world).saturating_sub(GRACE)
            };
            let rested = now - asked.last;
            // The question at the end of an order's time is not put off.
            let is_last = asked.last < horizon + GRACE && now >= horizon;
            if rested < at_least && !is_last {
                self.breaks(format!("{order} rested {rested:?}, not {at_least:?}"));
            }
        } else if now < world.begun() + INQUIRE_AFTER {
            self.breaks(format!("{order} is asked about too early"));
        }
        let asked = Asked {
            times: times + 1,
            last: now,
            by: node.clone(),
            rest_is_written: false,
        };
        self.questions.insert(order.clone(), asked);
    }

    /// The ledger knows how long an order rests.
    pub(crate) fn rests(&mut self, order: &OrderKey, node: &Arc<AtomicBool>) {
        if let Some(asked) = self.questions.get_mut(order) {
            let asked_itself = Arc::ptr_eq(&asked.by, node);
            asked.rest_is_written = asked_itself;
            if !asked_itself {
                self.breaks(format!("{order} was taken by two nodes at once"));
            }
        }
    }

    /// An order is given up. If it is paid all the same, its questions begin anew.
    pub(crate) fn is_closed(&mut self, order: &OrderKey) {
        self.questions.remove(order);
    }

    /// How often an order was asked about since it was last given up.
    pub(crate) fn questions(&self, order: &OrderKey) -> u32 {
        self.questions.get(order).map_or(0, |asked| asked.times)
    }

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

    /// Somebody reads an entry of the review queue: what is written there stays.
    pub(crate) fn read(&mut self, review: &Review) {
        let before = self.resolved.get(&review.id).cloned();
        if before.is_some() && before != review.resolved {
            self.breaks(format!("{review:?} was resolved before: {before:?}"));
        }
        if let Some(resolved) = review.resolved.clone() {
            self.resolved.insert(review.id, resolved);
        }
    }

    /// A handler starts. No other may be at work on the order, on a node that lives.
    pub(crate) fn start(&mut self, payment: &Payment, node_is_dead: Arc<AtomicBool>) -> u64 {
        let order = &payment.order;
        if !self
            .allowed
            .contains(&(order.clone(), payment.total(), payment.mode))
        {
            self.breaks(format!("a handler is given {payment:?}"));
        }
        self.handlers += 1;
        let number = self.handlers;
        let running = self.running.entry(order.clone()).or_default();
        running.retain(|other| !other.node_is_dead.load(Ordering::Relaxed));
        if !running.is_empty() {
            let broken = format!("two handlers at once for {payment:?}");
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
                self.broken
                    .get_or_insert(format!("{effect:?} after {effects:?}"));
            }
        }
        effects.push(effect);
    }

    pub(crate) fn assert_no_rule_was_broken(&self) {
        assert_eq!(self.broken, None);
    }

    /// For each effect that an order had, in their order, whether it was of a success.
    pub(crate) fn effects(&self, order: &OrderKey) -> Vec<bool> {
        let effects = self.effects.get(order).map_or(&[][..], Vec::as_slice);
        effects.iter().map(|effect| effect.paid).collect()
    }
}
