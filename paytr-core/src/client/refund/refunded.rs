use paid_once::Money;

use crate::MerchantOid;
use crate::api::{ReferenceNo, Refund, RefundReceipt};

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
    /// PayTR said so.
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
