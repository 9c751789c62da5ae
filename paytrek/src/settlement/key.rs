//! What the key of an order in the ledger is made of: the merchant's account and what is bought.

use paid_once::OrderKey;

use crate::{Host, OrderId, SubscriptionToken};

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

/// An order id cannot contain it.
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

/// A name of the shop's own for its account at Paytrek.
///
/// With the host it is the namespace of the orders in the ledger. The keys are secrets and may be rotated, so
/// they cannot be: choose a name once and keep it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merchant(Box<str>);

impl Merchant {
    /// Checks and takes a name: 1 to 32 ASCII letters, digits, `-` and `_`.
    ///
    /// # Errors
    ///
    /// [`MerchantError`] for anything else.
    pub fn new(name: &str) -> Result<Self, MerchantError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let fits = (1..=32).contains(&name.len()) && name.bytes().all(allowed);
        fits.then(|| Self(name.into())).ok_or(MerchantError)
    }

    /// `paytrek/sandbox.paytrek.com/NAME`: tokens of one environment mean nothing in another.
    pub(super) fn namespace(&self, host: &Host) -> String {
        let origin = host.as_str();
        let authority = origin.split_once("://").map_or(origin, |(_, rest)| rest);
        // A host name may have 255 characters, of which 80 are kept here; no real one is longer than that.
        let authority: String = authority.chars().take(80).collect();
        format!("paytrek/{authority}/{}", self.0)
    }
}

/// The text is not a name for a merchant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a merchant's name is 1 to 32 ASCII letters, digits, - and _")]
pub struct MerchantError;
