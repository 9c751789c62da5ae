//! The store, the nodes, and the chance that rules them.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use paid_once::inquiry::Answer;
use paid_once::refund::NewRefund;
use paid_once::*;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep};

use crate::book::Book;
use crate::fault_count::FaultCount;
use crate::node::Node;
use crate::refunds::GivenBack;
use crate::story::{Odd, Script};
use crate::{buyer, people, provider, refunds, retention, rules, troubles};

const ORDERS: u64 = 4;
/// The store is never away for longer.
pub(crate) const LONGEST_AWAY: Duration = Duration::from_secs(4);

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
    /// Everything is slow, notifications come twice and out of order, and nodes are restarted in an
    /// orderly way.
    Delays,
    /// No node ends, but the store is away at times, for at most so long, and handlers fail, panic and
    /// hang.
    StoreAway(Duration),
    /// Nodes die, handlers fail, panic and hang, and calls of the store fail or lose their answer.
    All,
}

pub(crate) struct World {
    pub(crate) ledger: MemoryStore,
    pub(crate) handler: HandlerKind,
    pub(crate) faults: Faults,
    seed: u64,
    node_count: usize,
    nodes: Mutex<Vec<Arc<Node>>>,
    book: Mutex<Book>,
    count: Mutex<FaultCount>,
    begun: OnceLock<Instant>,
    chance: Mutex<fastrand::Rng>,
    /// What the provider says when it is asked: the first payment that succeeded.
    paid: Mutex<HashMap<OrderKey, Payment>>,
    /// Every success that happened at the provider.
    happened: Mutex<Vec<Payment>>,
    given_back: Mutex<GivenBack>,
    /// The orders whose handler fails.
    broken_handlers: Mutex<HashSet<OrderKey>>,
    /// The orders that nobody can pay any more.
    failed_for_good: Mutex<HashSet<OrderKey>>,
    /// The orders that money is held for.
    held: Mutex<HashSet<OrderKey>>,
    /// The orders whose messages cannot be read in full.
    unreadable: Mutex<HashSet<OrderKey>>,
    opened: Mutex<HashMap<OrderKey, Instant>>,
    away_until: Mutex<Option<Instant>>,
    is_calm: AtomicBool,
    /// Whether notifications are given up after a few tries.
    pub(crate) loses_notifications: bool,
    /// Whether the gates ask the provider again, and what they do without an answer.
    pub(crate) reads_back: Option<WhenReadBackUnavailable>,
}

impl World {
    pub(crate) fn new(seed: u64, handler: HandlerKind, faults: Faults) -> Self {
        Self {
            ledger: MemoryStore::new(),
            handler,
            faults,
            seed,
            node_count: 3,
            nodes: Mutex::default(),
            book: Mutex::default(),
            count: Mutex::default(),
            chance: Mutex::new(fastrand::Rng::with_seed(seed)),
            paid: Mutex::default(),
            happened: Mutex::default(),
            given_back: Mutex::default(),
            broken_handlers: Mutex::default(),
            failed_for_good: Mutex::default(),
            held: Mutex::default(),
            unreadable: Mutex::default(),
            opened: Mutex::default(),
            away_until: Mutex::default(),
            is_calm: AtomicBool::new(false),
            begun: OnceLock::new(),
            loses_notifications: false,
            reads_back: match seed % 4 {
                0 => Some(WhenReadBackUnavailable::AskAgain),
                1 => Some(WhenReadBackUnavailable::Deliver),
                _ => None,
            },
        }
    }

    pub(crate) fn losing_notifications(mut self) -> Self {
        self.loses_notifications = true;
        self
    }

    pub(crate) fn on_one_node(mut self) -> Self {
        self.node_count = 1;
        self
    }

