use serde::Serialize;

use super::sale_fields::SaleBody;
use super::{
    Answer, Call, Decoded, Effect, InvalidRequest, NewSale, PlanSale, Recurring, Request, SaveCard,
    SubscriptionPlan, check,
};
use crate::card::Card;
use crate::status::SubscriptionStatus;
use crate::{DecodeError, PlanToken, SubscriptionToken};

const PATH: &str = "/api/v2/subscription_plan/";

/// Creates a subscription plan: `POST /api/v2/subscription_plan/`.
///
/// A lost answer takes the tokens with it: look at the dashboard before another plan is made.
#[derive(Debug, Clone)]
#[must_use = "a plan is made by sending it"]
pub struct NewPlan {
    sale: NewSale,
    card: Card,
    recurring: Recurring,
}

impl NewPlan {
    /// Charges `card` again and again. The card is always stored: a plan needs it.
    pub fn new(sale: NewSale, card: Card, recurring: Recurring) -> Self {
        Self {
            sale,
            card,
            recurring,
        }
    }

    /// The sale that the plan is made with.
    pub fn sale(&self) -> &NewSale {
        &self.sale
    }
}

impl Request for NewPlan {
    type Reply = PlanSale;
    const EFFECT: Effect = Effect::Changes;
    const SUCCESS: &'static [u16] = &[200, 201];

    fn call(&self) -> Result<Call, InvalidRequest> {
        self.recurring.check()?;
        let body = SaleBody::of(&self.sale)?.with_card(&self.card, SaveCard::Yes);
        Call::post(PATH, &body.with_recurring(&self.recurring))
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Decoded<PlanSale>, DecodeError> {
        let plan = PlanSale::decode(answer.body)?;
        if plan.sale.order_id != self.sale.order_id().as_str() {
            return Err(DecodeError::Other { name: "order_id" });
        }
        Ok(Decoded::Success(plan))
    }
}

/// Where the plan's token goes when a plan is read or changed.
///
/// The documentation names a parameter `plan_token` and shows the bare path. Which of the two is right was
/// never tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PlanTokenPlace {
    /// `/api/v2/subscription_plan/{plan_token}/`, as with every other resource.
    #[default]
    Path,
    /// `/api/v2/subscription_plan/?plan_token={plan_token}`.
    Query,
}

impl PlanTokenPlace {
    fn path(self, token: &PlanToken) -> String {
        match self {
            Self::Path => format!("{PATH}{}/", token.as_str()),
            Self::Query => format!("{PATH}?plan_token={}", token.as_str()),
        }
    }
}

/// Reads a plan: `GET /api/v2/subscription_plan/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadPlan {
    /// Which.
    pub plan_token: PlanToken,
    /// Where its token goes.
    pub place: PlanTokenPlace,
}

impl Request for ReadPlan {
    type Reply = PlanSale;
    const EFFECT: Effect = Effect::ReadOnly;
    const SUCCESS: &'static [u16] = &[200];

    fn call(&self) -> Result<Call, InvalidRequest> {
        Ok(Call::get(self.place.path(&self.plan_token)))
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Decoded<PlanSale>, DecodeError> {
        let plan = PlanSale::decode(answer.body)?;
        same_plan(&self.plan_token, &plan.plan)?;
        Ok(Decoded::Success(plan))
    }
}

/// Changes a plan: `PUT /api/v2/subscription_plan/`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a plan is changed by sending this"]
pub struct UpdatePlan {
    plan_token: PlanToken,
    place: PlanTokenPlace,
    changes: Vec<(SubscriptionToken, SubscriptionStatus)>,
    name: Option<String>,
}

impl UpdatePlan {
    /// Changes nothing yet.
    pub fn new(plan_token: PlanToken) -> Self {
        Self {
            plan_token,
            place: PlanTokenPlace::default(),
            changes: Vec::new(),
            name: None,
        }
    }

    /// Where the plan's token goes.
    pub fn place(mut self, place: PlanTokenPlace) -> Self {
        self.place = place;
        self
    }

    /// Cancels one payment.
    pub fn cancel(mut self, subscription: SubscriptionToken) -> Self {
        self.changes
            .push((subscription, SubscriptionStatus::Cancelled));
        self
    }

    /// Gives the plan another name.
    pub fn rename(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }
}

#[derive(Serialize)]
struct UpdateBody<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    subscriptions: Vec<Change<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

#[derive(Serialize)]
struct Change<'a> {
    subscription_token: &'a str,
    status: &'a str,
}

impl Request for UpdatePlan {
    type Reply = SubscriptionPlan;
    const EFFECT: Effect = Effect::Changes;
    const SUCCESS: &'static [u16] = &[200];

    fn call(&self) -> Result<Call, InvalidRequest> {
        check::maybe_text("name", self.name.as_deref())?;
        let changes = self.changes.iter().map(|(token, status)| Change {
            subscription_token: token.as_str(),
            status: status.as_str(),
        });
        let body = UpdateBody {
            subscriptions: changes.collect(),
            name: self.name.as_deref(),
        };
        Call::put(self.place.path(&self.plan_token), &body)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Decoded<SubscriptionPlan>, DecodeError> {
        let plan = SubscriptionPlan::decode(answer.body)?;
        same_plan(&self.plan_token, &plan)?;
        Ok(Decoded::Success(plan))
    }
}

fn same_plan(asked: &PlanToken, plan: &SubscriptionPlan) -> Result<(), DecodeError> {
    if *asked == plan.plan_token {
        Ok(())
    } else {
        Err(DecodeError::Other { name: "plan_token" })
    }
}
