//! Who waits for whom: calls that come while another one of their kind is under way are sent together.
//!
//! There is no thread and no task behind it. The first call goes at once and alone, and has the [`Turn`]; those that
//! come meanwhile queue. When the turn ends, however it ends, the queue goes on: a single call is given the turn
//! itself, several are sent together, by a task of their own, so that no caller who goes away takes the others with
//! it.

use std::collections::VecDeque;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use paid_once::{OrderKey, StoreError, async_trait};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::yield_now;
use tokio::time::timeout;

/// For so long others wait for what is under way. Then they go on without it: it may wait for a server that says
/// nothing, and they need not.
const PATIENCE: Duration = Duration::from_secs(1);

/// Calls of one kind that can be sent together.
#[async_trait]
pub(super) trait Kind: Send + Sync + 'static {
    /// What one call asks for.
    type Ask: Send + Sync + 'static;
    /// What it is told.
    type Answer: Send + 'static;

    /// The order that it is about. Two calls about one order are never sent together.
    fn order(ask: &Self::Ask) -> &OrderKey;

    /// Whether two calls about different orders may be sent together.
    fn agree(one: &Self::Ask, other: &Self::Ask) -> bool;

    /// Asks for all of them, in the order of their keys: one answer for each, `None` for one that has to
    /// be asked for alone.
    async fn together(&self, asks: &[&Self::Ask]) -> Vec<Option<Result<Self::Answer, StoreError>>>;
}

/// The calls of one kind, of one ledger.
pub(super) struct Queue<K: Kind>(Arc<Shared<K>>);

struct Shared<K: Kind> {
    kind: K,
    /// Calls sent together, at most.
    most: usize,
    state: Mutex<State<K>>,
}

struct State<K: Kind> {
    is_busy: bool,
    waiting: VecDeque<Waiting<K>>,
}

struct Waiting<K: Kind> {
    ask: K::Ask,
    go_on: oneshot::Sender<GoOn<K>>,
}

/// How a call goes on.
pub(super) enum GoOn<K: Kind> {
    /// It is answered.
    Answered(Result<K::Answer, StoreError>),
    /// It goes alone, and those that come meanwhile wait for it.
    First(Turn<K>),
    /// It goes alone, and nobody waits for it.
    Alone,
}

impl<K: Kind> Queue<K> {
    /// At most so many calls are sent together. With one, each goes alone and at once.
    pub(super) fn new(kind: K, most: usize) -> Self {
        let state = State {
            is_busy: false,
            waiting: VecDeque::new(),
        };
        Self(Arc::new(Shared {
            kind,
            most,
            state: Mutex::new(state),
        }))
    }

    /// Waits for those that are under way, if there are any, and says how to go on.
    pub(super) async fn enter(&self, ask: impl FnOnce() -> K::Ask) -> GoOn<K> {
        if self.0.most < 2 {
            return GoOn::Alone;
        }
        let first = {
            let mut state = self.0.state();
            let is_first = !state.is_busy;
            state.is_busy = true;
            is_first.then(|| Turn::of(&self.0, Handle::current()))
        };
        if let Some(turn) = first {
            // Those that are about to ask too are in time for it.
            yield_now().await;
            if self.0.state().waiting.is_empty() {
                return GoOn::First(turn);
            }
            let (go_on, gone_on) = oneshot::channel();
            self.0.state().waiting.push_front(Waiting { ask: ask(), go_on });
            drop(turn);
            return gone_on.await.unwrap_or(GoOn::Alone);
        }
        let gone_on = {
            let (go_on, gone_on) = oneshot::channel();
            let mut state = self.0.state();
            state.waiting.push_back(Waiting { ask: ask(), go_on });
            gone_on
        };
        // The runtime that was to send it may have ended.
        gone_on.await.unwrap_or(GoOn::Alone)
    }
}

impl<K: Kind> Clone for Queue<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K: Kind> Shared<K> {
    fn state(&self) -> MutexGuard<'_, State<K>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The calls that go next, in the order of their keys. None: nobody waits, and the next call goes at once.
    fn next(&self) -> Vec<Waiting<K>> {
        let mut state = self.state();
        // Whoever dropped its call does not want it any more.
        state.waiting.retain(|waiting| !waiting.go_on.is_closed());
        let count = state.waiting.len().min(self.most);
        let candidates: Vec<_> = state.waiting.drain(..count).collect();
        let (next, later) = apart::<K>(candidates);
        for waiting in later.into_iter().rev() {
            state.waiting.push_front(waiting);
        }
        state.is_busy = !next.is_empty();
        if next.len()>0 { SIZES[next.len()].fetch_add(1, std::sync::atomic::Ordering::Relaxed); }
        next
    }
}