    /// Everything that happens, and the rules at its end.
    pub(crate) async fn run(self: Arc<Self>) {
        self.begun();
        for _ in 0..self.node_count {
            let node = Node::start(&self);
            self.nodes().push(node);
        }
        let mut scripts = Vec::new();
        for number in 0..ORDERS {
            scripts.push(Script::drawn(&self, number).await);
        }
        let mut troubles = JoinSet::new();
        troubles.spawn(troubles::begin(self.clone()));
        troubles.spawn(refunds::decide(self.clone()));
        let mut plays = JoinSet::new();
        for script in &scripts {
            plays.spawn(provider::play(self.clone(), script.clone()));
            for person in ["ayse", "mehmet"] {
                plays.spawn(people::work(self.clone(), script.clone(), person));
                plays.spawn(refunds::some_of(self.clone(), script.clone(), person));
            }
            if script.is_opened() {
                troubles.spawn(buyer::clicks(self.clone(), script.clone()));
            }
        }
        while let Some(ended) = plays.join_next().await {
            finished(ended);
        }
        for script in &scripts {
            rules::until_nothing_is_due(script, &self).await;
        }
        self.check(&scripts).await;
        troubles.abort_all();
        while let Some(ended) = troubles.join_next().await {
            if !ended.as_ref().is_err_and(JoinError::is_cancelled) {
                finished(ended);
            }
        }
        self.is_calm.store(true, Ordering::Relaxed);
        // It takes long.
        if self.seed.is_multiple_of(8) {
            rules::check_questions(&scripts, &self).await;
            self.check(&scripts).await;
        }
        self.restart_all(&scripts).await;
        rules::check_what_is_owed(&scripts, &self).await;
        self.book().assert_no_rule_was_broken();
    }

    /// Every node stops in an orderly way, old records are purged, and new nodes start.
    async fn restart_all(self: &Arc<Self>, scripts: &[Script]) {
        // The store is back.
        sleep(LONGEST_AWAY).await;
        let before = std::mem::take(&mut *self.nodes());
        for node in before {
            if !node.is_dead() {
                node.stop().await;
            }
        }
        retention::check(scripts, self).await;
        for _ in 0..self.node_count {
            let node = Node::start(self);
            self.nodes().push(node);
        }
    }

    async fn check(&self, scripts: &[Script]) {
        self.book().assert_no_rule_was_broken();
        people::check_entries(self).await;
        for script in scripts {
            refunds::check(script, self).await;
            rules::check(script, self).await;
        }
        self.book().assert_no_rule_was_broken();
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

    /// The shop opens an order.
    pub(crate) async fn open(&self, new: NewOrder) -> Opened {
        let order = new.order.clone();
        let opened = self.ledger.open(new).await.unwrap();
        if opened == Opened::New {
            lock(&self.opened).insert(order, Instant::now());
        }
        opened
    }

    /// When an order was opened, if it was before it was paid.
    pub(crate) fn opened(&self, order: &OrderKey) -> Option<Instant> {
        lock(&self.opened).get(order).copied()
    }

    /// Money is held for an order until it is paid.
    pub(crate) fn holds(&self, order: &OrderKey) {
        lock(&self.held).insert(order.clone());
    }

    pub(crate) fn is_to_be_unreadable(&self, order: &OrderKey) {
        lock(&self.unreadable).insert(order.clone());
    }

    pub(crate) fn is_unreadable(&self, payment: &Payment) -> bool {
        lock(&self.unreadable).contains(&payment.order)
    }

    /// Something happens at the provider.
    pub(crate) fn happens(&self, payment: &Payment) {
        if payment.outcome.is_paid() {
            let mut paid = lock(&self.paid);
            let first = paid.entry(payment.order.clone());
            first.or_insert_with(|| payment.clone());
            lock(&self.happened).push(payment.clone());
        }
    }

    /// Whether the provider, asked again, says the same.
    pub(crate) fn confirms(&self, payment: &Payment) -> bool {
        lock(&self.happened).contains(payment)
    }

    /// Whether the gates ask again and deliver nothing that is not confirmed.
    pub(crate) fn reads_back_strictly(&self) -> bool {
        self.reads_back == Some(WhenReadBackUnavailable::AskAgain)
    }

    /// A refund reaches the provider.
    pub(crate) fn execute(&self, refund: &NewRefund) {
        self.note("refund", &refund.order);
        let paid = self.book().standings.paid(&refund.order);
        let judged = lock(&self.given_back).execute(refund, paid);
        self.book().judge(judged);
    }

    pub(crate) fn given_back(&self) -> MutexGuard<'_, GivenBack> {
        lock(&self.given_back)
    }

    pub(crate) fn breaks_handler(&self, order: &OrderKey) {
        lock(&self.broken_handlers).insert(order.clone());
    }

    pub(crate) fn mends_handlers(&self) {
        lock(&self.broken_handlers).clear();
    }

