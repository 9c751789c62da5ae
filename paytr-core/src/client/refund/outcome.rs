use paid_once::{Money, StoreError};

use crate::api::{OrderStatus, ReferenceNo, Refund, RefundReceipt};
use crate::{MerchantOid, PaytrError};

/// A refund that was executed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refunded {
    order: MerchantOid,
    reference: ReferenceNo,
    amount: Money,
    proof: RefundProof,
    receipt: Option<RefundReceipt>,
}

/// How it is known that a refund was executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefundProof {
    /// PayTR confirmed it in the reply.
    Reply,
    /// The reply was lost; the status inquiry lists it.
    StatusInquiry,
    /// It was listed before anything was sent, and nothing was sent: an earlier call did it.
    AlreadyListed,
}

impl Refunded {
    pub(super) fn by_reply(refund: &Refund, receipt: RefundReceipt) -> Self {
        Self {
            amount: receipt.amount.unwrap_or(refund.amount),
            receipt: Some(receipt),
            ..Self::listed(refund, refund.amount, RefundProof::Reply)
        }
    }

    pub(super) fn listed(refund: &Refund, amount: Money, proof: RefundProof) -> Self {
        Self {
            order: refund.order.clone(),
            reference: refund.reference.clone(),
            amount,
            proof,
            receipt: None,
        }
    }

    /// The order.
    #[must_use]
    pub fn order(&self) -> &MerchantOid {
        &self.order
    }

    /// The reference of the refund.
    #[must_use]
    pub fn reference(&self) -> &ReferenceNo {
        &self.reference
    }

    /// How much was given back, as PayTR echoes or lists it; what was asked for if it echoes nothing.
    #[must_use]
    pub fn amount(&self) -> Money {
        self.amount
    }

    /// How it is known.
    #[must_use]
    pub fn proof(&self) -> RefundProof {
        self.proof
    }

    /// PayTR's reply, if it came.
    #[must_use]
    pub fn receipt(&self) -> Option<&RefundReceipt> {
        self.receipt.as_ref()
    }
}

/// Why a refund is not known to be executed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RefundError {
    /// It was not executed: the request is invalid, it was not sent, PayTR refused it, or the status
    /// that is asked for before gave no answer.
    #[error("nothing was refunded")]
    NotRefunded(#[source] PaytrError),
    /// More than what is left of the order. Nothing was sent.
    #[error("the refund is more than the {left} that are left of the order; nothing was sent")]
    #[non_exhaustive]
    Exceeds {
        /// What is left.
        left: Money,
    },
    /// The reference belongs to another refund of this order, or to an earlier try whose outcome is
    /// unknown. Nothing was sent.
    #[error(
        "the reference belongs to an earlier refund of this order; nothing was sent: look that one \
         up, or use a new reference"
    )]
    ReferenceUsed,
    /// The ledger knows the order, and no payment of it is settled: it is pending, failed, closed,
    /// undelivered or under review. Nothing was sent.
    #[error(
        "the ledger has no settled payment of the order; nothing was sent: settle the order first, or let \
         its review be resolved"
    )]
    NotPaid,
    /// The ledger does not know the order, so it cannot keep several refunds of it apart. Nothing was sent.
    #[error(
        "the ledger does not know the order; nothing was sent: check the order id and the ledger, or say \
         what was paid"
    )]
    UnknownOrder,
    /// The ledger could not reserve the amount, or does not say whether it did. Nothing was sent.
    #[error("the refund ledger is unavailable; nothing was sent")]
    Ledger(#[source] StoreError),
    /// It may have been executed.
    #[error(transparent)]
    Unknown(Box<UnknownRefund>),
}

impl From<UnknownRefund> for RefundError {
    fn from(unknown: UnknownRefund) -> Self {
        Self::Unknown(Box::new(unknown))
    }
}

/// A refund that was sent once, whose reply was lost, and which the status inquiry does not settle.
///
/// Do not send it again at once. Keep the reference, and ask for the
/// [state](crate::PaytrClient::refund_state) later or look into the merchant panel.
#[derive(Debug, thiserror::Error)]
#[error(
    "the refund of {amount} of order {order} with reference {reference} may have been executed: do \
     not repeat it, ask for its state later"
)]
pub struct UnknownRefund {
    order: MerchantOid,
    reference: ReferenceNo,
    amount: Money,
    #[source]
    lost: PaytrError,
    seen: Result<RefundState, PaytrError>,
}

impl UnknownRefund {
    pub(super) fn new(
        refund: &Refund,
        lost: PaytrError,
        seen: Result<RefundState, PaytrError>,
    ) -> Self {
        Self {
            order: refund.order.clone(),
            reference: refund.reference.clone(),
            amount: refund.amount,
            lost,
            seen,
        }
    }

    /// The order.
    #[must_use]
    pub fn order(&self) -> &MerchantOid {
        &self.order
    }

    /// The reference to ask for.
    #[must_use]
    pub fn reference(&self) -> &ReferenceNo {
        &self.reference
    }

    /// What was asked for.
    #[must_use]
    pub fn amount(&self) -> Money {
        self.amount
    }

    /// What the last status inquiry said: [`NotListed`](RefundState::NotListed) is "not executed as
    /// far as the status shows"; [`Listed`](RefundState::Listed) here is another amount than was asked
    /// for, so the reference may have been used before; an error is no answer.
    ///
    /// # Errors
    ///
    /// Why the status inquiry gave no answer.
    pub fn seen(&self) -> Result<RefundState, &PaytrError> {
        self.seen.as_ref().copied()
    }
}

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
