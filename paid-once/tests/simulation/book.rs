//! What the handlers did, and the rules that it must obey.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use paid_once::*;
use tokio::time::Instant;

use crate::node::{BUSY_FOR, pauses};
use crate::world::Faults;

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

#[derive(Debug, Default)]
pub(crate) struct Book {
    effects: HashMap<OrderKey, Vec<Effect>>,
    running: HashMap<OrderKey, Vec<Running>>,
    handlers: u64,
    questions: HashMap<OrderKey, (u32, Instant)>,
    /// The first rule that was broken. A panic of an inquiry or a handler would be caught.
    broken: Option<String>,
}

impl Book {
    /// The provider is asked about an order. It must have rested for as long as it should.
    pub(crate) fn ask(&mut self, order: &OrderKey, faults: Faults, horizon: Instant) {
        let now = Instant::now();
        let (asked, last) = self.questions.entry(order.clone()).or_insert((0, now));
        if *asked > 0 {
            let at_least = match faults {
                Faults::Delays => pauses().at_least(*asked),
                // Whoever took it may have died, or could not write down how long it should rest.
                Faults::All => pauses()
                    .at_least(*asked)
                    .min(BUSY_FOR.saturating_sub(GRACE)),
            };
            let rested = now - *last;
            // The question at the end of an order's time is not put off.
            let is_last = *last < horizon + GRACE && now >= horizon;
            if rested < at_least && !is_last {
                let broken = format!("{order} rested {rested:?}, not {at_least:?}");
                self.broken.get_or_insert(broken);
            }
        }
        *asked += 1;
        *last = now;
    }

    /// A handler starts. No other may be at work on the order, on a node that lives.
    pub(crate) fn start(&mut self, order: &OrderKey, node_is_dead: Arc<AtomicBool>) -> u64 {
        self.handlers += 1;
        let number = self.handlers;
        let running = self.running.entry(order.clone()).or_default();
        running.retain(|other| !other.node_is_dead.load(Ordering::Relaxed));
        if !running.is_empty() {
            let broken = format!("two handlers at once for {order}");
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
