use std::fmt;

use paid_once::{Delivery, Lease, Money};

use crate::values::OrderId;

/// A payment that `GetState` confirmed, and the lease to handle it: what a handler gets.
///
/// `Debug` shows the order, the total and the attempt.
#[derive(Clone)]
pub struct VerifiedPayment {
    order: OrderId,
    total: Money,
    delivery: Delivery,
}

impl VerifiedPayment {
    pub(super) fn new(order: OrderId, total: Money, delivery: Delivery) -> Self {
        Self {
            order,
            total,
            delivery,
        }
    }

    /// The order.
    #[must_use]
    pub fn order_id(&self) -> &OrderId {
        &self.order
    }

    /// What was paid: exactly what the shop expects.
    #[must_use]
    pub fn total(&self) -> Money {
        self.total
    }

    /// The lease, for `settle_in` and for fencing.
    #[must_use]
    pub fn lease(&self) -> &Lease {
        &self.delivery.lease
    }

    /// 1, or more when an earlier run of the handler did not finish.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.delivery.lease.attempt()
    }

    /// Payment and lease together.
    #[must_use]
    pub fn delivery(&self) -> &Delivery {
        &self.delivery
    }
}

impl fmt::Debug for VerifiedPayment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedPayment")
            .field("order_id", &self.order_id())
            .field("total", &self.total())
            .field("attempt", &self.attempt())
            .finish_non_exhaustive()
    }
}
