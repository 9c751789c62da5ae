use std::fmt;
use std::sync::Arc;

use paid_once::{Delivery, Lease, Money, Outcome, Payment};

use crate::callback::{CallbackId, PaymentMessage, Unsigned};
use crate::{KeyIndex, LinkCallback, PaymentCallback};

/// A payment that passed every check, with the right to handle it: what a handler gets.
///
/// It comes from a notification, or from a status inquiry that a [`Reconciler`](crate::Reconciler) made.
/// `Debug` shows no unsigned field.
pub struct VerifiedPayment<C: PaymentMessage = PaymentCallback>(Arc<VerifiedParts<C>>);

struct VerifiedParts<C> {
    /// `None` when PayTR was asked.
    callback: Option<C>,
    delivery: Delivery,
}

/// A payment of a link that passed every check, with the right to handle it.
///
/// Its [`merchant_oid`](VerifiedPayment::merchant_oid) was made by PayTR, for this one payment.
pub type LinkPayment = VerifiedPayment<LinkCallback>;

impl VerifiedPayment<LinkCallback> {
    /// The shop's own id of the link that was paid.
    #[must_use]
    pub fn callback_id(&self) -> &CallbackId {
        #[expect(
            clippy::expect_used,
            reason = "only a notification makes a payment of a link: see `inquired`"
        )]
        let callback = self.0.callback.as_ref().expect("it has a notification");
        callback.callback_id()
    }
}

impl VerifiedPayment<PaymentCallback> {
    /// A payment that PayTR confirmed when it was asked, for the handler of a
    /// [`Reconciler`](crate::Reconciler). [`reconciler`](crate::reconciler) does it for you.
    #[must_use]
    pub fn inquired(delivery: Delivery) -> Self {
        let callback = None;
        Self(Arc::new(VerifiedParts { callback, delivery }))
    }
}

impl<C: PaymentMessage> VerifiedPayment<C> {
    pub(super) fn new(callback: C, delivery: Delivery) -> Self {
        Self(Arc::new(VerifiedParts {
            callback: Some(callback),
            delivery,
        }))
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
        self.0.callback.as_ref().map(C::key_index)
    }

    /// The fields that PayTR does not sign. None of them is there when PayTR was asked: a handler must do
    /// without.
    #[must_use]
    pub fn unsigned(&self) -> Unsigned<'_> {
        let callback = self.0.callback.as_ref();
        callback.map_or(Unsigned::none(), C::unsigned)
    }
}

impl<C: PaymentMessage> Clone for VerifiedPayment<C> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<C: PaymentMessage> fmt::Debug for VerifiedPayment<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedPayment")
            .field("merchant_oid", &self.merchant_oid())
            .field("total", &self.total())
            .field("attempt", &self.attempt())
            .finish_non_exhaustive()
    }
}
