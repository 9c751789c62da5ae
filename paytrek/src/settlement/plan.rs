use paid_once::{Decision, Expected, NewOrder, Opened, OrderRecord, Payment, StoreError};

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
    /// and the [reconciler](Self::reconciler) asks too.
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
        let plan = self.read_plan(order).await?;
        let plan = plan.ok_or(Verdict::Rejected(Rejection::NoSale))?;
        let mut instalments = Vec::new();
        for subscription in plan.paid() {
            let token = &subscription.subscription_token;
            let verdict = self.settle_instalment(order, &plan, token).await;
            tracing::info!(order_id = %order, verdict = verdict.as_str(), "an instalment was looked at");
            instalments.push((token.clone(), verdict));
        }
        Ok(PlanVerdict { instalments, plan })
    }

    /// The plan of an order, checked against the shop's record; `None` while its token is not known.
    pub(super) async fn read_plan(&self, order: &OrderId) -> Result<Option<PlanSale>, Verdict> {
        let key = self.purchase_key(&Purchase::Plan(order.clone()));
        let record = self.0.ledger.get(&key).await;
        let record = record.map_err(Verdict::StoreUnavailable)?;
        let record = record.ok_or(Verdict::Rejected(Rejection::UnknownOrder))?;
        let token = record.session.as_deref();
        let Some(token) = token.and_then(|session| PlanToken::new(session).ok()) else {
            return Ok(None);
        };
        let plan = self.client().plan(&token).await;
        let plan = plan.map_err(|error| Verdict::Unread(Box::new(error)))?;
        check(&plan, order, &record).map_err(Verdict::Rejected)?;
        Ok(Some(plan))
    }

    async fn settle_instalment(
        &self,
        order: &OrderId,
        plan: &PlanSale,
        subscription: &SubscriptionToken,
    ) -> Verdict {
        let payment = match self.open_instalment(order, plan, subscription).await {
            Ok(payment) => payment,
            Err(error) => return Verdict::StoreUnavailable(error),
        };
        if plan.may_be_refunded() {
            return self.refuse_refunded(&payment).await;
        }
        match self.deliver(payment).await {
            Decision::Duplicate => Verdict::AlreadySettled,
            decision => Verdict::Decided(decision),
        }
    }

    /// Opens the order of a payment of a plan that is paid.
    pub(super) async fn open_instalment(
        &self,
        order: &OrderId,
        plan: &PlanSale,
        subscription: &SubscriptionToken,
    ) -> Result<Payment, StoreError> {
        let key = self.purchase_key(&Purchase::Instalment {
            order: order.clone(),
            subscription: subscription.clone(),
        });
        // What was checked against the plan's own record is what each payment costs.
        let expected = Expected::Exactly(plan.sale.amount);
        let open = NewOrder::new(key.clone(), expected)
            .with_mode(self.client().host().mode())
            .with_inquire_after(self.0.inquire_after);
        let _new_or_known = self.0.ledger.open(open).await?;
        Ok(self.payment(Payment::paid(key, plan.sale.amount)))
    }
}

impl PlanSale {
    /// The payments that are paid.
    pub(super) fn paid(&self) -> impl Iterator<Item = &Subscription> {
        let subscriptions = self.plan.subscriptions.iter();
        subscriptions.filter(|subscription| {
            matches!(
                subscription.status,
                SubscriptionStatus::Paid | SubscriptionStatus::ReadyToSend
            )
        })
    }

    /// Whether money went back. Nobody can say of which payment.
    pub(super) fn may_be_refunded(&self) -> bool {
        let refunded = self.sale.refunded_amount;
        refunded.is_none_or(|refunded| refunded.minor_units() > 0)
    }
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