/// Those that can be sent together with the first of them, and the others, for which there is another turn.
fn apart<K: Kind>(candidates: Vec<Waiting<K>>) -> (Vec<Waiting<K>>, Vec<Waiting<K>>) {
    let mut candidates = candidates.into_iter();
    let Some(first) = candidates.next() else {
        return (Vec::new(), Vec::new());
    };
    let (mut next, mut later) = (Vec::with_capacity(candidates.len() + 1), Vec::new());
    for waiting in candidates {
        if K::agree(&first.ask, &waiting.ask) {
            next.push(waiting);
        } else {
            later.push(waiting);
        }
    }
    next.insert(0, first);
    // Stable: of several about one order the first stays in front.
    next.sort_by(|one, other| K::order(&one.ask).cmp(K::order(&other.ask)));
    let mut distinct: Vec<Waiting<K>> = Vec::with_capacity(next.len());
    for waiting in next {
        match distinct.last() {
            Some(last) if K::order(&last.ask) == K::order(&waiting.ask) => later.push(waiting),
            _ => distinct.push(waiting),
        }
    }
    (distinct, later)
}

/// The right to be under way while others wait. Dropped, it goes on to those.
pub(super) struct Turn<K: Kind> {
    /// `None` once it went on.
    queue: Option<Arc<Shared<K>>>,
    runtime: Handle,
}

impl<K: Kind> Turn<K> {
    fn of(queue: &Arc<Shared<K>>, runtime: Handle) -> Self {
        let queue = Some(Arc::clone(queue));
        Self { queue, runtime }
    }

    /// Waits for the end of what is under way; the others only for a while.
    pub(super) async fn during<T>(self, under_way: impl Future<Output = T>) -> (T, Option<Self>) {
        let mut under_way = std::pin::pin!(under_way);
        match timeout(PATIENCE, &mut under_way).await {
            Ok(ended) => (ended, Some(self)),
            Err(_) => {
                drop(self);
                (under_way.await, None)
            }
        }
    }

    fn goes_on(&mut self) {
        while let Some(queue) = self.queue.take() {
            let mut next = queue.next();
            if next.len() > 1 {
                let turn = Self::of(&queue, self.runtime.clone());
                self.runtime.spawn(send(queue, next, turn));
            } else if let Some(only) = next.pop() {
                let turn = Self::of(&queue, self.runtime.clone());
                if let Err(GoOn::First(turn)) = only.go_on.send(GoOn::First(turn)) {
                    // It was dropped a moment ago. Not by dropping the turn: no recursion.
                    self.take_over(turn);
                }
            }
        }
    }

    fn take_over(&mut self, mut other: Self) {
        self.queue = mem::take(&mut other.queue);
    }
}

impl<K: Kind> Drop for Turn<K> {
    fn drop(&mut self) {
        self.goes_on();
    }
}

async fn send<K: Kind>(queue: Arc<Shared<K>>, calls: Vec<Waiting<K>>, turn: Turn<K>) {
    let asks: Vec<&K::Ask> = calls.iter().map(|call| &call.ask).collect();
    let (answers, turn) = turn.during(queue.kind.together(&asks)).await;
    for (call, answer) in calls.into_iter().zip(answers) {
        let go_on = answer.map_or(GoOn::Alone, GoOn::Answered);
        // Nobody waits for it if the call was dropped meanwhile.
        let _ = call.go_on.send(go_on);
    }
    // Callers that go on at once with a call of this kind are in time for the next turn.
    yield_now().await;
    drop(turn);
}

pub static SIZES: [std::sync::atomic::AtomicUsize; 65] = [const { std::sync::atomic::AtomicUsize::new(0) }; 65];
pub struct Print;
impl Drop for Print { fn drop(&mut self) { let v: Vec<_> = SIZES.iter().enumerate().map(|(i,n)| (i, n.swap(0, std::sync::atomic::Ordering::Relaxed))).filter(|x| x.1>0).collect(); eprintln!("{v:?}"); } }
