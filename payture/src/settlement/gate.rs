use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use paid_once::inquiry::{Pauses, Reconciler, ReconcilerBuilder};
use paid_once::{
    Admission, BoxError, Decision, Delivery, DrainTimeout, Gate, HandlerFailure, Money, OrderKey,
    OrderLedger, OrderRecord, OrderState, Payment,
};
use tokio::time::timeout;
use tracing::Instrument as _;

use super::verdict::{Verdict, judge};
use super::{Disposition, Missing, Notification, StateError, StateSource, VerifiedPayment};
use crate::Terminal;
use crate::replies::OrderStatus;
use crate::values::OrderId;

/// How long one look into the ledger may take.
const LEDGER_TIMEOUT: Duration = Duration::from_secs(10);
/// How long Payture may take to tell a state, repetitions included. Whoever hinted waits meanwhile.
const STATE_TIMEOUT: Duration = Duration::from_secs(30);

/// Turns hints into settled payments: the ledger, then `GetState`, then the gate.
///
/// One gate serves one terminal. Cheap to clone.
#[derive(Clone)]
pub struct PaytureGate(pub(super) Arc<Parts>);

pub(super) struct Parts {
    pub(super) terminal: Terminal,
    source: Arc<dyn StateSource>,
    pub(super) ledger: Arc<dyn OrderLedger>,
    gate: Gate,
}

impl PaytureGate {
    /// A gate for the orders of this terminal. `gate` must stand on the same `ledger`.
    #[must_use]
    pub fn new(
        terminal: Terminal,
        source: Arc<dyn StateSource>,
        ledger: Arc<dyn OrderLedger>,
        gate: Gate,
    ) -> Self {
        Self(Arc::new(Parts {
            terminal,
            source,
            ledger,
            gate,
        }))
    }

    /// The terminal.
    #[must_use]
    pub fn terminal(&self) -> &Terminal {
        &self.0.terminal
    }

    /// The ledger.
    #[must_use]
    pub fn ledger(&self) -> &Arc<dyn OrderLedger> {
        &self.0.ledger
    }

    /// Takes the body of a notification all the way. Nothing in it is believed but the order id, and that
    /// only to ask.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub async fn receive<H, F, E>(&self, body: &[u8], handler: H) -> Disposition
    where
        H: FnOnce(VerifiedPayment) -> F + Send + 'static,
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<BoxError> + Send + 'static,
    {
        let notification = match Notification::parse(body) {
            Ok(notification) => notification,
            Err(error) => {
                tracing::warn!(reason = %error, "a notification is refused");
                return Disposition::Malformed(error);
            }
        };
        let Some(order) = notification.trigger() else {
            tracing::info!(?notification, "a notification that settles nothing");
            return Disposition::Ignored(notification.event().clone());
        };
        self.check(&order, handler).await
    }

    /// Asks Payture about an order and settles it if it is paid: after a notification, when the browser
    /// comes back, or when nobody said anything.
    ///
    /// It runs in a tracked task and survives this future being dropped.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub async fn check<H, F, E>(&self, order: &OrderId, handler: H) -> Disposition
    where
        H: FnOnce(VerifiedPayment) -> F + Send + 'static,
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<BoxError> + Send + 'static,
    {
        let span = tracing::info_span!(
            "payture_settlement",
            order_id = order.as_str(),
            attempt = tracing::field::Empty,
            disposition = tracing::field::Empty,
        );
        let (gate, order, inner) = (self.clone(), order.clone(), span.clone());
        let checked = self.0.gate.detach(
            async move {
                match gate.admit(&order).await {
                    Err(disposition) => disposition,
                    Ok((claimed, payment)) => {
                        inner.record("attempt", payment.attempt());
                        // Called inside the future, so that a panic in `handler` is caught too.
                        claimed
                            .run(async move { handler(payment).await })
                            .await
                            .into()
                    }
                }
            }
            .instrument(span.clone()),
        );
        let panicked = Disposition::HandlerFailed(HandlerFailure::Panicked);
        let disposition = checked.await.unwrap_or(panicked);
        span.record("disposition", disposition.as_str());
        span.in_scope(|| {
            tracing::info!(disposition = disposition.as_str(), "an order was checked");
        });
        disposition
    }

    /// Starts to make the [`Reconciler`] of this terminal's orders: it asks Payture about those that are due,
    /// and settles what is paid through this gate. Payture sends a notification once by default, so run one.
    ///
    /// It takes the orders that are due every 15 s, and asks about an unpaid one again after 15 s, doubling
    /// up to 6 h. Payture advises to wait 15 s before the first question: open orders with
    /// [`with_inquire_after`](paid_once::NewOrder::with_inquire_after).
    ///
    /// ```no_run
    /// # async fn start(gate: payture::PaytureGate, stop: impl Future<Output = ()>) {
    /// let reconciler = gate.reconciler(async |payment: payture::VerifiedPayment| {
    ///     println!("{} paid {}", payment.order_id(), payment.total());
    ///     Ok::<_, payture::BoxError>(())
    /// });
    /// reconciler.build().run(stop).await;
    /// # }
    /// ```
    pub fn reconciler<H, F, E>(&self, handler: H) -> ReconcilerBuilder
    where
        H: Fn(VerifiedPayment) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<BoxError> + Send + 'static,
    {
        const FIRST: Duration = Duration::from_secs(15);
        let (parts, this) = (&*self.0, self.clone());
        let handler = Arc::new(handler);
        let handle = move |delivery: Delivery| {
            let (handler, payment) = (handler.clone(), this.verified(delivery));
            async move {
                match payment {
                    Some(payment) => handler(payment).await.map_err(Into::into),
                    None => Err(BoxError::from("not a payment of this terminal")),
                }
            }
        };
        let merchant = parts.terminal.namespace();
        let (ledger, gate) = (parts.ledger.clone(), parts.gate.clone());
        Reconciler::builder(merchant, ledger, gate, self.clone(), handle)
            .every(FIRST)
            .pauses(Pauses::new(FIRST, Duration::from_hours(6)))
            .ask_timeout(STATE_TIMEOUT)
    }

