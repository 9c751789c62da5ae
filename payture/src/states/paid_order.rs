use paid_once::Money;

use super::hold::check_part;
use crate::Interface;
use crate::commands::InvalidRequest;
use crate::commands::order::Refund;
use crate::values::OrderId;

/// Money that is captured: an order in the state `Charged`, with what is left of it after refunds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidOrder {
    interface: Interface,
    order: OrderId,
    left: Money,
}

impl PaidOrder {
    pub(crate) fn new(interface: Interface, order: OrderId, left: Money) -> Self {
        Self {
            interface,
            order,
            left,
        }
    }

    /// The order.
    #[must_use]
    pub fn order(&self) -> &OrderId {
        &self.order
    }

    /// What can still be refunded.
    #[must_use]
    pub fn left(&self) -> Money {
        self.left
    }

    /// Gives back everything that is left.
    #[must_use]
    pub fn refund(self) -> Refund {
        Refund::new(self.interface, self.order).amount(self.left)
    }

    /// Gives back a part.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] when it is another currency or more than is left.
    pub fn refund_part(self, amount: Money) -> Result<Refund, InvalidRequest> {
        check_part(amount, self.left)?;
        Ok(Refund::new(self.interface, self.order).amount(amount))
    }
}
