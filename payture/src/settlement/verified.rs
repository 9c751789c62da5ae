use std::fmt;
use std::sync::Arc;

use paid_once::{Delivery, Lease, Money};

use crate::replies::OrderStatus;
use crate::values::OrderId;

/// A payment that `GetState` confirmed, and the lease to handle it: what a handler gets.
///
/// Cheap to clone. `Debug` shows the order, the total and the attempt.
#[derive(Clone)]
pub struct VerifiedPayment(Arc<Parts>);

struct Parts {
    order: OrderId,
    total: Money,
    delivery: Delivery,
    status: OrderStatus,
}

impl VerifiedPayment {
    pub(super) fn new(
        order: OrderId,
        total: Money,
        delivery: Delivery,
        status: OrderStatus,
    ) -> Self {
        Self(Arc::new(Parts {
            order,
            total,
            delivery,
            status,
        }))
    }

    /// The order.
    #[must_use]
    pub fn order_id(&self) -> &OrderId {
        &self.0.order
    }

    /// What was paid: exactly what the shop expects.
    #[must_use]
    pub fn total(&self) -> Money {
        self.0.total
    }

    /// The lease, for `settle_in` and for fencing.
    #[must_use]
    pub fn lease(&self) -> &Lease {
        &self.0.delivery.lease
    }

    /// 1, or more when an earlier run of the handler did not finish.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.0.delivery.lease.attempt()
    }

    /// Payment and lease together.
    #[must_use]
    pub fn delivery(&self) -> &Delivery {
        &self.0.delivery
    }

    /// The answer that confirmed it.
    #[must_use]
    pub fn status(&self) -> &OrderStatus {
        &self.0.status
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
