use std::fmt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use futures_util::{FutureExt as _, future};
use tracing::Instrument as _;

use super::builder::Schedule;
use super::found::{is_delivered, log, needs_person};
use super::last_time::LastTime;
use super::{Answer, DeliveryHandler, Found, Inquiry, Reconciled, ReconcilerBuilder};
use crate::{
    Admission, Decision, DueOrder, Gate, OrderKey, OrderLedger, OrderRecord, OrderState, Payment,
    StoreError, causes,
};

/// Asks a provider about the orders that are due, and delivers what is paid.
///
/// One reconciler serves one merchant namespace of a ledger. Each node of a shop may run one: the ledger
/// gives each due order to one of them. Cheap to clone.
#[derive(Clone)]
pub struct Reconciler(pub(super) Arc<ReconcilerParts>);

pub(super) struct ReconcilerParts {
    pub(super) merchant: String,
    pub(super) ledger: Arc<dyn OrderLedger>,
    pub(super) gate: Gate,
    pub(super) inquiry: Arc<dyn Inquiry>,
    pub(super) handler: Arc<dyn DeliveryHandler>,
    pub(super) schedule: Schedule,
    pub(super) every: Duration,
    pub(super) concurrency: usize,
    pub(super) ask_timeout: Duration,
    pub(super) last_take: LastTime,
    pub(super) last_answer: LastTime,
}

/// How a round ended.
struct RoundEnd {
    stopped: bool,
    failed: Option<StoreError>,
}

impl Reconciler {
    /// Starts to make a reconciler of one merchant namespace. `gate` must stand on `ledger`; `handler` is
    /// what the messages of the same orders are handled with.
    pub fn builder(
        merchant: impl Into<String>,
        ledger: Arc<dyn OrderLedger>,
        gate: Gate,
        inquiry: impl Inquiry,
        handler: impl DeliveryHandler,
    ) -> ReconcilerBuilder {
        ReconcilerBuilder::new(
            merchant.into(),
            ledger,
            gate,
            Arc::new(inquiry),
            Arc::new(handler),
        )
    }