    /// Whether the handler fails for this payment as long as nobody mends it.
    pub(crate) fn has_broken_handler(&self, payment: &Payment) -> bool {
        payment.outcome.is_paid() && lock(&self.broken_handlers).contains(&payment.order)
    }

    /// What the provider says about an order.
    pub(crate) fn paid(&self, order: &OrderKey) -> Option<Payment> {
        lock(&self.paid).get(order).cloned()
    }

    /// Nothing will happen at the provider but that an order failed.
    pub(crate) fn fails_for_good(&self, order: &OrderKey) {
        lock(&self.failed_for_good).insert(order.clone());
    }

    /// What the provider answers about an order. Some payments fail and it cannot say so.
    pub(crate) fn says(&self, order: &OrderKey) -> Answer {
        let failed = lock(&self.failed_for_good).contains(order);
        let is_held = lock(&self.held).contains(order);
        match self.paid(order) {
            Some(payment) if self.is_unreadable(&payment) => {
                Answer::Review(payment, Odd::Unreadable.reason())
            }
            Some(payment) => Answer::Paid(vec![payment]),
            None if is_held => Answer::StaysOpen,
            None if failed && self.below(2) == 0 => Answer::Failed(FailureReason::default()),
            None => Answer::NotYet,
        }
    }

    /// The store answers nobody until then.
    pub(crate) fn go_away(&self, until: Instant) {
        *lock(&self.away_until) = Some(until);
    }

    /// Until when the store is away, if it is.
    pub(crate) fn away_until(&self) -> Option<Instant> {
        lock(&self.away_until).filter(|until| *until > Instant::now())
    }

    pub(crate) fn book(&self) -> MutexGuard<'_, Book> {
        lock(&self.book)
    }

    /// A place in a list of so many.
    pub(crate) fn any(&self, count: usize) -> usize {
        usize::try_from(self.below(count as u64)).unwrap()
    }

    /// A number below `end`.
    pub(crate) fn below(&self, end: u64) -> u64 {
        lock(&self.chance).u64(..end)
    }

    /// Whether something that happens `per_cent` of the time happens now. Never where nothing may fail.
    pub(crate) fn fails(&self, per_cent: u64) -> bool {
        let may_fail = self.faults != Faults::Delays && !self.is_calm.load(Ordering::Relaxed);
        may_fail && self.below(100) < per_cent
    }

    /// The same for single calls of the store, and answers.
    pub(crate) fn loses_calls(&self, per_cent: u64) -> bool {
        self.faults == Faults::All && self.fails(per_cent)
    }

    pub(crate) async fn wait_up_to_duration(&self, longest: Duration) {
        let millis = u64::try_from(longest.as_millis()).unwrap();
        self.wait_up_to(millis).await;
    }

    pub(crate) async fn wait_up_to(&self, millis: u64) {
        sleep(Duration::from_millis(self.below(millis + 1))).await;
    }

    /// The node that a notification comes to.
    pub(crate) fn any_node(&self) -> Arc<Node> {
        self.nodes()[self.any_place()].clone()
    }

    /// One of the places that nodes have.
    pub(crate) fn any_place(&self) -> usize {
        self.any(self.node_count)
    }

    pub(crate) fn node_at(&self, place: usize) -> Arc<Node> {
        self.nodes()[place].clone()
    }

    /// A new node, from now on in this place.
    pub(crate) fn replace_node(self: &Arc<Self>, place: usize) {
        let node = Node::start(self);
        self.nodes()[place] = node;
    }

    /// Drops the nodes, which hold the world: a hundred thousand worlds do not fit into memory.
    pub(crate) fn close_down(&self) {
        self.nodes().clear();
    }

    fn nodes(&self) -> MutexGuard<'_, Vec<Arc<Node>>> {
        lock(&self.nodes)
    }
}

/// Also after a rule was broken while it was held: the first failure is the one to show.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A task has ended. Its panic goes on here.
pub(crate) fn finished(ended: Result<(), JoinError>) {
    match ended.map_err(JoinError::try_into_panic) {
        Ok(()) => {}
        Err(Ok(panic)) => std::panic::resume_unwind(panic),
        Err(Err(cancelled)) => panic!("a task is gone: {cancelled}"),
    }
}
