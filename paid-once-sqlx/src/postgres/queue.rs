//! Who waits for whom: calls that come while another one of their kind is under way are sent together.
//!
//! There is no thread and no task behind it. The first call goes at once and alone, and has the [`Turn`]; those that
//! come meanwhile queue. When the turn ends, however it ends, the queue goes on: a single call is given the turn
//! itself, several are sent together, by a task of their own, so that no caller who goes away takes the others with
//! it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use paid_once::{OrderKey, StoreError, async_trait};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::yield_now;
use tokio::time::timeout;

/// For so long a call waits for what is under way. Then it goes on without that: it may be waiting for a server that
/// says nothing, or not be polled any more.
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

    /// Asks for all of them, in the order of their keys: an answer for each, `None` or nothing for one that has to
    /// be asked for alone.
    async fn together(&self, asks: &[&Self::Ask]) -> Vec<Option<Result<Self::Answer, StoreError>>>;
}

/// The calls of one kind, of one ledger.
pub(super) struct Queue<K: Kind>(Arc<Shared<K>>);

struct Shared<K: Kind> {
    kind: K,
    /// Calls sent together, at least: fewer go alone.
    least: usize,
    /// And at most.
    most: usize,
    state: Mutex<State<K>>,
}

struct State<K: Kind> {
    /// Which turn it is. One with a smaller number is over for the others, whether it has ended or not.
    turn: u64,
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
        Self::from_to(2, most, kind)
    }

    fn from_to(least: usize, most: usize, kind: K) -> Self {
        let state = State {
            turn: 0,
            is_busy: false,
            waiting: VecDeque::new(),
        };
        Self(Arc::new(Shared {
            kind,
            least,
            most,
            state: Mutex::new(state),
        }))
    }

    /// Waits for those that are under way, if there are any, and says how to go on.
    pub(super) async fn enter(&self, ask: impl Fn() -> K::Ask) -> GoOn<K> {
        if self.0.most < self.0.least {
            return GoOn::Alone;
        }
        match self.turn_or_place(&ask) {
            Entered::Waiting(gone_on) => self.wait(gone_on).await,
            Entered::First(turn) => {
                // Tasks that are ready to ask too do so before it goes. Where there are none, this is no wait.
                yield_now().await;
                let Some(gone_on) = self.place_among_others(&ask) else {
                    return GoOn::First(turn);
                };
                drop(turn);
                self.wait(gone_on).await
            }
        }
    }

    fn turn_or_place(&self, ask: impl Fn() -> K::Ask) -> Entered<K> {
        let mut state = self.0.state();
        if state.is_busy {
            let (waiting, gone_on) = Waiting::of(ask());
            state.waiting.push_back(waiting);
            return Entered::Waiting(gone_on);
        }
        Entered::First(Turn::begin(&self.0, &mut state, Handle::current()))
    }

    /// In front of those that wait. `None`: too few do.
    fn place_among_others(&self, ask: impl Fn() -> K::Ask) -> Option<oneshot::Receiver<GoOn<K>>> {
        let mut state = self.0.state();
        if state.waiting.len() + 1 < self.0.least {
            return None;
        }
        let (waiting, gone_on) = Waiting::of(ask());
        state.waiting.push_front(waiting);
        Some(gone_on)
    }

    async fn wait(&self, mut gone_on: oneshot::Receiver<GoOn<K>>) -> GoOn<K> {
        loop {
            match timeout(PATIENCE, &mut gone_on).await {
                Ok(Ok(go_on)) => return go_on,
                // The runtime that was to send it has ended.
                Ok(Err(_)) => return GoOn::Alone,
                Err(_) => drop(self.next_turn()),
            }
        }
    }

    /// Those that still wait, wait no longer for what is under way: the turn, whose end is theirs.
    fn next_turn(&self) -> Option<Turn<K>> {
        let mut state = self.0.state();
        let somebody_waits = !state.waiting.is_empty();
        somebody_waits.then(|| Turn::begin(&self.0, &mut state, Handle::current()))
    }
}

impl<K: Kind> Clone for Queue<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

enum Entered<K: Kind> {
    First(Turn<K>),
    Waiting(oneshot::Receiver<GoOn<K>>),
}