    /// Does a [round](Self::round) every so often until `stop` is ready. Questions under way are then
    /// finished first: each takes at most the time limits of a question and of the gate. If this future
    /// is dropped instead, they go on in tasks that [`Gate::drain`] waits for.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        loop {
            let end = self.round_until(&mut stop, &mut |_| ()).await;
            if let Some(error) = &end.failed {
                let cause = causes(error);
                tracing::error!(cause, "the orders that are due could not be taken: {error}");
            }
            // No two nodes keep step with each other.
            let pause = self.0.every.mul_f64(0.9 + 0.2 * fastrand::f64());
            let pause = pin!(tokio::time::sleep(pause));
            if end.stopped || matches!(select(&mut stop, pause).await, Either::Left(_)) {
                return;
            }
        }
    }

    /// Asks once about every order that is due now, and says what came of each.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the due orders could not be taken. Those that were taken before are done.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub async fn round(&self) -> Result<Vec<Reconciled>, StoreError> {
        let mut reconciled = Vec::new();
        self.round_with(|order| reconciled.push(order)).await?;
        Ok(reconciled)
    }

    /// Like [`round`](Self::round), telling `seen` about each order as soon as it is done.
    ///
    /// # Errors
    ///
    /// See [`round`](Self::round).
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub async fn round_with(&self, mut seen: impl FnMut(Reconciled)) -> Result<(), StoreError> {
        let end = self.round_until(&mut future::pending(), &mut seen).await;
        end.failed.map_or(Ok(()), Err)
    }

    /// Asks about one order now, whether it is due or not: after a hint that it may be paid. `None` for an
    /// order that this shop never opened.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the order could not be read.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub async fn ask_about(&self, order: &OrderKey) -> Result<Option<Reconciled>, StoreError> {
        let ledger = &self.0.ledger;
        let Some(record) = self.0.gate.within_store_limit(ledger.get(order)).await? else {
            return Ok(None);
        };
        let (this, asked) = (self.clone(), record.clone());
        let look = self.0.gate.detach(async move { this.look(&asked).await });
        let found = look.await.unwrap_or(Found::Unavailable);
        log(&record, &found);
        Ok(Some(Reconciled { record, found }))
    }

    /// The gate behind it.
    #[must_use]
    pub fn gate(&self) -> &Gate {
        &self.0.gate
    }

    /// The ledger behind it.
    #[must_use]
    pub fn ledger(&self) -> &Arc<dyn OrderLedger> {
        &self.0.ledger
    }

    /// The merchant namespace whose orders it asks about.
    #[must_use]
    pub fn merchant(&self) -> &str {
        &self.0.merchant
    }

    /// How long ago the orders that are due were last taken from the ledger in this process, also when
    /// there were none. `None` before the first time.
    ///
    /// While [`run`](Self::run) runs and the ledger answers, this is seldom more than the
    /// [interval](ReconcilerBuilder::every), whether the provider answers or not. A question under way may
    /// add its time limit, and a delivery the gate's.
    #[must_use]
    pub fn since_last_take(&self) -> Option<Duration> {
        self.0.last_take.age()
    }

    /// How long ago the provider last gave an answer that could be used, whatever it was. `None` when it
    /// gave none to this process yet. A shop without open orders asks nothing.
    #[must_use]
    pub fn since_last_answer(&self) -> Option<Duration> {
        self.0.last_answer.age()
    }

    async fn round_until(
        &self,
        stop: &mut (impl Future<Output = ()> + Unpin),
        seen: &mut impl FnMut(Reconciled),
    ) -> RoundEnd {
        let parts = &*self.0;
        let mut asks = FuturesUnordered::new();
        let mut all_taken = false;
        let mut end = RoundEnd {
            stopped: false,
            failed: None,
        };
        loop {
            let takes_more = !all_taken && !end.stopped && end.failed.is_none();
            if takes_more && asks.len() <= parts.concurrency / 2 {
                let room = parts.concurrency - asks.len();
                match self.take(room).await {
                    Ok(due) => {
                        all_taken = due.len() < room;
                        asks.extend(due.into_iter().map(|due| self.work_on(due)));
                    }
                    Err(error) => end.failed = Some(error),
                }
            }
            if asks.is_empty() {
                return end;
            }
            if end.stopped {
                asks.next().await.map(&mut *seen);
                continue;
            }
            match select(asks.next(), &mut *stop).await {
                Either::Left((done, _)) => drop(done.map(&mut *seen)),
                Either::Right(_) => end.stopped = true,
            }
        }
    }

    async fn take(&self, room: usize) -> Result<Vec<DueOrder>, StoreError> {
        let parts = &*self.0;
        let room = u32::try_from(room).unwrap_or(u32::MAX);
        // Whoever took an order and is alive is done with it by then.
        let busy_for = parts.ask_timeout + parts.gate.longest_delivery();
        let take = parts.ledger.take_due(&parts.merchant, room, busy_for);
        let due = parts.gate.within_store_limit(take).await?;
        parts.last_take.is_now();
        Ok(due)
    }

    /// Asks about a due order, in a task that outlives the caller, and says when it is due again. The task begins
    /// now: the order is busy for no longer than it was taken for, whatever the caller waits for next.
    fn work_on(&self, due: DueOrder) -> impl Future<Output = Reconciled> + use<> {
        let (this, record) = (self.clone(), due.record.clone());
        let work = async move {
            let found = this.look(&due.record).await;
            this.reschedule(&due, found).await
        };
        let work = tokio::spawn(self.0.gate.track(work.in_current_span()));
        async move {
            let found = work.await.unwrap_or(Found::Unavailable);
            log(&record, &found);
            Reconciled { record, found }
        }
    }

    async fn look(&self, record: &OrderRecord) -> Found {
        if let OrderState::Paid { .. } = record.state {
            return Found::AlreadyPaid;
        }
        match self.ask(record).await {
            Answer::Paid(payments) if payments.is_empty() => Found::NotYet,
            Answer::Paid(payments) => {
                let mut decisions = Vec::with_capacity(payments.len());
                for payment in payments {
                    let order = payment.order.clone();
                    decisions.push((order, self.deliver(payment).await));
                }
                Found::Paid(decisions)
            }
            Answer::Failed(reason) => {
                let payment = Payment::failed(record.order.clone(), reason);
                Found::Failed(self.deliver(payment.with_mode(record.mode)).await)
            }
            Answer::NotYet => Found::NotYet,
            Answer::StaysOpen => Found::StaysOpen,
            Answer::Review(payment, why) => {
                Found::Review(why, self.0.gate.refuse(&payment, why).await)
            }
            Answer::Unavailable => Found::Unavailable,
        }
    }

    async fn ask(&self, record: &OrderRecord) -> Answer {
        let span = tracing::info_span!("inquiry", order_id = record.order.order_id());
        let question = AssertUnwindSafe(self.0.inquiry.ask(record)).catch_unwind();
        let answer = tokio::time::timeout(self.0.ask_timeout, question);
        match answer.instrument(span).await {
            Ok(Ok(Answer::Unavailable)) => Answer::Unavailable,
            Ok(Ok(answer)) => {
                self.0.last_answer.is_now();
                answer
            }
            Ok(Err(_panic)) => {
                tracing::error!(order_id = record.order.order_id(), "the inquiry panicked");
                Answer::Unavailable
            }
            Err(_elapsed) => {
                let limit = self.0.ask_timeout;
                tracing::warn!(
                    order_id = record.order.order_id(),
                    ?limit,
                    "no answer in time"
                );
                Answer::Unavailable
            }
        }
    }

    /// Through the gate, with the handler. Whoever calls runs in a task of its own already.
    async fn deliver(&self, payment: Payment) -> Decision {
        match self.0.gate.admit(payment).await {
            Admission::Decided(decision) => decision,
            Admission::Claimed(claimed) => {
                let (handler, delivery) = (self.0.handler.clone(), claimed.delivery().clone());
                claimed
                    .run(async move { handler.handle(delivery).await })
                    .await
            }
        }
    }

    /// Says when the order is due again, or closes it. When that cannot be written, the order is due
    /// again some time after it was taken.
    async fn reschedule(&self, due: &DueOrder, found: Found) -> Found {
        let (parts, order) = (&*self.0, &due.record.order);
        let schedule = &parts.schedule;
        let is_unpaid = matches!(found, Found::NotYet | Found::Failed(_));
        if is_unpaid && schedule.is_over(due) {
            match parts
                .gate
                .within_store_limit(parts.ledger.close(order))
                .await
            {
                Ok(true) => return Found::Closed,
                // It was paid since.
                Ok(false) => return found,
                Err(_) => {}
            }
        }
        // What was settled may be other orders, such as the instalments of a plan: the plan stays due.
        let is_settled = match &found {
            Found::AlreadyPaid => true,
            Found::Paid(decisions) => decisions
                .iter()
                .any(|(paid, decision)| paid == order && is_delivered(decision)),
            _ => false,
        };
        if is_settled {
            return found;
        }
        let pause = match &found {
            // Until a person mended something, asking again changes nothing.
            Found::Review(..) => schedule.longest(),
            Found::Paid(decisions)
                if decisions.iter().any(|(_, decision)| needs_person(decision)) =>
            {
                schedule.longest()
            }
            // Whatever it was before: now the buyer has paid and waits.
            Found::Paid(decisions) if decisions.iter().any(|(paid, _)| paid == order) => {
                schedule.pause_until_delivered(due)
            }
            _ => schedule.pause(due),
        };
        let postponed = parts.ledger.postpone(order, pause);
        // An error is in the log already.
        let _ = parts.gate.within_store_limit(postponed).await;
        found
    }
}

impl fmt::Debug for Reconciler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for ReconcilerParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reconciler")
            .field("merchant", &self.merchant)
            .field("gate", &self.gate)
            .field("every", &self.every)
            .field("concurrency", &self.concurrency)
            .finish_non_exhaustive()
    }
}
