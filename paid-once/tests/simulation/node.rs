//! One process of the shop, as far as the others can see it: a dead one does nothing any more.

use std::future::{Future as _, pending, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use paid_once::inquiry::{Answer, Inquiry, Pauses, Reconciler};
use paid_once::*;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::by_hand;
use crate::line::Line;
use crate::people::Desk;
use crate::questions::Told;
use crate::story::Odd;
use crate::world::{HandlerKind, World};

pub(crate) const HANDLER_TIMEOUT: Duration = Duration::from_millis(200);
pub(crate) const LEASE: Duration = Duration::from_millis(500);
pub(crate) const STORE_TIMEOUT: Duration = Duration::from_millis(100);
const ASK_TIMEOUT: Duration = Duration::from_millis(150);
const READ_BACK_TIMEOUT: Duration = Duration::from_millis(80);
pub(crate) const INQUIRE_AFTER: Duration = Duration::from_millis(700);
pub(crate) const HORIZON: Duration = Duration::from_secs(5);
pub(crate) const PAGE_LIFE: Duration = Duration::from_secs(3);
/// A node asks about so many orders at the same time.
const CONCURRENCY: usize = 2;

/// How long an order rests between two questions about it: at first, and at the longest.
pub(crate) const RESTS: [Duration; 2] = [Duration::from_millis(250), Duration::from_secs(2)];
/// The same while its payment is undelivered.
pub(crate) const UNDELIVERED_RESTS: [Duration; 2] =
    [Duration::from_millis(400), Duration::from_secs(1)];

/// An order that was taken rests at least so long when the rest could not be written down.
pub(crate) fn busy_for(world: &World) -> Duration {
    let read_back = world
        .reads_back
        .map_or(Duration::ZERO, |_| READ_BACK_TIMEOUT);
    ASK_TIMEOUT + read_back + LEASE + STORE_TIMEOUT
}

pub(crate) struct Node {
    gate: Gate,
    line: Arc<Line>,
    stop: Arc<Notify>,
    reconciler: Mutex<JoinHandle<()>>,
}

impl Node {
    pub(crate) fn start(world: &Arc<World>) -> Arc<Self> {
        let line = Arc::new(Line {
            world: world.clone(),
            dead: Arc::default(),
            asking: AtomicUsize::new(0),
        });
        let mut gate = Gate::builder(line.clone(), line.clone())
            .handler_timeout(HANDLER_TIMEOUT)
            .lease_for(LEASE)
            .store_timeout(STORE_TIMEOUT);
        if let Some(when_unavailable) = world.reads_back {
            let reads_back = Arc::new(ReadsBack(line.clone()));
            gate = gate
                .read_back_timeout(READ_BACK_TIMEOUT)
                .read_back(reads_back, when_unavailable);
        }
        let gate = gate.build().unwrap();
        let (ledger, inquiry, handling) = (line.clone(), Ask(line.clone()), line.clone());
        let handler = move |delivery| handle(handling.clone(), delivery);
        let reconciler = Reconciler::builder("100001", ledger, gate.clone(), inquiry, handler)
            .every(Duration::from_millis(200))
            .pauses(Pauses::new(RESTS[0], RESTS[1]))
            .undelivered_pauses(Pauses::new(UNDELIVERED_RESTS[0], UNDELIVERED_RESTS[1]))
            .horizon(HORIZON)
            .page_life(PAGE_LIFE)
            .ask_timeout(ASK_TIMEOUT)
            .concurrency(CONCURRENCY)
            .build();
        let stop = Arc::new(Notify::new());
        let stopped = stop.clone();
        let running = tokio::spawn(async move { reconciler.run(stopped.notified()).await });
        Arc::new(Self {
            gate,
            line,
            stop,
            reconciler: Mutex::new(running),
        })
    }

    /// From now on nothing that this node began goes on.
    pub(crate) fn die(&self) {
        self.line.dead.store(true, Ordering::Relaxed);
        let reconciler = self.reconciler.lock();
        reconciler.unwrap_or_else(PoisonError::into_inner).abort();
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.line.dead.load(Ordering::Relaxed)
    }

    pub(crate) fn line(&self) -> Arc<Line> {
        self.line.clone()
    }

    /// Where a person works the review queue.
    pub(crate) fn desk(&self) -> Desk {
        Desk {
            queue: ReviewQueue::new(self.gate.clone(), self.line.clone()),
            ledger: self.line.clone(),
        }
    }

    /// Stops in an orderly way: finishes what it began, within the time limits, and begins nothing.
    pub(crate) async fn stop(&self) {
        // A question, its payment and what is written of it, and the taking of orders before.
        let stops_within = busy_for(&self.line.world) + 2 * STORE_TIMEOUT;
        self.stop.notify_one();
        let begun = self.gate.drain(stops_within).await;
        let ended = poll_fn(|cx| {
            let reconciler = self.reconciler.lock();
            let mut reconciler = reconciler.unwrap_or_else(PoisonError::into_inner);
            Pin::new(&mut *reconciler).poll(cx)
        });
        let ended = timeout(stops_within, ended).await;
        if begun.is_err() || !matches!(ended, Ok(Ok(()))) {
            let broken = format!("a stopped node goes on: {begun:?}, {ended:?}");
            self.line.world.book().breaks(broken);
        }
    }

    /// A notification arrives.
    pub(crate) async fn receive(&self, payment: Payment) -> Decision {
        let line = self.line.clone();
        let decision = if line.world.is_unreadable(&payment) {
            let why = Odd::Unreadable.reason();
            self.gate.refuse(&payment, why).await
        } else {
            let (order, handler) = (payment.order.clone(), |delivery| handle(line, delivery));
            let decision = self.gate.receive(payment, handler).await;
            if let Decision::HandlerFailed(why) = decision {
                self.line.world.book().has_failed(&order, why);
            }
            decision
        };
        self.line.unless_dead().await;
        decision
    }

    /// A notification arrives where the framework takes the gate's steps itself.
    pub(crate) async fn receive_by_hand(&self, payment: Payment) -> Decision {
        if self.line.world.is_unreadable(&payment) {
            return self.receive(payment).await;
        }
        let (gate, line) = (self.gate.clone(), self.line.clone());
        let taken = by_hand::take(gate, line, payment);
        let decision = self.gate.track(taken).await;
        self.line.unless_dead().await;
        decision
    }
}

/// The provider's answers, over the same bad line.
struct Ask(Arc<Line>);

#[async_trait]
impl Inquiry for Ask {
    async fn ask(&self, order: &OrderRecord) -> Answer {
        let (line, order) = (&self.0, &order.order);
        let world = &line.world;
        let _question = Question::begin(line);
        world.asks(order, &line.dead);
        world.count(|count| count.questions += 1);
        line.way().await;
        if world.fails(3) {
            pending::<()>().await;
        }
        let answer = if world.fails(10) {
            Answer::Unavailable
        } else {
            world.says(order)
        };
        let told = Told::of(&answer);
        world.book().questions.told(order, &line.dead, told);
        line.way().await;
        answer
    }
}

/// A question under way.
struct Question<'a>(&'a Line);

