use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use paid_once::{
    Admission, BoxError, DrainTimeout, Gate, HandlerFailure, Money, OrderKey, OrderLedger,
    OrderRecord, OrderState, Payment, ReviewReason,
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
pub struct PaytureGate(Arc<Parts>);

struct Parts {
    terminal: Terminal,
    source: Arc<dyn StateSource>,
    ledger: Arc<dyn OrderLedger>,
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
        let status = match timeout(STATE_TIMEOUT, parts.source.state(order)).await {
            Ok(answer) => answer.map_err(no_state)?,
            Err(elapsed) => return Err(no_state(StateError::Unavailable(elapsed.into()))),
        };
        let total = match judge(&parts.terminal, order, &status) {
            Verdict::Charged(total) => total,
            other => return Err(self.not_settled(&key, &status, other).await),
        };
        if record.expected.amount() != Some(total) {
            // It may have been settled and partly refunded since the ledger was asked.
            self.unsettled(&key).await?;
        }
        // Asked for exactly this: also a ledger that allows a surcharge compares for equality then.
        let payment = Payment::paid(key, total).with_requested(Some(total));
        match parts.gate.admit(payment).await {
            Admission::Decided(decision) => Err(decision.into()),
            Admission::Claimed(claimed) => {
                let delivery = claimed.delivery().clone();
                let payment = VerifiedPayment::new(order.clone(), total, delivery, status);
                Ok((claimed, payment))
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
        key: &OrderKey,
        status: &OrderStatus,
        verdict: Verdict,
    ) -> Disposition {
        let disposition = match verdict {
            Verdict::HoldOnly => return Disposition::HoldOnly,
            Verdict::NotPaid(state) => return Disposition::NotPaid(state),
            Verdict::Refunded => return Disposition::Refunded,
            Verdict::Disputed => return Disposition::Disputed,
            Verdict::LookAgain(state) => return Disposition::LookAgain(state),
            Verdict::OtherOrder | Verdict::Charged(_) => return Disposition::OtherOrder,
            Verdict::WrongTerminal => Disposition::WrongTerminal,
            Verdict::Forwarded => Disposition::Forwarded,
        };
        let amount = status
            .amount
            .unwrap_or(Money::new(0, self.0.terminal.currency()));
        let payment = Payment::paid(key.clone(), amount);
        tracing::warn!(
            disposition = disposition.as_str(),
            "a charged order is not settled and waits for review"
        );
        let recorded = self
            .0
            .ledger
            .review(&payment, ReviewReason::ReadBackContradicted);
        if let Ok(Ok(())) = timeout(LEDGER_TIMEOUT, recorded).await {
            return disposition;
        }
        tracing::error!("the review could not be recorded");
        Disposition::Unavailable(Missing::Ledger)
    }
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
