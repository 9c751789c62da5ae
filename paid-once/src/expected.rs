//! What the shop expects for an order, and the comparison with what was paid.

use async_trait::async_trait;

use crate::{BoxError, Money, OrderKey, Payment, SurchargeLimit};

/// What the shop's own records say about the price of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// This amount and no other.
    Exactly(Money),
    /// This amount or more: an instalment surcharge may come on top, up to a [limit](SurchargeLimit).
    AtLeast(Money),
    /// The shop knows no such order. Payments for it are refused and recorded for review.
    Unknown,
}

impl Expected {
    /// The amount, unless the order is unknown.
    #[must_use]
    pub fn amount(&self) -> Option<Money> {
        match *self {
            Self::Exactly(money) | Self::AtLeast(money) => Some(money),
            Self::Unknown => None,
        }
    }

    /// Compares a payment with the expectation, within the default [`SurchargeLimit`]. A failed payment has no
    /// amount to compare.
    ///
    /// # Errors
    ///
    /// [`Mismatch`] when the payment must not be delivered.
    pub fn check(&self, payment: &Payment) -> Result<(), Mismatch> {
        self.check_within(payment, SurchargeLimit::default())
    }

    /// Compares a payment with the expectation. A failed payment has no amount to compare.
    ///
    /// # Errors
    ///
    /// [`Mismatch`] when the payment must not be delivered.
    pub fn check_within(&self, payment: &Payment, limit: SurchargeLimit) -> Result<(), Mismatch> {
        let Some(total) = payment.total() else {
            return Ok(());
        };
        let expected = self.amount().ok_or(Mismatch::UnknownOrder)?;
        let other_currency = |money: Money| money.currency() != expected.currency();
        if other_currency(total) || payment.requested.is_some_and(other_currency) {
            return Err(Mismatch::Currency { expected });
        }
        let total_fits = match self {
            Self::Exactly(_) => total == expected,
            _ => total.minor_units() >= expected.minor_units(),
        };
        // A surcharge must not hide that the provider was asked for less than the order costs.
        let request_fits = payment.requested.is_none_or(|asked| asked == expected);
        if !total_fits || !request_fits {
            Err(Mismatch::Amount { expected })
        } else if !limit.allows(expected, total) {
            Err(Mismatch::SurchargeTooHigh { expected })
        } else {
            Ok(())
        }
    }
}

/// How a payment differs from what the shop expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// The shop knows no such order.
    #[error("the order is unknown")]
    UnknownOrder,
    /// Too little, or not exactly the expected amount.
    #[error("the total does not match the expected {expected}")]
    Amount {
        /// What the shop expects.
        expected: Money,
    },
    /// So much that it is no surcharge any more: see [`SurchargeLimit`].
    #[error("the total is too far above the expected {expected}")]
    SurchargeTooHigh {
        /// What the shop expects.
        expected: Money,
    },
    /// Another currency.
    #[error("the currency does not match the expected {expected}")]
    Currency {
        /// What the shop expects.
        expected: Money,
    },
}

/// The shop's own records of what orders cost.
///
/// Implement it on your orders table, or use an [`OrderLedger`](crate::OrderLedger) that remembers
/// the amount when the order is opened.
///
/// ```
/// use paid_once::{async_trait, BoxError, Currency, Expected, ExpectedAmount, Money, OrderKey};
///
/// struct FlatPrice;
///
/// #[async_trait]
/// impl ExpectedAmount for FlatPrice {
///     async fn expected_amount(&self, _order: &OrderKey) -> Result<Expected, BoxError> {
///         Ok(Expected::AtLeast(Money::new(9_900, Currency::TRY)))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not know what orders cost",
    note = "implement `ExpectedAmount` on your orders table, or use a ledger such as `MemoryStore` or `SqliteLedger`"
)]
#[async_trait]
pub trait ExpectedAmount: Send + Sync + 'static {
    /// What `order` should cost.
    ///
    /// # Errors
    ///
    /// Any error means that the records could not be read: the payment is not delivered and the
    /// provider is made to ask again.
    async fn expected_amount(&self, order: &OrderKey) -> Result<Expected, BoxError>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Currency, FailureReason};

    fn lira(minor_units: u64) -> Money {
        Money::new(minor_units, Currency::TRY)
    }

    fn paid(total: Money) -> Payment {
        Payment::paid(OrderKey::new("1", "A").unwrap(), total)
    }

    #[test]
    fn one_minor_unit_less_is_refused() {
        let refused = Err(Mismatch::Amount {
            expected: lira(100),
        });
        assert_eq!(Expected::AtLeast(lira(100)).check(&paid(lira(99))), refused);
        assert_eq!(Expected::Exactly(lira(100)).check(&paid(lira(99))), refused);
    }

    #[test]
    fn a_surcharge_passes_at_least_and_not_exactly() {
        assert_eq!(Expected::AtLeast(lira(100)).check(&paid(lira(108))), Ok(()));
        assert!(
            Expected::Exactly(lira(100))
                .check(&paid(lira(108)))
                .is_err()
        );
    }

    #[test]
    fn the_same_number_in_another_currency_is_refused() {
        let euro = Money::new(100, Currency::EUR);
        assert_eq!(
            Expected::AtLeast(lira(100)).check(&paid(euro)),
            Err(Mismatch::Currency {
                expected: lira(100)
            })
        );
    }

    #[test]
    fn a_surcharge_cannot_hide_a_smaller_request() {
        let payment = paid(lira(108)).with_requested(Some(lira(95)));
        assert!(Expected::AtLeast(lira(100)).check(&payment).is_err());
        let payment = paid(lira(108)).with_requested(Some(lira(100)));
        assert_eq!(Expected::AtLeast(lira(100)).check(&payment), Ok(()));
    }

    #[test]
    fn a_total_far_above_the_price_is_told_apart_from_one_below_it() {
        let price = Expected::AtLeast(lira(100));
        let too_high = Err(Mismatch::SurchargeTooHigh {
            expected: lira(100),
        });
        assert_eq!(price.check(&paid(lira(999))), Ok(()));
        assert_eq!(price.check(&paid(lira(1_000))), too_high);
        let limit = SurchargeLimit::percent(8);
        assert_eq!(price.check_within(&paid(lira(108)), limit), Ok(()));
        assert_eq!(price.check_within(&paid(lira(109)), limit), too_high);
        let too_little = price.check_within(&paid(lira(99)), limit);
        assert_eq!(
            too_little,
            Err(Mismatch::Amount {
                expected: lira(100)
            })
        );
        let unlimited = price.check_within(&paid(lira(1_000)), SurchargeLimit::NONE);
        assert_eq!(unlimited, Ok(()));
    }

    #[test]
    fn an_unknown_order_is_refused_and_a_failure_has_no_amount() {
        assert_eq!(
            Expected::Unknown.check(&paid(lira(1))),
            Err(Mismatch::UnknownOrder)
        );
        let failed = Payment::failed(OrderKey::new("1", "A").unwrap(), FailureReason::default());
        assert_eq!(Expected::Unknown.check(&failed), Ok(()));
    }
}
