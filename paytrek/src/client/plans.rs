//! Subscription plans.

use super::{PaytrekClient, PaytrekError};
use crate::PlanToken;
use crate::api::{NewPlan, PlanSale, ReadPlan, SubscriptionPlan, UpdatePlan};

impl PaytrekClient {
    /// Creates a plan. That is no payment: see [`Settlement::settle_plan`](crate::Settlement::settle_plan).
    ///
    /// # Errors
    ///
    /// [`PaytrekError`]. When the outcome is unknown, look at the dashboard before another one is made.
    pub async fn create_plan(&self, plan: &NewPlan) -> Result<PlanSale, PaytrekError> {
        self.send(plan).await
    }

    /// Reads a plan.
    ///
    /// # Errors
    ///
    /// [`PaytrekError`].
    pub async fn plan(&self, plan_token: &PlanToken) -> Result<PlanSale, PaytrekError> {
        let request = ReadPlan {
            plan_token: plan_token.clone(),
            place: self.plan_token_place,
        };
        self.send(&request).await
    }

    /// Changes a plan.
    ///
    /// # Errors
    ///
    /// [`PaytrekError`]. When the outcome is unknown, [read](Self::plan) the plan.
    pub async fn update_plan(&self, update: UpdatePlan) -> Result<SubscriptionPlan, PaytrekError> {
        self.send(&update.place(self.plan_token_place)).await
    }
}
