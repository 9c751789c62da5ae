//! From a notification body to a disposition.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use paid_once::{Admission, BoxError, ClaimedPayment, Delivery, Gate, HandlerFailure, Lease};
use paid_once::{DrainTimeout, Money, Outcome, Payment};
use tracing::Instrument as _;

use crate::{Disposition, KeyIndex, Keyring, MerchantId, PaymentCallback, callback::Unsigned};

/// The keyring and the gate: what every mount point of the payment notification shares.
///
/// Cheap to clone. The frameworks' crates call it; call it yourself where there is no framework.
#[derive(Debug, Clone)]
pub struct CallbackGate {
    keyring: Arc<Keyring>,
    gate: Gate,
    limits: CallbackLimits,
}

/// Limits on the body of a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallbackLimits {
    /// Most bytes. Default 16 KiB; a notification has well under 2 KiB.
    pub max_body: usize,
    /// How long the whole body may take. Default 10 s.
    pub body_deadline: Duration,
}

impl Default for CallbackLimits {
    fn default() -> Self {
        Self {
            max_body: 16 * 1024,
            body_deadline: Duration::from_secs(10),
        }
    }
}

impl CallbackGate {
    /// A gate with the default limits.
    #[must_use]
    pub fn new(keyring: Keyring, gate: Gate) -> Self {
        Self {
            keyring: Arc::new(keyring),
            gate,
            limits: CallbackLimits::default(),
        }
    }

    /// The same gate with another limit on the size of a body, in bytes.
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.limits.max_body = bytes;
        self
    }

    /// The same gate with another deadline for a body.
    #[must_use]
    pub fn body_deadline(mut self, deadline: Duration) -> Self {
        self.limits.body_deadline = deadline;
        self
    }

    /// The limits that a framework must hold bodies to.
    #[must_use]
    pub fn limits(&self) -> CallbackLimits {
        self.limits
    }

    /// The merchant whose notifications these are.
    #[must_use]
    pub fn merchant_id(&self) -> &MerchantId {
        self.keyring.merchant_id()
    }

    /// The gate behind it.
    #[must_use]
    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Takes a notification all the way: grammar, hash, checks, claim, handler, settlement.
    ///
    /// From the claim on it runs in a tracked task and survives this future being dropped.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub async fn receive<H, F, E>(&self, body: &[u8], handler: H) -> Disposition
    where
        H: FnOnce(VerifiedPayment) -> F + Send + 'static,
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<BoxError> + Send + 'static,
    {
        let callback = match self.verify(body) {
            Ok(callback) => callback,
            Err(disposition) => return disposition,
        };
        let gate = self.clone();
        self.detach(async move {
            match gate.admit(callback).await {
                Err(disposition) => disposition,
                Ok(claimed) => {
                    let payment = claimed.payment().clone();
                    // Called inside the future, so that a panic in `handler` itself is caught too.
                    claimed.run(async move { handler(payment).await }).await
                }
            }
        })
        .await
    }

    /// Checks grammar and hash. Nothing is stored, looked up or logged before this.
    ///
    /// # Errors
    ///
    /// The [`Disposition`] to answer with.
    pub fn verify(&self, body: &[u8]) -> Result<PaymentCallback, Disposition> {
        PaymentCallback::verify(&self.keyring, body).map_err(|error| {
            tracing::warn!(reason = %error, "a notification is refused");
            error.into()
        })
    }

    /// Checks a verified notification against the shop's records and claims it.
    ///
    /// # Errors
    ///
    /// The [`Disposition`] to answer with when there is nothing to handle.
    pub fn admit(
        &self,
        callback: PaymentCallback,
    ) -> impl Future<Output = Result<ClaimedCallback, Disposition>> + Send {
        let span = tracing::info_span!(
            "paytr_callback",
            merchant_oid = callback.merchant_oid(),
            key_index = callback.key_index().get(),
            attempt = tracing::field::Empty,
            disposition = tracing::field::Empty,
        );
        let payment = callback.payment(self.merchant_id());
        let admission = self.gate.admit(payment).instrument(span.clone());
        async move {
            match admission.await {
                Admission::Claimed(claimed) => {
                    let delivery = claimed.delivery().clone();
                    span.record("attempt", delivery.lease.attempt());
                    let parts = VerifiedParts { callback, delivery };
                    Ok(ClaimedCallback {
                        claimed,
                        payment: VerifiedPayment(Arc::new(parts)),
                        span,
                    })
                }
                Admission::Decided(decision) => Err(conclude(&span, decision.into())),
            }
        }
    }

    /// Runs a future in a task that outlives the connection. A panic answers as a failed handler.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub fn detach<F>(&self, future: F) -> impl Future<Output = Disposition> + Send + use<F>
    where
        F: Future<Output = Disposition> + Send + 'static,
    {
        let detached = self.gate.detach(future);
        async {
            let panicked = Disposition::HandlerFailed(HandlerFailure::Panicked);
            detached.await.unwrap_or(panicked)
        }
    }

    /// Waits until no notification is being handled; see [`Gate::drain`].
    ///
    /// # Errors
    ///
    /// [`DrainTimeout`] when handlers still run at the deadline.
    pub async fn drain(&self, deadline: Duration) -> Result<(), DrainTimeout> {
        self.gate.drain(deadline).await
    }
}

