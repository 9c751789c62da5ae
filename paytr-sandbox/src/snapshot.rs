use std::net::IpAddr;
use std::time::SystemTime;

use serde::{Serialize, Serializer};

use crate::delivery::{DeliveryAttempt, NotificationState};
use crate::state::{Order, Page, State};
use crate::turkish_time;

/// What the sandbox knows of one order, at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OrderSnapshot {
    /// The order id.
    pub merchant_oid: String,
    /// The buyer's address that the shop gave for its newest payment page; `None` for a payment link.
    pub user_ip: Option<IpAddr>,
    /// `card` or `eft`.
    pub payment_type: &'static str,
    /// The amount that was asked for, in minor units.
    pub amount: u64,
    /// `TL`, `EUR`, `USD`, `GBP` or `RUB`.
    pub currency: &'static str,
    /// How the payment stands.
    pub state: OrderState,
    /// How its notifications stand; `None` before the first one.
    pub notification: Option<NotificationState>,
    /// Every attempt to deliver a notification, in the order they were made.
    pub attempts: Vec<DeliveryAttempt>,
    /// The path of its newest payment page.
    pub page: String,
    /// When it was first asked for.
    #[serde(serialize_with = "rfc3339")]
    pub created: SystemTime,
    /// What works here and may not work at PayTR.
    pub warnings: Vec<String>,
}

/// How the payment of an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "name", rename_all = "snake_case")]
#[non_exhaustive]
pub enum OrderState {
    /// Nothing was tried yet.
    Waiting,
    /// The last try failed. A success may still come.
    Failed {
        /// `failed_reason_code`.
        code: &'static str,
    },
    /// Paid. Final.
    Paid {
        /// What the buyer paid, in minor units.
        total: u64,
        /// 1 for a single payment.
        installments: u8,
    },
}

impl OrderSnapshot {
    pub(crate) fn of(state: &State, merchant_oid: &str) -> Option<Self> {
        let order = state.order(merchant_oid)?;
        let (token, page) = state.newest_page(order)?;
        Some(Self::new(merchant_oid, order, token, page))
    }

    fn new(merchant_oid: &str, order: &Order, token: &str, page: &Page) -> Self {
        let notices = order.outbox.notices().iter();
        let mut attempts: Vec<_> = notices
            .flat_map(|notice| notice.attempts.iter().cloned())
            .collect();
        attempts.sort_by_key(|attempt| attempt.at);
        let paid = order.payment.as_ref();
        let warnings = page.request.warnings.iter();
        Self {
            merchant_oid: merchant_oid.to_owned(),
            user_ip: page.request.user_ip,
            payment_type: if page.is_card() { "card" } else { "eft" },
            amount: paid.map_or(page.request.amount, |paid| paid.amount),
            currency: paid.map_or(page.request.currency, |paid| paid.currency),
            state: OrderState::of(order),
            notification: order.outbox.state(),
            attempts,
            page: page.path(token),
            created: order.created,
            warnings: warnings.map(ToString::to_string).collect(),
        }
    }
}

impl OrderState {
    fn of(order: &Order) -> Self {
        match (&order.payment, order.failure) {
            (Some(payment), _) => Self::Paid {
                total: payment.total,
                installments: payment.installments,
            },
            (None, Some(reason)) => Self::Failed {
                code: reason.code(),
            },
            (None, None) => Self::Waiting,
        }
    }
}

fn rfc3339<S: Serializer>(at: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&turkish_time::rfc3339(*at))
}
