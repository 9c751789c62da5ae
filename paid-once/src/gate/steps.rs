use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use super::builder::GateParts;
use super::claimed::log_store_error;
use super::time_limit::within;
use super::{
    Admission, ClaimedPayment, Decision, Delivery, GateBuilder, HandlerFailure, HandlerTasks,
    ReadBackAnswer, TestPayments, Unavailable, WhenReadBackUnavailable,
};
use crate::{
    BoxError, Claim, Claimant, ExpectedAmount, Lease, Mismatch, Mode, OrderKey, OrderStore,
    Payment, ReviewReason, Settled, Standing, StoreError, causes,
};

/// When to ask again about an order whose settlement this process is still trying to write.
const SETTLING_RETRY: Duration = Duration::from_secs(1);

/// Decides what happens with a verified payment, and hands each payment over once.
///
/// Cheap to clone; all clones share one store and one set of running handlers.
#[derive(Clone)]
pub struct Gate(Arc<GateParts>);

impl Gate {
    /// Starts to make a gate on `store` and the shop's record of `expected` amounts; one ledger is
    /// often both.
    pub fn builder(store: Arc<dyn OrderStore>, expected: Arc<dyn ExpectedAmount>) -> GateBuilder {
        GateBuilder::new(store, expected)
    }

    pub(super) fn from_parts(parts: GateParts) -> Self {
        Self(Arc::new(parts))
    }

    pub(super) fn parts(&self) -> &GateParts {
        &self.0
    }

    /// Takes a payment all the way: checks, claim, handler, settlement.
    ///
    /// Everything runs in a tracked task of its own. If the caller drops this future, because a
    /// connection broke or a time limit fired, the payment is still handled and settled.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub async fn receive<H, F, E>(&self, payment: Payment, handler: H) -> Decision
    where
        H: FnOnce(Delivery) -> F + Send + 'static,
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<BoxError> + Send + 'static,
    {
        let gate = self.clone();
        let task = async move { run_admitted(gate.admit(payment).await, handler).await };
        self.detach(task)
            .await
            .unwrap_or_else(Decision::HandlerFailed)
    }

    /// Takes a payment all the way as [`receive`](Self::receive) does, but [overrules](Self::overrule) the
    /// checks.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub async fn deliver_by_hand<H, F, E>(&self, payment: Payment, handler: H) -> Decision
    where
        H: FnOnce(Delivery) -> F + Send + 'static,
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<BoxError> + Send + 'static,
    {
        let gate = self.clone();
        let task = async move { run_admitted(gate.overrule(payment).await, handler).await };
        self.detach(task)
            .await
            .unwrap_or_else(Decision::HandlerFailed)
    }

