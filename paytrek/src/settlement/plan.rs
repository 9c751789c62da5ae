use paid_once::inquiry::{Answer, Reconciled};
use paid_once::{Expected, NewOrder, Opened, OrderRecord, ReviewReason, StoreError};

use super::inquiry::SaleInquiry;
use super::{OpenError, Purchase, Settlement};
use crate::api::{NewPlan, PlanSale, Subscription};
use crate::status::SubscriptionStatus;
use crate::{OrderId, PlanToken, SubscriptionToken};

impl Settlement {
    /// Creates a subscription plan and remembers it, so that its payments can be settled.
    ///
    /// Nothing is paid by that. No event tells of the later charges: the [reconciler](Self::reconciler) asks
    /// about them, for as long as the ledger has the plan. Keep paid orders
    /// ([`Retention`](paid_once::Retention)) longer than a plan runs: a payment that the ledger forgot would
    /// be a new one.
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
        let key = self.inquiry.key(&purchase);
        let plan_token = made.plan.plan_token.as_str();
        self.ledger().attach_session(&key, plan_token).await?;
        Ok(made)
    }

    /// Reads the plan of an order and settles every payment of it that is paid, each once: see
    /// [`Found::Paid`](paid_once::inquiry::Found::Paid), with the [`Purchase`] of each. `None` for an
    /// unknown plan.
    ///
    /// A payment counts as paid when its status is `Paid` or `Ready to Send`. That is assumed: the
    /// documentation shows `Active` and `Cancelled` only, and no plan with a paid payment. Its amount is
    /// assumed to be the sale's.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the plan's order could not be read.
    pub async fn settle_plan(&self, order: &OrderId) -> Result<Option<Reconciled>, StoreError> {
        let key = self.inquiry.key(&Purchase::Plan(order.clone()));
        self.reconciler().ask_about(&key).await
    }
}

/// The plan as Paytrek has it, and as the shop opened it.
struct KnownPlan {
    plan: PlanSale,
    expected: Expected,
}

impl SaleInquiry {
    /// The payments of a plan that are paid. Each gets an order of its own, which costs what the plan was
    /// opened with.
    pub(super) async fn ask_plan(&self, order: &OrderId) -> Answer {
        let KnownPlan { plan, expected } = match self.read_plan(order).await {
            Ok(known) => known,
            Err(answer) => return answer,
        };
        let mut payments = Vec::new();
        for subscription in plan.paid() {
            let key = self.instalment_key(order, &subscription.subscription_token);
            let open = NewOrder::new(key.clone(), expected)
                .with_mode(self.client().host().mode())
                .with_inquire_after(self.inquire_after());
            if let Err(error) = self.ledger().open(open).await {
                tracing::error!(%error, "a payment of a plan could not be written down");
                return Answer::Unavailable;
            }
            payments.push(self.payment(&key, plan.sale.amount));
        }
        if plan.may_be_refunded() {
            // The inquiry about each payment says that a person must look.
            return Answer::StaysOpen;
        }
        if payments.is_empty() {
            return Answer::StaysOpen;
        }
        Answer::Paid(payments)
    }

    /// One payment of a plan.
    pub(super) async fn ask_instalment(
        &self,
        order: &OrderId,
        subscription: &SubscriptionToken,
    ) -> Answer {
        let plan = match self.read_plan(order).await {
            Ok(known) => known.plan,
            Err(answer) => return answer,
        };
        let is_this = |paid: &Subscription| paid.subscription_token == *subscription;
        if !plan.paid().any(is_this) {
            return Answer::StaysOpen;
        }
        let payment = self.payment(&self.instalment_key(order, subscription), plan.sale.amount);
        if plan.may_be_refunded() {
            return Answer::Review(payment, ReviewReason::RefundedBefore);
        }
        Answer::Paid(vec![payment])
    }

    fn instalment_key(
        &self,
        order: &OrderId,
        subscription: &SubscriptionToken,
    ) -> paid_once::OrderKey {
        self.key(&Purchase::Instalment {
            order: order.clone(),
            subscription: subscription.clone(),
        })
    }

    /// The plan of an order, or the answer when there is none to look at.
    async fn read_plan(&self, order: &OrderId) -> Result<KnownPlan, Answer> {
        let key = self.key(&Purchase::Plan(order.clone()));
        let record: Option<OrderRecord> = self.ledger().get(&key).await.map_err(|error| {
            tracing::error!(%error, "the order of a plan could not be read");
            Answer::Unavailable
        })?;
        let record = record.ok_or(Answer::StaysOpen)?;
        let token = record.session.as_deref();
        let token = token.and_then(|session| PlanToken::new(session).ok());
        // Without its token nobody knows whether the plan was made.
        let token = token.ok_or(Answer::StaysOpen)?;
        let plan = self.client().plan(&token).await.map_err(|error| {
            tracing::warn!(%error, "a plan could not be read");
            Answer::Unavailable
        })?;
        if plan.sale.order_id != order.as_str() {
            tracing::warn!("Paytrek described a plan of another order");
            return Err(Answer::Unavailable);
        }
        let expected = record.expected;
        Ok(KnownPlan { plan, expected })
    }
}

impl PlanSale {
    /// The payments that are paid.
    fn paid(&self) -> impl Iterator<Item = &Subscription> {
        let subscriptions = self.plan.subscriptions.iter();
        subscriptions.filter(|subscription| {
            matches!(
                subscription.status,
                SubscriptionStatus::Paid | SubscriptionStatus::ReadyToSend
            )
        })
    }

    /// Whether money went back. Nobody can say of which payment.
    fn may_be_refunded(&self) -> bool {
        let refunded = self.sale.refunded_amount;
        refunded.is_none_or(|refunded| refunded.minor_units() > 0)
    }
}
