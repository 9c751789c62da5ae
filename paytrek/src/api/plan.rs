use std::fmt;
use std::time::SystemTime;

use super::Sale;
use crate::json::{Object, RawJson};
use crate::status::SubscriptionStatus;
use crate::{CardToken, Decimal, DecodeError, PlanToken, SubscriptionToken};

/// A sale with its subscription plan: the answer to creating and to reading a plan.
///
/// The documented answer to creating one has the status `Created` and no transactions although a card was
/// sent: a plan is no payment.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlanSale {
    /// The sale. Its amount is assumed to be that of each payment.
    pub sale: Sale,
    /// The plan.
    pub plan: SubscriptionPlan,
    /// The stored card, with which the plan charges.
    pub card_token: Option<CardToken>,
}

impl PlanSale {
    pub(super) fn decode(body: &[u8]) -> Result<Self, DecodeError> {
        let object = Object::parse(body)?;
        let name = "subscription_plan";
        let plan = object.object(name).ok_or(DecodeError::Missing { name })?;
        let raw = object.source(name).map_or("", |raw| raw.get());
        Ok(Self {
            sale: Sale::decode(body)?,
            plan: SubscriptionPlan::of(&plan, raw.as_bytes())?,
            card_token: object
                .text("card_token")
                .and_then(|text| CardToken::new(&text).ok()),
        })
    }
}

/// A subscription plan.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SubscriptionPlan {
    /// Its token.
    pub plan_token: PlanToken,
    /// What it is called.
    pub name: Option<String>,
    /// Whether it still charges.
    pub is_active: Option<bool>,
    /// When it was made.
    pub created_at: Option<SystemTime>,
    /// When it was cancelled, if it was.
    pub cancelled_at: Option<SystemTime>,
    /// The card that it charges.
    pub active_card_token: Option<CardToken>,
    /// Not documented; null in the examples.
    pub fixed_currency_amount: Option<Decimal>,
    /// Its payments, in Paytrek's order: newest first.
    pub subscriptions: Vec<Subscription>,
    /// Its stored cards.
    pub vaults: Vec<PlanCard>,
    raw: RawJson,
}

/// One payment of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Subscription {
    /// Its token.
    pub subscription_token: SubscriptionToken,
    /// When it is due.
    pub payment_date: Option<SystemTime>,
    /// How it stands.
    pub status: SubscriptionStatus,
}

/// A stored card of a plan.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlanCard {
    /// Its token, which is called `token` here.
    pub card_token: CardToken,
    /// Such as `visa`.
    pub card_brand: Option<String>,
    /// Such as `credit`.
    pub card_type: Option<String>,
    /// Last four digits.
    pub last4: Option<String>,
}

impl SubscriptionPlan {
    pub(super) fn decode(body: &[u8]) -> Result<Self, DecodeError> {
        Self::of(&Object::parse(body)?, body)
    }

    fn of(object: &Object<'_>, raw: &[u8]) -> Result<Self, DecodeError> {
        let plan_token: String = object.needed("plan_token")?;
        let plan_token = PlanToken::new(&plan_token);
        let subscriptions = object.objects("subscriptions");
        let vaults = object.objects("vaults");
        Ok(Self {
            plan_token: plan_token.map_err(|_| DecodeError::Value { name: "plan_token" })?,
            name: object.text("name"),
            is_active: object.maybe("is_active"),
            created_at: object.time("created_at"),
            cancelled_at: object.time("cancelled_at"),
            active_card_token: card_token(object, "active_card_token"),
            fixed_currency_amount: object.decimal("fixed_currency_amount")?,
            subscriptions: subscriptions
                .iter()
                .map(Subscription::of)
                .collect::<Result<_, _>>()?,
            vaults: vaults.iter().filter_map(PlanCard::of).collect(),
            raw: RawJson::of(raw),
        })
    }

    /// The plan as it came.
    #[must_use]
    pub fn raw(&self) -> &RawJson {
        &self.raw
    }
}

impl Subscription {
    fn of(object: &Object<'_>) -> Result<Self, DecodeError> {
        let name = "subscription_token";
        let token: String = object.needed(name)?;
        Ok(Self {
            subscription_token: SubscriptionToken::new(&token)
                .map_err(|_| DecodeError::Value { name })?,
            payment_date: object.time("payment_date"),
            status: SubscriptionStatus::from_text(&object.needed::<String>("status")?),
        })
    }
}

impl PlanCard {
    fn of(object: &Object<'_>) -> Option<Self> {
        Some(Self {
            card_token: card_token(object, "token")?,
            card_brand: object.text("card_brand"),
            card_type: object.text("card_type"),
            last4: object.text("last4"),
        })
    }
}

fn card_token(object: &Object<'_>, name: &str) -> Option<CardToken> {
    CardToken::new(&object.text(name)?).ok()
}

impl fmt::Debug for SubscriptionPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubscriptionPlan")
            .field("plan_token", &self.plan_token)
            .field("is_active", &self.is_active)
            .field("subscriptions", &self.subscriptions)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for PlanCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlanCard")
            .field("card_token", &self.card_token)
            .field("card_brand", &self.card_brand)
            .finish_non_exhaustive()
    }
}
