use paid_once::{Decision, Expected, NewOrder, Opened, OrderRecord, Payment, ReviewReason};

use super::{OpenError, Purchase, Rejection, Settlement, Verdict};
use crate::api::{NewPlan, PlanSale, Subscription};
use crate::status::SubscriptionStatus;
use crate::{OrderId, PlanToken, SubscriptionToken};

/// What became of the payments of a plan.
#[derive(Debug)]
#[non_exhaustive]
pub struct PlanVerdict {
    /// The payments that were paid, in Paytrek's order, and what the gate decided about each.
    pub instalments: Vec<(SubscriptionToken, Verdict)>,
    /// The plan as it stands.
    pub plan: PlanSale,
}

impl Settlement {
    /// Creates a subscription plan and remembers it, so that its payments can be settled.
    ///
    /// Nothing is paid by that. No event tells of the later charges: [`settle_plan`](Self::settle_plan) asks,
    /// and a [`Reconciler`](super::Reconciler) calls it.
    ///
    /// # Errors
    ///
    /// [`OpenError`]. When the outcome is unknown, look at the dashboard before another plan is made.
    pub async fn open_plan(&self, plan: &NewPlan) -> Result<PlanSale, OpenError> {
        let purchase = Purchase::Plan(plan.sale().order_id().clone());
        match self.expect_purchase(&purchase, plan.sale(), None).await? {
            Opened::New => {}
            _ => return Err(OpenError::OrderExists),
        }
        let made = self.client().create_plan(plan).await;
        let made = made.map_err(OpenError::Paytrek)?;
        let key = self.purchase_key(&purchase);
        let plan_token = made.plan.plan_token.as_str();
        self.0.ledger.attach_session(&key, plan_token).await?;
        Ok(made)
    }

    /// Reads the plan of an order and settles every payment of it that is paid, each once.
    ///
    /// A payment counts as paid when its status is `Paid` or `Ready to Send`. That is assumed: the
    /// documentation shows `Active` and `Cancelled` only, and no plan with a paid payment. Its amount is
    /// assumed to be the sale's.
    ///
    /// # Errors
    ///
    /// The [`Verdict`] about the whole plan, when it is not the one that was opened or cannot be read.
    pub async fn settle_plan(&self, order: &OrderId) -> Result<PlanVerdict, Verdict> {
        let key = self.purchase_key(&Purchase::Plan(order.clone()));
        let record = self.0.ledger.get(&key).await;
        let record = record.map_err(Verdict::StoreUnavailable)?;
        let record = record.ok_or(Verdict::Rejected(Rejection::UnknownOrder))?;
        let token = record.session.as_deref();
        let token = token.and_then(|session| PlanToken::new(session).ok());
        let token = token.ok_or(Verdict::Rejected(Rejection::NoSale))?;
        let plan = self.client().plan(&token).await;
        let plan = plan.map_err(|error| Verdict::Unread(Box::new(error)))?;
        check(&plan, order, &record).map_err(Verdict::Rejected)?;

        let mut instalments = Vec::new();
        let subscriptions = plan.plan.subscriptions.iter();
        for subscription in subscriptions.filter(|subscription| is_paid(subscription)) {
            let verdict = self.settle_instalment(order, &plan, subscription).await;
            tracing::info!(order_id = %order, verdict = verdict.as_str(), "an instalment was looked at");
            instalments.push((subscription.subscription_token.clone(), verdict));
        }
        Ok(PlanVerdict { instalments, plan })
    }

    async fn settle_instalment(
        &self,
        order: &OrderId,
        plan: &PlanSale,
        subscription: &Subscription,
    ) -> Verdict {
        let key = self.purchase_key(&Purchase::Instalment {
            order: order.clone(),
            subscription: subscription.subscription_token.clone(),
        });
        // What was checked against the plan's own record is what each payment costs.
        let expected = Expected::Exactly(plan.sale.amount);
        let open = NewOrder::new(key.clone(), expected).with_mode(self.client().host().mode());
        if let Err(error) = self.0.ledger.open(open).await {
            return Verdict::StoreUnavailable(error);
        }
        let payment = self.payment(Payment::paid(key.clone(), plan.sale.amount));
        if plan
            .sale
            .refunded_amount
            .is_none_or(|refunded| refunded.minor_units() > 0)
        {
            // Nobody can say which payment went back.
            return match self.0.ledger.get(&key).await {
                Ok(Some(record)) if matches!(record.state, paid_once::OrderState::Paid { .. }) => {
                    Verdict::AlreadySettled
                }
                Ok(_) => {
                    let why = ReviewReason::ReadBackContradicted;
                    self.report(&payment, why, Verdict::RefundedBefore).await
                }
                Err(error) => Verdict::StoreUnavailable(error),
            };
        }
        match self.deliver(payment).await {
            Decision::Duplicate => Verdict::AlreadySettled,
            decision => Verdict::Decided(decision),
        }
    }
}

fn is_paid(subscription: &Subscription) -> bool {
    matches!(
        subscription.status,
        SubscriptionStatus::Paid | SubscriptionStatus::ReadyToSend
    )
}

fn check(plan: &PlanSale, order: &OrderId, record: &OrderRecord) -> Result<(), Rejection> {
    if plan.sale.order_id != order.as_str() {
        return Err(Rejection::OtherOrder);
    }
    if record.expected.amount() != Some(plan.sale.amount) {
        return Err(Rejection::OtherAmount);
    }
    Ok(())
}
