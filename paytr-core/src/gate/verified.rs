use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use paid_once::{Delivery, Lease, Money, Outcome, Payment};

use crate::PaymentCallback;
use crate::callback::{CallbackId, LinkCallback, Unsigned};
use crate::credentials::KeyIndex;

/// A payment that passed every check, with the right to handle it: what a handler gets.
///
/// It comes from a notification, or from a status inquiry that a [`Reconciler`](crate::Reconciler) made.
/// `Debug` shows no unsigned field.
#[derive(Clone)]
pub struct VerifiedPayment(Arc<VerifiedParts>);

struct VerifiedParts {
    source: Source,
    delivery: Delivery,
}

/// How the payment became known.
pub(super) enum Source {
    Payment(PaymentCallback),
    Link(LinkCallback),
    /// PayTR was asked.
    Inquiry,
}

impl VerifiedPayment {
    pub(super) fn new(source: Source, delivery: Delivery) -> Self {
        Self(Arc::new(VerifiedParts { source, delivery }))
    }

    /// A payment that PayTR confirmed when it was asked, for the handler of a
    /// [`Reconciler`](crate::Reconciler). [`reconciler`](crate::reconciler) does it for you.
    #[must_use]
    pub fn inquired(delivery: Delivery) -> Self {
        Self::new(Source::Inquiry, delivery)
    }

    /// The order id.
    #[must_use]
    pub fn merchant_oid(&self) -> &str {
        self.0.delivery.payment.order.order_id()
    }

    /// Paid or failed. A failure is not final: a success may follow for the same order.
    #[must_use]
    pub fn outcome(&self) -> &Outcome {
        &self.0.delivery.payment.outcome
    }

    /// Whether the buyer paid.
    #[must_use]
    pub fn is_paid(&self) -> bool {
        self.outcome().is_paid()
    }

    /// What PayTR collected, compared with the shop's records; `None` on a failure.
    #[must_use]
    pub fn total(&self) -> Option<Money> {
        self.0.delivery.payment.total()
    }

    /// 1, or more when an earlier run of the handler may have left effects.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.lease().attempt()
    }

    /// The lease, for `settle_in` and for fencing.
    #[must_use]
    pub fn lease(&self) -> &Lease {
        &self.0.delivery.lease
    }

    /// The payment as the gate sees it.
    #[must_use]
    pub fn payment(&self) -> &Payment {
        &self.0.delivery.payment
    }

    /// Which key of the keyring signed the notification. `None` when PayTR was asked.
    #[must_use]
    pub fn key_index(&self) -> Option<KeyIndex> {
        match &self.0.source {
            Source::Payment(callback) => Some(callback.key_index()),
            Source::Link(callback) => Some(callback.key_index()),
            Source::Inquiry => None,
        }
    }

    /// The fields that PayTR does not sign. None of them is there when PayTR was asked: a handler must do
    /// without.
    #[must_use]
    pub fn unsigned(&self) -> Unsigned<'_> {
        match &self.0.source {
            Source::Payment(callback) => callback.unsigned(),
            Source::Link(callback) => callback.unsigned(),
            Source::Inquiry => Unsigned::none(),
        }
    }
}

impl fmt::Debug for VerifiedPayment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedPayment")
            .field("merchant_oid", &self.merchant_oid())
            .field("total", &self.total())
            .field("attempt", &self.attempt())
            .finish_non_exhaustive()
    }
}

/// A payment of a link that passed every check, with the right to handle it: a [`VerifiedPayment`] whose
/// [`merchant_oid`](VerifiedPayment::merchant_oid) was made by PayTR, for this one payment.
#[derive(Debug, Clone)]
pub struct LinkPayment {
    payment: VerifiedPayment,
    callback_id: CallbackId,
}

impl LinkPayment {
    pub(super) fn new(payment: VerifiedPayment, callback_id: CallbackId) -> Self {
        Self {
            payment,
            callback_id,
        }
    }

    /// The shop's own id of the link that was paid.
    #[must_use]
    pub fn callback_id(&self) -> &CallbackId {
        &self.callback_id
    }
}

impl Deref for LinkPayment {
    type Target = VerifiedPayment;

    fn deref(&self) -> &VerifiedPayment {
        &self.payment
    }
}
