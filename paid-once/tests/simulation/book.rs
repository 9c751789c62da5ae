//! What the handlers did, and the rules that it must obey.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use paid_once::*;

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
}

impl Book {
    /// A handler starts. No other may be at work on the order, on a node that lives.
    pub(crate) fn start(&mut self, order: &OrderKey, node_is_dead: Arc<AtomicBool>) -> u64 {
        self.handlers += 1;
        let number = self.handlers;
        let running = self.running.entry(order.clone()).or_default();
        running.retain(|other| !other.node_is_dead.load(Ordering::Relaxed));
        assert!(running.is_empty(), "two handlers at once for {order}");
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
            assert!(
                effect.fence > last.fence,
                "the fence rises: {effects:?}, {effect:?}"
            );
            let repeats = effect.paid == last.paid;
            assert!(
                effect.attempt > 1 || !(repeats || last.paid),
                "told that an earlier handler did not finish: {effects:?}, {effect:?}"
            );
        }
        effects.push(effect);
    }

    /// For each effect that an order had, in their order, whether it was of a success.
    pub(crate) fn effects(&self, order: &OrderKey) -> Vec<bool> {
        let effects = self.effects.get(order).map_or(&[][..], Vec::as_slice);
        effects.iter().map(|effect| effect.paid).collect()
    }
}
