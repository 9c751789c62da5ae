use paid_once::OrderKey;

use crate::{OrderId, SubscriptionToken};

/// What an order of the ledger stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Purchase {
    /// A sale, paid at once.
    Sale(OrderId),
    /// One payment of a subscription plan. Each has a key of its own, and is settled once.
    Instalment {
        /// The order that the plan was made for.
        order: OrderId,
        /// Which payment.
        subscription: SubscriptionToken,
    },
    /// A subscription plan as such. It is never settled; its instalments are.
    Plan(OrderId),
}

/// Stands in no order id.
const SEPARATOR: char = ':';
const PLAN: &str = "plan";

impl Purchase {
    /// What a key of [`Settlement`](crate::Settlement) stands for; `None` for a key of something else.
    #[must_use]
    pub fn of(key: &OrderKey) -> Option<Self> {
        let Some((order, rest)) = key.order_id().split_once(SEPARATOR) else {
            return OrderId::new(key.order_id()).ok().map(Self::Sale);
        };
        let order = OrderId::new(order).ok()?;
        if rest == PLAN {
            return Some(Self::Plan(order));
        }
        let subscription = SubscriptionToken::new(rest).ok()?;
        Some(Self::Instalment {
            order,
            subscription,
        })
    }

    /// The order of the shop.
    #[must_use]
    pub fn order(&self) -> &OrderId {
        match self {
            Self::Sale(order) | Self::Plan(order) | Self::Instalment { order, .. } => order,
        }
    }

    pub(super) fn to_text(&self) -> String {
        match self {
            Self::Sale(order) => order.to_string(),
            Self::Plan(order) => format!("{order}{SEPARATOR}{PLAN}"),
            Self::Instalment {
                order,
                subscription,
            } => format!("{order}{SEPARATOR}{}", subscription.as_str()),
        }
    }
}
