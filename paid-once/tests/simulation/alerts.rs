//! What the log tells whoever is on call, by order.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;

use paid_once::OrderKey;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

thread_local! {
    /// The orders that a warning or an error named, in the world that this thread runs.
    static ALERTED: RefCell<HashSet<String>> = RefCell::default();
}

/// Whether the log warned of an order.
pub(crate) fn were_of(order: &OrderKey) -> bool {
    ALERTED.with_borrow(|orders| orders.contains(order.order_id()))
}

/// Runs a world, and listens to what it logs.
pub(crate) fn listened_to<T>(run: impl FnOnce() -> T) -> T {
    ALERTED.with_borrow_mut(HashSet::clear);
    tracing::subscriber::with_default(Log, run)
}

struct Log;

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && *metadata.level() <= Level::WARN
    }

    fn event(&self, event: &Event<'_>) {
        event.record(&mut OrderOf);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Notes the order that an event names.
struct OrderOf;

impl Visit for OrderOf {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "order_id" {
            ALERTED.with_borrow_mut(|orders| orders.insert(value.to_owned()));
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}