    fn verified(&self, delivery: Delivery) -> Option<VerifiedPayment> {
        let order = self.own(&delivery.payment.order)?;
        let total = delivery.payment.total()?;
        Some(VerifiedPayment::new(order, total, delivery))
    }

    /// The order's id, if the order is of this terminal.
    pub(super) fn own(&self, key: &OrderKey) -> Option<OrderId> {
        let order = OrderId::new(key.order_id()).ok()?;
        (self.terminal().order_key(&order) == *key).then_some(order)
    }

    /// Waits until no payment is being handled; see [`Gate::drain`].
    ///
    /// # Errors
    ///
    /// [`DrainTimeout`] when handlers still run at the deadline.
    pub async fn drain(&self, deadline: Duration) -> Result<(), DrainTimeout> {
        self.0.gate.drain(deadline).await
    }

    /// The steps before the handler.
    async fn admit(
        &self,
        order: &OrderId,
    ) -> Result<(paid_once::ClaimedPayment, VerifiedPayment), Disposition> {
        let parts = &*self.0;
        let key = parts.terminal.order_key(order);
        let record = self.unsettled(&key).await?;
        let (verdict, status) = self.0.judged(order).await.map_err(no_state)?;
        let total = match verdict {
            Verdict::Charged(total) => total,
            other => return Err(self.not_settled(key, &status, other).await),
        };
        if record.expected.amount() != Some(total) {
            // It may have been settled and partly refunded since the ledger was asked.
            self.unsettled(&key).await?;
        }
        match parts.gate.admit(charged(key, total)).await {
            Admission::Decided(decision) => Err(decision.into()),
            Admission::Claimed(claimed) => {
                let delivery = claimed.delivery().clone();
                Ok((claimed, VerifiedPayment::new(order.clone(), total, delivery)))
            }
        }
    }

    /// The shop's own record of an order that is not settled.
    async fn unsettled(&self, key: &OrderKey) -> Result<OrderRecord, Disposition> {
        let record = match timeout(LEDGER_TIMEOUT, self.0.ledger.get(key)).await {
            Ok(Ok(record)) => record,
            Ok(Err(error)) => {
                tracing::error!(error = %error, "the ledger could not be read");
                return Err(Disposition::Unavailable(Missing::Ledger));
            }
            Err(_elapsed) => {
                tracing::error!("the ledger took too long to read");
                return Err(Disposition::Unavailable(Missing::Ledger));
            }
        };
        let known = record.filter(|record| record.expected.amount().is_some());
        let Some(record) = known else {
            tracing::warn!("a hint names an order that this shop never opened");
            return Err(Disposition::UnknownOrder);
        };
        match record.state {
            OrderState::Paid { .. } => Err(Disposition::AlreadySettled),
            _ => Ok(record),
        }
    }

    /// What to do with an answer that does not settle. Money that is really there, but not as it should
    /// be, is recorded for a person.
    async fn not_settled(
        &self,
        key: OrderKey,
        status: &OrderStatus,
        verdict: Verdict,
    ) -> Disposition {
        let why = verdict.needs_review();
        let disposition = match verdict {
            Verdict::HoldOnly => Disposition::HoldOnly,
            Verdict::NotPaid(state) => Disposition::NotPaid(state),
            Verdict::LookAgain(state) => Disposition::LookAgain(state),
            Verdict::OtherOrder | Verdict::Charged(_) => Disposition::OtherOrder,
            Verdict::Refunded => Disposition::Refunded,
            Verdict::Disputed => Disposition::Disputed,
            Verdict::WrongTerminal => Disposition::WrongTerminal,
            Verdict::Forwarded => Disposition::Forwarded,
        };
        let Some(why) = why else {
            return disposition;
        };
        let payment = self.0.odd(key, status);
        match self.0.gate.refuse(&payment, why).await {
            Decision::RefusedForReview(_) => disposition,
            decision => decision.into(),
        }
    }
}

impl Parts {
    /// Asks Payture, and what that says about settling.
    pub(super) async fn judged(
        &self,
        order: &OrderId,
    ) -> Result<(Verdict, OrderStatus), StateError> {
        let status = match timeout(STATE_TIMEOUT, self.source.state(order)).await {
            Ok(answer) => answer?,
            Err(elapsed) => return Err(StateError::Unavailable(elapsed.into())),
        };
        Ok((judge(&self.terminal, order, &status), status))
    }

    /// Money that is there and not as it should be.
    pub(super) fn odd(&self, key: OrderKey, status: &OrderStatus) -> Payment {
        let nothing = Money::new(0, self.terminal.currency());
        Payment::paid(key, status.amount.unwrap_or(nothing))
    }
}

/// Asked for exactly this: also a ledger that allows a surcharge compares for equality then.
pub(super) fn charged(key: OrderKey, total: Money) -> Payment {
    Payment::paid(key, total).with_requested(Some(total))
}

fn no_state(error: StateError) -> Disposition {
    match error {
        StateError::NotThere(code) => Disposition::NotThere(code),
        StateError::OtherOrder => Disposition::OtherOrder,
        StateError::Unavailable(cause) => {
            tracing::warn!(error = %cause, "Payture did not tell the order's state");
            Disposition::Unavailable(Missing::GetState)
        }
    }
}

impl fmt::Debug for PaytureGate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaytureGate")
            .field("terminal", &self.0.terminal)
            .field("gate", &self.0.gate)
            .finish_non_exhaustive()
    }
}