/// Notes the end of one notification in its span and in the log.
fn conclude(span: &tracing::Span, disposition: Disposition) -> Disposition {
    span.record("disposition", disposition.as_str());
    span.in_scope(|| tracing::info!(disposition = disposition.as_str(), "notification answered"));
    disposition
}

/// A notification whose claim is held. Dropped unfinished, it gives the claim back.
#[derive(Debug)]
#[must_use = "a claimed notification must be run, settled or released"]
pub struct ClaimedCallback {
    claimed: ClaimedPayment,
    payment: VerifiedPayment,
    span: tracing::Span,
}

impl ClaimedCallback {
    /// What the handler gets.
    #[must_use]
    pub fn payment(&self) -> &VerifiedPayment {
        &self.payment
    }

    /// Runs a handler under the gate's time limit and settles if it succeeds.
    ///
    /// The future is `Send` if the handler's is.
    pub fn run<F, E>(self, handler: F) -> impl Future<Output = Disposition> + use<F, E>
    where
        F: Future<Output = Result<(), E>>,
        E: Into<BoxError>,
    {
        // Boxed first: the layers below would each keep room for the whole handler.
        let handler = Box::pin(handler.instrument(self.span.clone()));
        async move {
            let work = self.claimed.run(handler).instrument(self.span.clone());
            let decision = work.await;
            conclude(&self.span, decision.into())
        }
    }

    /// The payment is handled: settles it.
    pub async fn settle(self) -> Disposition {
        let decision = self.claimed.settle().instrument(self.span.clone()).await;
        conclude(&self.span, decision.into())
    }

    /// The payment is not handled: gives the claim back.
    pub async fn release(self) -> Disposition {
        self.claimed.release().instrument(self.span.clone()).await;
        conclude(
            &self.span,
            Disposition::HandlerFailed(HandlerFailure::Error),
        )
    }
}

/// A payment that passed every check, with the right to handle it: what a handler gets.
///
/// `Debug` shows no unsigned field.
#[derive(Clone)]
pub struct VerifiedPayment(Arc<VerifiedParts>);

struct VerifiedParts {
    callback: PaymentCallback,
    delivery: Delivery,
}

impl VerifiedPayment {
    /// The order id.
    #[must_use]
    pub fn merchant_oid(&self) -> &str {
        self.0.callback.merchant_oid()
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

    /// Which key of the keyring signed it.
    #[must_use]
    pub fn key_index(&self) -> KeyIndex {
        self.0.callback.key_index()
    }

    /// The fields that PayTR does not sign.
    #[must_use]
    pub fn unsigned(&self) -> Unsigned<'_> {
        self.0.callback.unsigned()
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
