use async_trait::async_trait;
use paid_once::{Answer, Inquiry, OrderRecord, OrderState};

use super::gate::charged;
use super::verdict::Verdict;
use super::{PaytureGate, StateError};

/// The inquiry of Payture: `GetState`.
///
/// | Payture says | answer |
/// |---|---|
/// | charged, on this terminal | [`Paid`](Answer::Paid): the gate compares the amount |
/// | held, not paid, or no such order | [`NotYet`](Answer::NotYet) |
/// | refunded, disputed, on another terminal, forwarded | [`Review`](Answer::Review) |
/// | a state in between, another order, nothing readable | [`Unavailable`](Answer::Unavailable) |
#[async_trait]
impl Inquiry for PaytureGate {
    async fn ask(&self, record: &OrderRecord) -> Answer {
        let key = &record.order;
        let Some(order) = self.own(key) else {
            tracing::error!("an order of another terminal is not asked about");
            return Answer::Unavailable;
        };
        let (verdict, status) = match self.0.judged(&order).await {
            Ok(judged) => judged,
            Err(StateError::NotThere(_)) => return Answer::NotYet,
            Err(error) => {
                tracing::warn!(%error, "Payture did not tell the order's state");
                return Answer::Unavailable;
            }
        };
        if let Some(why) = verdict.needs_review() {
            return Answer::Review(self.0.odd(key.clone(), &status), why);
        }
        match verdict {
            Verdict::Charged(total) if record.expected.amount() == Some(total) => {
                Answer::Paid(vec![charged(key.clone(), total)])
            }
            // It may have been settled and partly refunded since the record was read.
            Verdict::Charged(total) => match self.0.ledger.get(key).await {
                Ok(Some(now)) if !matches!(now.state, OrderState::Paid { .. }) => {
                    Answer::Paid(vec![charged(key.clone(), total)])
                }
                Ok(_) => Answer::NotYet,
                Err(_) => Answer::Unavailable,
            },
            Verdict::HoldOnly | Verdict::NotPaid(_) => Answer::NotYet,
            _ => Answer::Unavailable,
        }
    }
}