impl<'a> Question<'a> {
    fn begin(line: &'a Line) -> Self {
        let under_way = line.asking.fetch_add(1, Ordering::Relaxed) + 1;
        if under_way > CONCURRENCY {
            let broken = format!("too many questions at the same time: {under_way}");
            line.world.book().breaks(broken);
        }
        Self(line)
    }
}

impl Drop for Question<'_> {
    fn drop(&mut self) {
        self.0.asking.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Asks the provider whether what it told is true, over the same bad line.
struct ReadsBack(Arc<Line>);

#[async_trait]
impl ReadBack for ReadsBack {
    async fn read_back(&self, payment: &Payment) -> ReadBackAnswer {
        let (line, world) = (&self.0, &self.0.world);
        world.note("read back", &payment.order);
        world.judges(|seen| seen.is_read_back(payment, STORE_TIMEOUT));
        line.way().await;
        if world.reads_back == Some(WhenReadBackUnavailable::Deliver) {
            // It never answers these shops.
            if world.below(2) == 0 {
                pending::<()>().await;
            }
            return ReadBackAnswer::Unavailable;
        }
        if world.fails(3) {
            pending::<()>().await;
        }
        if world.fails(10) {
            return ReadBackAnswer::Unavailable;
        }
        if world.confirms(payment) {
            ReadBackAnswer::Confirmed
        } else {
            ReadBackAnswer::Contradicted
        }
    }
}

/// Marks a handler as being at work until it ends or is dropped.
pub(crate) struct AtWork {
    line: Arc<Line>,
    order: OrderKey,
    number: u64,
}

impl AtWork {
    pub(crate) fn begin(line: &Arc<Line>, payment: &Payment) -> Self {
        line.world.note("handler", &payment.order);
        let number = line.world.book().start(payment, line.dead.clone());
        Self {
            line: line.clone(),
            order: payment.order.clone(),
            number,
        }
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        self.line.world.book().end(&self.order, self.number);
    }
}

pub(crate) async fn handle(line: Arc<Line>, delivery: Delivery) -> Result<(), BoxError> {
    let at_work = AtWork::begin(&line, &delivery.payment);
    let (world, lease) = (line.world.clone(), &delivery.lease);
    world.book().runs(lease, None);
    let ends = |how| world.book().runs(lease, Some(how));
    line.way().await;
    if world.has_broken_handler(&delivery.payment) {
        ends(Err(HandlerFailure::Error));
        return Err("the handler is broken".into());
    }
    if world.fails(8) {
        world.count(|count| count.bad_handlers += 1);
        match world.below(3) {
            0 => {
                ends(Err(HandlerFailure::Error));
                return Err("the handler failed".into());
            }
            1 => {
                ends(Err(HandlerFailure::Panicked));
                // A panic without its message: it would only hide a real one.
                std::panic::resume_unwind(Box::new("the handler panicked"))
            }
            _ => {
                ends(Err(HandlerFailure::TimedOut));
                pending::<()>().await;
            }
        }
    }
    match world.handler {
        // Entered before the gate settles, as a receipt in another database is.
        HandlerKind::Plain => world.book().enter(&delivery),
        // No await between the two: one transaction.
        HandlerKind::SettlesWithItsEffect => match world.settle(lease).await? {
            Settled::Now => {
                world.book().enter(&delivery);
                // Settled: from now on the order may be handled again, such as a success after a failure.
                drop(at_work);
            }
            Settled::Already => {}
            Settled::Lost => {
                ends(Err(HandlerFailure::Error));
                return Err("the lease is gone".into());
            }
        },
    }
    line.way().await;
    ends(Ok(()));
    Ok(())
}
