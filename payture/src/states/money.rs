use paid_once::Money;

use crate::Interface;
use crate::commands::InvalidRequest;
use crate::commands::order::{Charge, Refund, Unblock};
use crate::values::OrderId;

/// Money that is held and not captured: an order in the state `Authorized`.
///
/// It is spent by charging or releasing it. Payture has the last word: a hold may have run out meanwhile,
/// and a repeated charge is refused with `ILLEGAL_ORDER_STATE`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a hold is charged or released, or it keeps the buyer's money blocked"]
pub struct Hold {
    interface: Interface,
    order: OrderId,
    amount: Money,
}

impl Hold {
    pub(crate) fn new(interface: Interface, order: OrderId, amount: Money) -> Self {
        Self {
            interface,
            order,
            amount,
        }
    }

    /// The order.
    pub fn order(&self) -> &OrderId {
        &self.order
    }

    /// How much is held.
    pub fn amount(&self) -> Money {
        self.amount
    }

    /// Captures all of it.
    pub fn charge(self) -> Charge {
        Charge::new(self.interface, self.order)
    }

    /// Captures a part and releases the rest.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] when it is another currency or more than is held.
    pub fn charge_part(self, amount: Money) -> Result<Charge, InvalidRequest> {
        check_part(amount, self.amount)?;
        Ok(Charge::new(self.interface, self.order).amount(amount))
    }

    /// Releases all of it.
    pub fn release(self) -> Unblock {
        Unblock::new(self.interface, self.order)
    }
}

fn check_part(part: Money, whole: Money) -> Result<(), InvalidRequest> {
    if part.currency() != whole.currency() {
        return Err(InvalidRequest::Currency {
            terminal: whole.currency(),
        });
    }
    if part.minor_units() > whole.minor_units() {
        return Err(InvalidRequest::MoreThanLeft);
    }
    Ok(())
}

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