    /// The steps before the handler: how the order stands, expected amount, read-back, claim.
    ///
    /// An order that is settled or being handled decides the answer before amount, mode or read-back are
    /// looked at. Mostly the claim shows that; where a check would refuse, or a read-back would be asked,
    /// the order's standing is read first.
    pub fn admit(&self, payment: Payment) -> impl Future<Output = Admission> + Send + use<'_> {
        // Not an async function, which keeps room for its arguments twice: every layer above holds this future.
        async move {
            if self.0.settling.has(&payment.order) {
                return Admission::Decided(Box::pin(self.while_settling(&payment)).await);
            }
            // What is rare is on the heap: a future is as large as the largest way through it.
            if let Err(refusal) = self.check_expected(&payment).await {
                return Admission::Decided(Box::pin(self.unless_settled(&payment, refusal)).await);
            }
            if self.0.read_back.is_some()
                && let Err(decision) = Box::pin(self.check_read_back(&payment)).await
            {
                return Admission::Decided(decision);
            }
            match self.lease(&payment, Claimant::unique()).await {
                Ok(lease) => self.claimed(payment, lease),
                Err(decision) => Admission::Decided(decision),
            }
        }
    }

    /// The claim alone, for a payment that a person decided to deliver although a check refused it. How
    /// the order stands decides all the same: what is settled is not delivered again, and a total that
    /// conflicts with a settled one is not granted.
    ///
    /// Make the payment only of what was verified: an entry of the [review queue](crate::ReviewQueue), or
    /// an [undelivered](crate::Undelivered) order.
    pub async fn overrule(&self, payment: Payment) -> Admission {
        self.overrule_as(payment, Claimant::unique()).await
    }

    async fn overrule_as(&self, payment: Payment, claimant: Claimant) -> Admission {
        match self.lease(&payment, claimant).await {
            Ok(lease) => self.claimed(payment, lease),
            Err(decision) => Admission::Decided(decision),
        }
    }

    /// Settles the order of a payment without any handler, so that no later message delivers it.
    ///
    /// [`Decision::Duplicate`] says that it was settled before, one way or the other:
    /// [`is_taken_out`](Self::is_taken_out) tells which.
    pub(crate) async fn take_out(&self, payment: Payment) -> Decision {
        let gate = self.clone();
        let nothing = |_: Delivery| async { Ok::<_, BoxError>(()) };
        let task = async move {
            let admission = gate.overrule_as(payment, Claimant::TAKING_OUT).await;
            run_admitted(admission, nothing).await
        };
        self.detach(task)
            .await
            .unwrap_or_else(Decision::HandlerFailed)
    }

    /// Whether a settled order was settled by taking its payment out.
    pub(crate) async fn is_taken_out(&self, order: &OrderKey) -> Result<bool, StoreError> {
        // What settled an order stays, so that asking for it again changes nothing.
        let lease = Lease::new(order.clone(), Claimant::TAKING_OUT, 1, 1);
        let settled = self.store(|store| store.settle(&lease)).await?;
        Ok(settled != Settled::Lost)
    }

    /// The lease of a payment whose claim is granted, or what to answer.
    async fn lease(&self, payment: &Payment, claimant: Claimant) -> Result<Lease, Decision> {
        // Just before the claim: what was asked before it may have taken longer than another's lease.
        if self.0.settling.has(&payment.order) {
            return Err(Box::pin(self.while_settling(payment)).await);
        }
        match self.claim(payment, claimant).await {
            Ok(Claim::Granted(lease)) => Ok(lease),
            Ok(refused) => Err(Box::pin(self.answer(payment, refused)).await),
            Err(error) => {
                log_store_error("claim", &error);
                Err(Decision::Unavailable(Unavailable::Store))
            }
        }
    }

    fn claimed(&self, payment: Payment, lease: Lease) -> Admission {
        let delivery = Delivery { payment, lease };
        Admission::Claimed(ClaimedPayment::new(self.clone(), delivery))
    }

    /// Refuses a verified payment that cannot be delivered as it is told, and records it for review.
    /// Where its order is settled or being handled, that is the answer.
    pub async fn refuse(&self, payment: &Payment, why: ReviewReason) -> Decision {
        let refusal = Refusal {
            decision: Decision::RefusedForReview(why),
            review: Some(why),
        };
        self.unless_settled(payment, refusal).await
    }

    /// Runs a future so that it outlives the caller: once it has to wait for anything it goes on in a
    /// task of its own, which [`drain`](Self::drain) waits for.
    ///
    /// # Errors
    ///
    /// [`HandlerFailure::Panicked`] if it panicked, [`HandlerFailure::Interrupted`] if the runtime shut down.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub fn detach<F>(
        &self,
        future: F,
    ) -> impl Future<Output = Result<F::Output, HandlerFailure>> + Send + use<F>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.0.tasks.detach(future)
    }

    /// The running handlers.
    #[must_use]
    pub fn tasks(&self) -> &HandlerTasks {
        &self.0.tasks
    }

    /// Makes [`drain`](Self::drain) wait for a future that the caller spawns itself, for frameworks
    /// whose handlers cannot move between threads.
    pub fn track<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        self.0.tasks.track(future)
    }

    /// Waits until no payment is being handled, at most for `deadline`. Call it on shutdown, after
    /// the server stopped accepting connections.
    ///
    /// # Errors
    ///
    /// [`DrainTimeout`] when handlers still run at the deadline. If the process ends now, their
    /// leases run out and the provider's next messages run them again.
    pub async fn drain(&self, deadline: Duration) -> Result<(), DrainTimeout> {
        self.0.tasks.drain(deadline).await
    }

    async fn check_expected(&self, payment: &Payment) -> Result<(), Refusal> {
        let question = self.0.expected.expected_amount(&payment.order);
        let expected = match within(self.0.store_timeout, question).await {
            Ok(Ok(expected)) => expected,
            Ok(Err(error)) => {
                let cause = causes(&*error);
                tracing::error!(error = %error, cause, "the expected amount could not be read");
                return Err(Refusal::unavailable(Unavailable::ExpectedAmount));
            }
            Err(_elapsed) => {
                tracing::error!("the expected amount took too long to read");
                return Err(Refusal::unavailable(Unavailable::ExpectedAmount));
            }
        };
        if let Err(mismatch) = expected.check_within(payment, self.0.surcharge_limit) {
            let why = match mismatch {
                Mismatch::UnknownOrder => ReviewReason::UnknownOrder,
                Mismatch::Amount { .. } => ReviewReason::AmountMismatch,
                Mismatch::SurchargeTooHigh { .. } => ReviewReason::SurchargeTooHigh,
                Mismatch::Currency { .. } => ReviewReason::CurrencyMismatch,
            };
            return Err(Refusal {
                decision: Decision::Mismatch(mismatch),
                review: Some(why),
            });
        }
        let unwelcome = self.0.test_payments == TestPayments::RecordForReview;
        if payment.mode == Mode::Test && unwelcome {
            return Err(Refusal {
                decision: Decision::TestPaymentRecorded,
                review: Some(ReviewReason::TestPayment),
            });
        }
        Ok(())
    }

    async fn check_read_back(&self, payment: &Payment) -> Result<(), Decision> {
        let Some((read_back, when_unavailable)) = &self.0.read_back else {
            return Ok(());
        };
        if !payment.outcome.is_paid() {
            return Ok(());
        }
        match self.standing(payment).await {
            Ok(Standing::Open) => {}
            Ok(stands) => return Err(self.answer(payment, stands.into_claim()).await),
            Err(_) => return Err(Decision::Unavailable(Unavailable::Store)),
        }
        let question = read_back.read_back(payment);
        let answer = within(self.0.read_back_timeout, question).await;
        match answer.unwrap_or(ReadBackAnswer::Unavailable) {
            ReadBackAnswer::Confirmed => Ok(()),
            ReadBackAnswer::Contradicted => {
                let why = ReviewReason::ReadBackContradicted;
                Err(self.record(payment, why, Decision::Contradicted).await)
            }
            ReadBackAnswer::Unavailable => match when_unavailable {
                WhenReadBackUnavailable::Deliver => Ok(()),
                WhenReadBackUnavailable::AskAgain => {
                    Err(Decision::Unavailable(Unavailable::ReadBack))
                }
            },
        }
    }

    /// The refusal, unless the order's standing answers the payment.
    async fn unless_settled(&self, payment: &Payment, refusal: Refusal) -> Decision {
        match (self.standing(payment).await, refusal.review) {
            (Ok(Standing::Open), Some(why)) => self.record(payment, why, refusal.decision).await,
            (Ok(Standing::Open) | Err(_), None) => refusal.decision,
            (Ok(stands), _) => self.answer(payment, stands.into_claim()).await,
            (Err(_), Some(_)) => Decision::Unavailable(Unavailable::Store),
        }
    }

    /// The answer while this process is still trying to settle the order: handed over it is not, but it may be
    /// settled already, and only the store's answer is still on its way.
    async fn while_settling(&self, payment: &Payment) -> Decision {
        match self.standing(payment).await {
            Ok(Standing::Duplicate) => Decision::Duplicate,
            _ => Decision::InProgress {
                retry_after: SETTLING_RETRY,
            },
        }
    }

    async fn standing(&self, payment: &Payment) -> Result<Standing, StoreError> {
        let standing = self.store(|store| store.standing(payment)).await;
        standing.inspect_err(|error| log_store_error("standing", error))
    }

    /// What to answer a payment whose claim is not granted.
    async fn answer(&self, payment: &Payment, refused: Claim) -> Decision {
        match refused {
            Claim::Duplicate => Decision::Duplicate,
            Claim::InProgress { retry_after } => Decision::InProgress { retry_after },
            // Nobody holds a lease that was granted to an answer: it runs out by itself.
            Claim::Granted(_) => Decision::Unavailable(Unavailable::Store),
            Claim::Superseded => {
                tracing::warn!(
                    order_id = payment.order.order_id(),
                    "the provider reports a failure for a paid order: look it up at the provider"
                );
                Decision::Superseded
            }
            Claim::Conflict => {
                let why = ReviewReason::Conflict;
                self.record(payment, why, Decision::ConflictRecorded).await
            }
        }
    }

    /// Records a payment that is not delivered. Unrecorded, it must not be acknowledged.
    async fn record(&self, payment: &Payment, why: ReviewReason, recorded: Decision) -> Decision {
        tracing::warn!(
            order_id = payment.order.order_id(),
            reason = why.as_str(),
            "a verified payment is not delivered and waits for review"
        );
        match self.store(|store| store.review(payment, why)).await {
            Ok(()) => recorded,
            Err(error) => {
                log_store_error("review", &error);
                Decision::Unavailable(Unavailable::Store)
            }
        }
    }

    /// Claims, and asks once more as the same claimant when the first answer is lost.
    async fn claim(&self, payment: &Payment, claimant: Claimant) -> Result<Claim, StoreError> {
        let lease_for = self.0.lease_for;
        match self.0.store.claim_at_once(payment, claimant, lease_for) {
            Some(Ok(claim)) => Ok(claim),
            answer => Box::pin(self.claim_waiting(payment, claimant, answer)).await,
        }
    }

    async fn claim_waiting(
        &self,
        payment: &Payment,
        claimant: Claimant,
        at_once: Option<Result<Claim, StoreError>>,
    ) -> Result<Claim, StoreError> {
        let lease_for = self.0.lease_for;
        let first = match at_once {
            Some(answer) => answer,
            None => {
                self.store(|store| store.claim(payment, claimant, lease_for))
                    .await
            }
        };
        match first {
            Ok(claim) => Ok(claim),
            Err(first) => {
                log_store_error("claim", &first);
                if self.0.settling.has(&payment.order) {
                    let retry_after = SETTLING_RETRY;
                    return Ok(Claim::InProgress { retry_after });
                }
                self.store(|store| store.claim(payment, claimant, lease_for))
                    .await
            }
        }
    }

    /// One call of the store, under the gate's time limit.
    pub(super) async fn store<'a, T, F>(
        &'a self,
        call: impl FnOnce(&'a dyn OrderStore) -> F,
    ) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>> + 'a,
    {
        match within(self.0.store_timeout, call(&*self.0.store)).await {
            Ok(answer) => answer,
            Err(elapsed) => Err(StoreError::new(elapsed)),
        }
    }
}

