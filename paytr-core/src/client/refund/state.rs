use paid_once::Money;

use crate::api::{OrderStatus, ReferenceNo};

/// Whether PayTR lists a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum RefundState {
    /// It is listed: it was executed.
    Listed {
        /// How much, summed up if several refunds have the reference. For an order in instalments it
        /// may be more than what was asked for.
        amount: Money,
    },
    /// It is not listed. That means "not executed as far as the status shows": PayTR documents neither
    /// when a refund appears in the list nor that it always does, and it may still be working on it.
    NotListed,
}

impl RefundState {
    /// What a status says about a reference.
    pub fn of(status: &OrderStatus, reference: &ReferenceNo) -> Self {
        let ours = status
            .returns
            .iter()
            .filter(|entry| entry.reference_no.as_deref() == Some(reference.as_str()));
        let amounts = ours.map(|entry| entry.amount.minor_units());
        match amounts.reduce(u64::saturating_add) {
            Some(sum) => Self::Listed {
                amount: Money::new(sum, status.payment_total.currency()),
            },
            None => Self::NotListed,
        }
    }
}
