//! The store, the nodes, and the chance that rules them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use paid_once::*;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::book::Book;
use crate::node::Node;
use crate::provider::{self, Script};

const NODES: usize = 3;
const ORDERS: u64 = 4;

/// What the shop's handler is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HandlerKind {
    /// Its effect and the settlement are one transaction.
    SettlesWithItsEffect,
    /// Its effect comes first, the gate settles after.
    Plain,
}

/// What may go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Faults {
    /// Everything is slow, and notifications come twice and out of order.
    Delays,
    /// Also nodes die, handlers fail, panic and hang, and calls of the store fail or lose their answer.
    All,
}

/// How often each fault happened: a simulation without faults would prove nothing.
#[derive(Debug, Default, Clone)]
pub(crate) struct FaultCount {
    pub(crate) deaths: u64,
    pub(crate) lost_answers: u64,
    pub(crate) failed_calls: u64,
    pub(crate) bad_handlers: u64,
    pub(crate) repeated: u64,
    pub(crate) questions: u64,
}

impl FaultCount {
    pub(crate) fn add(&mut self, other: &Self) {
        self.deaths += other.deaths;
        self.lost_answers += other.lost_answers;
        self.failed_calls += other.failed_calls;
        self.bad_handlers += other.bad_handlers;
        self.repeated += other.repeated;
        self.questions += other.questions;
    }

    pub(crate) fn assert_all_happened(&self, faults: Faults) {
        assert!(self.repeated.min(self.questions) > 100, "{self:?}");
        if faults == Faults::All {
            let rarest = self.deaths.min(self.lost_answers).min(self.failed_calls);
            assert!(rarest.min(self.bad_handlers) > 100, "{self:?}");
        }
    }
}

pub(crate) struct World {
    pub(crate) ledger: MemoryStore,
    pub(crate) handler: HandlerKind,
    pub(crate) faults: Faults,
    nodes: Mutex<Vec<Arc<Node>>>,
    book: Mutex<Book>,
    count: Mutex<FaultCount>,
    begun: OnceLock<Instant>,
    chance: Mutex<fastrand::Rng>,
    /// What the provider says when it is asked: the first payment that succeeded.
    paid: Mutex<HashMap<OrderKey, Payment>>,
    /// Whether notifications are given up after a few tries.
    pub(crate) loses_notifications: bool,
}

impl World {
    pub(crate) fn new(seed: u64, handler: HandlerKind, faults: Faults) -> Self {
        Self {
            ledger: MemoryStore::new(),
            handler,
            faults,
            nodes: Mutex::default(),
            book: Mutex::default(),
            count: Mutex::default(),
            chance: Mutex::new(fastrand::Rng::with_seed(seed)),
            paid: Mutex::default(),
            begun: OnceLock::new(),
            loses_notifications: false,
        }
    }

    pub(crate) fn losing_notifications(mut self) -> Self {
        self.loses_notifications = true;
        self
    }

    /// Everything that happens, and the rules at its end.
    pub(crate) async fn run(self: Arc<Self>) {
        self.begun();
        for _ in 0..NODES {
            let node = Node::start(&self);
            self.nodes().push(node);
        }
        let mut provider = JoinSet::new();
        let mut scripts = Vec::new();
        for number in 0..ORDERS {
            let script = Script::drawn(&self, number).await;
            provider.spawn(provider::play(self.clone(), script.clone()));
            scripts.push(script);
        }
        let deaths = tokio::spawn(deaths(self.clone()));
        while let Some(ended) = provider.join_next().await {
            ended.unwrap();
        }
        for script in &scripts {
            script.until_nothing_is_due(&self).await;
        }
        deaths.abort();
        self.book().assert_no_rule_was_broken();
        for script in &scripts {
            script.check(&self).await;
        }
    }

    pub(crate) fn fault_count(&self) -> FaultCount {
        lock(&self.count).clone()
    }

    pub(crate) fn count(&self, fault: impl FnOnce(&mut FaultCount)) {
        fault(&mut lock(&self.count));
    }

    /// When all orders were opened.
    pub(crate) fn begun(&self) -> Instant {
        *self.begun.get_or_init(Instant::now)
    }

    /// Something happens at the provider.
    pub(crate) fn happens(&self, payment: &Payment) {
        if payment.outcome.is_paid() {
            let mut paid = lock(&self.paid);
            let first = paid.entry(payment.order.clone());
            first.or_insert_with(|| payment.clone());
        }
    }

    /// What the provider says about an order.
    pub(crate) fn paid(&self, order: &OrderKey) -> Option<Payment> {
        lock(&self.paid).get(order).cloned()
    }

    pub(crate) fn book(&self) -> MutexGuard<'_, Book> {
        lock(&self.book)
    }

    /// A number below `end`.
    pub(crate) fn below(&self, end: u64) -> u64 {
        lock(&self.chance).u64(..end)
    }

    /// Whether something that happens `per_cent` of the time happens now. Never where nothing may fail.
    pub(crate) fn fails(&self, per_cent: u64) -> bool {
        self.faults == Faults::All && self.below(100) < per_cent
    }

    pub(crate) async fn wait_up_to(&self, millis: u64) {
        sleep(Duration::from_millis(self.below(millis + 1))).await;
    }

    /// The node that a notification comes to.
    pub(crate) fn any_node(&self) -> Arc<Node> {
        let nodes = self.nodes();
        let at = usize::try_from(self.below(nodes.len() as u64)).unwrap();
        nodes[at].clone()
    }

    fn nodes(&self) -> MutexGuard<'_, Vec<Arc<Node>>> {
        lock(&self.nodes)
    }
}

/// Also after a rule was broken while it was held: the first failure is the one to show.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Nodes die, one after the other, and others take their place.
async fn deaths(world: Arc<World>) {
    if world.faults != Faults::All {
        return;
    }
    loop {
        world.wait_up_to(400).await;
        let at = usize::try_from(world.below(NODES as u64)).unwrap();
        world.nodes()[at].die();
        world.count(|count| count.deaths += 1);
        world.wait_up_to(200).await;
        let node = Node::start(&world);
        world.nodes()[at] = node;
    }
}
