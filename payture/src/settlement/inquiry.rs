use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use paid_once::inquiry::{Answer, DeliveryHandler, Inquiry, Pauses, Reconciler, ReconcilerBuilder};
use paid_once::{
    Gate, Money, OrderKey, OrderLedger, OrderRecord, OrderState, Payment, ReviewReason,
};

use crate::client::{PaytureClient, PaytureError};
use crate::errors::ErrorClass;
use crate::replies::OrderStatus;
use crate::states::Funds;
use crate::values::OrderId;
use crate::{Interface, Terminal};

/// The inquiry of Payture: `GetState`, for the orders of one terminal that are paid through one interface.
///
/// | Payture says | answer |
/// |---|---|
/// | charged, on this terminal | [`Paid`](Answer::Paid): the gate compares the amount, for equality |
/// | not paid, or no such order | [`NotYet`](Answer::NotYet) |
/// | held | [`StaysOpen`](Answer::StaysOpen): it may be charged later |
/// | refunded | [`Review`](Answer::Review), [`RefundedBefore`](ReviewReason::RefundedBefore) |
/// | disputed | [`Review`](Answer::Review), [`Disputed`](ReviewReason::Disputed) |
/// | charged on another terminal, or forwarded to one | [`Review`](Answer::Review), [`OtherTerminal`](ReviewReason::OtherTerminal) |
/// | a state in between, another order, nothing readable | [`Unavailable`](Answer::Unavailable) |
///
/// An order that is settled while Payture is asked stays settled, whatever Payture says: a partial refund
/// lowers the amount of an order that stays `Charged`.
#[derive(Clone)]
pub struct StateOfOrders {
    client: PaytureClient,
    interface: Interface,
    ledger: Arc<dyn OrderLedger>,
}

impl StateOfOrders {
    /// Asks through this client. `ledger` is the one that the orders are in.
    #[must_use]
    pub fn new(client: PaytureClient, interface: Interface, ledger: Arc<dyn OrderLedger>) -> Self {
        Self {
            client,
            interface,
            ledger,
        }
    }

    /// The order's id, if the order is of this terminal.
    fn own(&self, key: &OrderKey) -> Option<OrderId> {
        let order = OrderId::new(key.order_id()).ok()?;
        (self.client.terminal().order_key(&order) == *key).then_some(order)
    }

    /// The answer, unless the order was settled, and refunded perhaps, while Payture was asked.
    async fn unless_settled(&self, key: &OrderKey, answer: Answer) -> Answer {
        match self.ledger.get(key).await {
            Ok(Some(now)) => match now.state {
                OrderState::Paid { total, .. } => Answer::Paid(vec![charged(key, total)]),
                _ => answer,
            },
            Ok(None) => answer,
            Err(error) => {
                tracing::error!(%error, "the ledger could not be read");
                Answer::Unavailable
            }
        }
    }
}

#[async_trait]
impl Inquiry for StateOfOrders {
    async fn ask(&self, record: &OrderRecord) -> Answer {
        let key = &record.order;
        let Some(order) = self.own(key) else {
            tracing::error!("an order of another terminal is not asked about");
            return Answer::Unavailable;
        };
        let status = match self.client.state(self.interface, &order).await {
            Ok(status) => status,
            Err(PaytureError::Refused(refusal)) if refusal.code.class() == ErrorClass::State => {
                return Answer::NotYet;
            }
            Err(error) => {
                tracing::warn!(%error, "Payture did not tell the order's state");
                return Answer::Unavailable;
            }
        };
        let answer = judge(self.client.terminal(), key, &status);
        let is_as_expected = status.amount == record.expected.amount();
        match &answer {
            Answer::Paid(_) if is_as_expected => answer,
            Answer::Paid(_) | Answer::Review(..) => self.unless_settled(key, answer).await,
            _ => answer,
        }
    }
}

/// What a state says about settling an order.
fn judge(terminal: &Terminal, key: &OrderKey, status: &OrderStatus) -> Answer {
    // Payture asks its clients to compare values without regard to case. Order ids are the exception.
    if status.order.as_deref() != Some(key.order_id()) {
        tracing::warn!("Payture told the state of another order");
        return Answer::Unavailable;
    }
    let review = |why| {
        let nothing = Money::new(0, terminal.currency());
        Answer::Review(charged(key, status.amount.unwrap_or(nothing)), why)
    };
    match status.state.funds() {
        Funds::Elsewhere => review(ReviewReason::OtherTerminal),
        Funds::Taken if !is_here(terminal, status) => review(ReviewReason::OtherTerminal),
        Funds::Taken => match status.amount {
            Some(total) if total.minor_units() > 0 => Answer::Paid(vec![charged(key, total)]),
            _ => Answer::Unavailable,
        },
        Funds::Held => Answer::StaysOpen,
        Funds::None => Answer::NotYet,
        Funds::Returned => review(ReviewReason::RefundedBefore),
        Funds::Disputed => review(ReviewReason::Disputed),
        Funds::Unknown => Answer::Unavailable,
    }
}

/// Whether the money is on this terminal and was passed on to no other.
fn is_here(terminal: &Terminal, status: &OrderStatus) -> bool {
    let own = terminal.name().as_str();
    let contract = status.merchant_contract.as_deref();
    let forwarded_to = status.answer.get("ForwardedTo");
    status.forwarded != Some(true)
        && forwarded_to.is_none_or(|to| to.eq_ignore_ascii_case("NotForwarded"))
        && contract.is_none_or(|name| name.eq_ignore_ascii_case(own))
}

/// Asked for exactly this: also a ledger that allows a surcharge compares for equality then.
fn charged(key: &OrderKey, total: Money) -> Payment {
    Payment::paid(key.clone(), total).with_requested(Some(total))
}

impl PaytureClient {
    /// Starts to make the [`Reconciler`] of this terminal's orders that are paid through `interface`: it asks
    /// Payture about those that are due, or about one after a hint, and hands each paid one to `handler`
    /// once. `gate` must stand on `ledger`. Payture sends a notification once by default, so
    /// [run](Reconciler::run) it.
    ///
    /// It takes the orders that are due every 15 s, and asks about an unpaid one again after 15 s, doubling
    /// up to 6 h. Payture advises to wait 15 s before the first question: open orders with
    /// [`with_inquire_after`](paid_once::NewOrder::with_inquire_after).
    pub fn reconciler(
        &self,
        interface: Interface,
        ledger: Arc<dyn OrderLedger>,
        gate: Gate,
        handler: impl DeliveryHandler,
    ) -> ReconcilerBuilder {
        const FIRST: Duration = Duration::from_secs(15);
        let inquiry = StateOfOrders::new(self.clone(), interface, Arc::clone(&ledger));
        Reconciler::builder(self.terminal().namespace(), ledger, gate, inquiry, handler)
            .every(FIRST)
            .pauses(Pauses::new(FIRST, Duration::from_hours(6)))
    }
}

impl fmt::Debug for StateOfOrders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StateOfOrders")
            .field("client", &self.client)
            .field("interface", &self.interface)
            .finish_non_exhaustive()
    }
}
