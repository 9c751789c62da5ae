use std::time::Duration;

use paid_once::inquiry::{Answer, Inquiry, Pauses, Reconciler, ReconcilerBuilder};
use paid_once::{OrderRecord, Payment, ReviewReason, async_trait};

use super::settle::reason;
use super::{Purchase, Reading, Settlement, Verdict};
use crate::{OrderId, SaleStatus, SaleToken, SubscriptionToken};

impl Settlement {
    /// Starts to make the [`Reconciler`] of this account: it asks Paytrek about the orders that are due, and
    /// settles what is paid through this settlement's gate, with its handler. Paytrek calls nobody, so run
    /// one: without it, whoever pays and does not come back is forgotten.
    ///
    /// It takes the orders that are due every 10 s, and asks about an unpaid one again after 30 s, doubling
    /// up to 10 minutes. Plans are asked about for as long as the ledger has them.
    ///
    /// ```no_run
    /// # async fn start(settlement: paytrek::Settlement, stop: impl Future<Output = ()>) {
    /// settlement.reconciler().build().run(stop).await;
    /// # }
    /// ```
    pub fn reconciler(&self) -> ReconcilerBuilder {
        let parts = &*self.0;
        let merchant = parts.merchant.namespace(parts.client.host());
        let (ledger, gate) = (parts.ledger.clone(), parts.gate.clone());
        let handler = parts.handler.clone();
        let handle = move |delivery| {
            let handler = handler.clone();
            async move { handler.handle(delivery).await }
        };
        Reconciler::builder(merchant, ledger, gate, self.clone(), handle)
            .every(Duration::from_secs(10))
            .pauses(Pauses::new(
                Duration::from_secs(30),
                Duration::from_mins(10),
            ))
    }

    async fn ask_sale(&self, order: &OrderId, record: &OrderRecord) -> Answer {
        let token = record.session.as_deref();
        let Some(token) = token.and_then(|session| SaleToken::new(session).ok()) else {
            // No sale that anybody could pay is known.
            return Answer::NotYet;
        };
        let (reading, sale) = match self.read_sale(order, &token).await {
            Ok(read) => read,
            Err(verdict) => return unusable(order, &verdict),
        };
        let key = record.order.clone();
        match reading {
            Reading::Paid(total) => Answer::Paid(vec![self.payment(Payment::paid(key, total))]),
            Reading::RefundedBefore(total) => Answer::Review(
                self.payment(Payment::paid(key, total)),
                ReviewReason::RefundedBefore,
            ),
            Reading::Expired => Answer::Failed(reason(&sale)),
            Reading::Held | Reading::NotPaid => {
                if let SaleStatus::Other(status) = &sale.status {
                    tracing::warn!(order_id = %order, %status, "a sale has an unknown status");
                }
                Answer::NotYet
            }
            Reading::Rejected(rejection) => unusable(order, &Verdict::Rejected(rejection)),
        }
    }

    /// The payments of a plan that are paid, or one of them.
    async fn ask_plan(&self, order: &OrderId, only: Option<&SubscriptionToken>) -> Answer {
        let plan = match self.read_plan(order).await {
            Ok(Some(plan)) => plan,
            Ok(None) => return Answer::NotYet,
            Err(verdict) => return unusable(order, &verdict),
        };
        let mut payments = Vec::new();
        for subscription in plan.paid() {
            let token = &subscription.subscription_token;
            if only.is_some_and(|only| only != token) {
                continue;
            }
            match self.open_instalment(order, &plan, token).await {
                Ok(payment) => payments.push(payment),
                Err(error) => return unusable(order, &Verdict::StoreUnavailable(error)),
            }
        }
        match only {
            // Each payment is an order of its own now. It is asked about by itself, and its answer says
            // that a person must look.
            None if plan.may_be_refunded() => Answer::NotYet,
            Some(_) if plan.may_be_refunded() => match payments.pop() {
                Some(payment) => Answer::Review(payment, ReviewReason::RefundedBefore),
                None => Answer::NotYet,
            },
            _ => Answer::Paid(payments),
        }
    }
}

/// The inquiry of Paytrek: an authenticated read of the sale, or of the plan.
///
/// | Paytrek says | answer |
/// |---|---|
/// | paid | [`Paid`](Answer::Paid), for a plan each payment that is paid: the gate compares the amounts |
/// | held, not paid | [`NotYet`](Answer::NotYet) |
/// | not paid, and its time is over by Paytrek's clock | [`Failed`](Answer::Failed) |
/// | paid, and something was refunded before it was settled | [`Review`](Answer::Review) |
/// | another order or sale, nothing readable | [`Unavailable`](Answer::Unavailable) |
#[async_trait]
impl Inquiry for Settlement {
    async fn ask(&self, record: &OrderRecord) -> Answer {
        let ours = Purchase::of(&record.order)
            .filter(|purchase| self.purchase_key(purchase) == record.order);
        match ours {
            Some(Purchase::Sale(order)) => self.ask_sale(&order, record).await,
            Some(Purchase::Plan(order)) => self.ask_plan(&order, None).await,
            Some(Purchase::Instalment {
                order,
                subscription,
            }) => self.ask_plan(&order, Some(&subscription)).await,
            None => {
                tracing::error!("an order of another account is not asked about");
                Answer::Unavailable
            }
        }
    }

    /// A plan is never paid as such, and a payment of a plan has an order only because it was paid.
    fn may_be_closed(&self, record: &OrderRecord) -> bool {
        matches!(Purchase::of(&record.order), Some(Purchase::Sale(_)))
    }
}

fn unusable(order: &OrderId, verdict: &Verdict) -> Answer {
    let name = verdict.as_str();
    match verdict {
        Verdict::Unread(error) => {
            tracing::warn!(order_id = %order, verdict = name, %error, "a sale could not be read");
        }
        Verdict::Rejected(rejection) => {
            tracing::warn!(order_id = %order, verdict = name, %rejection, "an answer is rejected");
        }
        _ => tracing::warn!(order_id = %order, verdict = name, "an order could not be asked about"),
    }
    Answer::Unavailable
}