impl Gate {
    /// The longest that one payment takes from its admission on, settlement included, while the store
    /// answers.
    pub(crate) fn longest_delivery(&self) -> Duration {
        let read_back = self.0.read_back.as_ref();
        let reading_back = read_back.map_or(Duration::ZERO, |_| self.0.read_back_timeout);
        reading_back + self.0.lease_for + self.0.store_timeout
    }

    /// A call of a ledger, under the time limit of the store. A failure goes to the log.
    pub(crate) async fn within_store_limit<T>(
        &self,
        call: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let answer = within(self.0.store_timeout, call).await;
        let answer = answer.unwrap_or_else(|elapsed| Err(StoreError::new(elapsed)));
        answer.inspect_err(|error| log_store_error("ledger", error))
    }
}

async fn run_admitted<H, F, E>(admission: Admission, handler: H) -> Decision
where
    H: FnOnce(Delivery) -> F,
    F: Future<Output = Result<(), E>>,
    E: Into<BoxError>,
{
    match admission {
        Admission::Decided(decision) => decision,
        Admission::Claimed(claimed) => {
            let delivery = claimed.delivery().clone();
            // Called inside the future, so that a panic in `handler` itself is caught too. Given away, so that it is
            // dropped before the claim is given back.
            claimed.run(async move { handler(delivery).await }).await
        }
    }
}

/// How a check refuses a payment: what to answer, and what to record it for.
struct Refusal {
    decision: Decision,
    review: Option<ReviewReason>,
}

impl Refusal {
    fn unavailable(what: Unavailable) -> Self {
        Self {
            decision: Decision::Unavailable(what),
            review: None,
        }
    }
}

impl AsRef<HandlerTasks> for Gate {
    fn as_ref(&self) -> &HandlerTasks {
        self.tasks()
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Handlers still ran when [`Gate::drain`] had to stop waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{still_running} payment handlers were still running at the deadline")]
pub struct DrainTimeout {
    /// How many.
    pub still_running: usize,
}