impl<K: Kind> Waiting<K> {
    fn of(ask: K::Ask) -> (Self, oneshot::Receiver<GoOn<K>>) {
        let (go_on, gone_on) = oneshot::channel();
        (Self { ask, go_on }, gone_on)
    }
}

impl<K: Kind> Shared<K> {
    fn state(&self) -> MutexGuard<'_, State<K>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// After this turn: the calls that go next, in the order of their keys, and their turn. `None`: nobody waits, or
    /// another turn took over meanwhile.
    fn after(self: &Arc<Self>, turn: &Turn<K>) -> Option<(Vec<Waiting<K>>, Turn<K>)> {
        let mut state = self.state();
        if state.turn != turn.number {
            return None;
        }
        // Whoever dropped its call does not want it any more.
        state.waiting.retain(|waiting| !waiting.go_on.is_closed());
        let count = state.waiting.len().min(self.most);
        let (next, later) = apart(state.waiting.drain(..count).collect());
        for waiting in later.into_iter().rev() {
            state.waiting.push_front(waiting);
        }
        if next.is_empty() {
            state.is_busy = false;
            return None;
        }
        let turn = Turn::begin(self, &mut state, turn.runtime.clone());
        Some((next, turn))
    }
}

/// Those that can be sent together with the first of them, in the order of their keys, and the others, for which
/// there is another turn.
fn apart<K: Kind>(calls: Vec<Waiting<K>>) -> (Vec<Waiting<K>>, Vec<Waiting<K>>) {
    let (mut next, mut later) = (Vec::with_capacity(calls.len()), Vec::new());
    for call in calls {
        let agree = |first: &Waiting<K>| K::agree(&first.ask, &call.ask);
        if next.first().is_none_or(agree) {
            next.push(call);
        } else {
            later.push(call);
        }
    }
    // Stable: of several about one order the first stays in front.
    next.sort_by(|one, other| K::order(&one.ask).cmp(K::order(&other.ask)));
    let mut distinct: Vec<Waiting<K>> = Vec::with_capacity(next.len());
    for call in next {
        match distinct.last() {
            Some(last) if K::order(&last.ask) == K::order(&call.ask) => later.push(call),
            _ => distinct.push(call),
        }
    }
    (distinct, later)
}

/// The right to be under way while others wait. Dropped, it goes on to those.
pub(super) struct Turn<K: Kind> {
    queue: Arc<Shared<K>>,
    number: u64,
    runtime: Handle,
}

impl<K: Kind> Turn<K> {
    fn begin(queue: &Arc<Shared<K>>, state: &mut State<K>, runtime: Handle) -> Self {
        state.is_busy = true;
        state.turn += 1;
        Self {
            queue: Arc::clone(queue),
            number: state.turn,
            runtime,
        }
    }
}

impl<K: Kind> Drop for Turn<K> {
    fn drop(&mut self) {
        let Some((mut calls, turn)) = self.queue.after(self) else {
            return;
        };
        if calls.len() >= self.queue.least {
            self.runtime.spawn(send(calls, turn));
        } else if let Some(call) = calls.pop() {
            // Dropped a moment ago, it comes back, and goes on to the next.
            let _ = call.go_on.send(GoOn::First(turn));
        }
    }
}

async fn send<K: Kind>(calls: Vec<Waiting<K>>, turn: Turn<K>) {
    let asks: Vec<&K::Ask> = calls.iter().map(|call| &call.ask).collect();
    let answers = turn.queue.kind.together(&asks).await;
    let answers = answers.into_iter().chain(std::iter::repeat_with(|| None));
    for (call, answer) in calls.into_iter().zip(answers) {
        // Nobody waits for it if the call was dropped meanwhile.
        let _ = call.go_on.send(answer.map_or(GoOn::Alone, GoOn::Answered));
    }
    // Callers that go on at once with another call of this kind are in time for the next turn.
    yield_now().await;
    drop(turn);
}

#[cfg(test)]
impl<K: Kind> Queue<K> {
    /// A single call too goes the way of several.
    pub(super) fn always_together(kind: K) -> Self {
        Self::from_to(1, 64, kind)
    }
}

#[cfg(test)]
mod tests;
