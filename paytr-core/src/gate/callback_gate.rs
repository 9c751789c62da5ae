use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use paid_once::{Admission, BoxError, DrainTimeout, Gate, HandlerFailure};
use tracing::Instrument as _;

use super::watch::{Watch, refused};
use super::{CallbackLimits, ClaimedCallback, Links, VerifiedPayment};
use crate::callback::PaymentMessage;
use crate::{Disposition, Keyring, LinkCallback, MerchantId, PaymentCallback};

/// The keyring and the gate: what every mount point of the payment notification shares.
///
/// Cheap to clone. The frameworks' crates call it; call it yourself where there is no framework.
#[derive(Debug, Clone)]
pub struct CallbackGate<C: PaymentMessage = PaymentCallback> {
    keyring: Arc<Keyring>,
    gate: Gate,
    limits: CallbackLimits,
    settings: C::Settings,
}

/// The keyring, the links and the gate: what every mount point of the link notification shares.
///
/// It is a [`CallbackGate`] for another kind of message, so every rule of that one holds.
///
/// ```
/// use std::sync::Arc;
/// use paytr_core::*;
/// use paytr_core::callback::CallbackId;
///
/// struct Shelf;
///
/// #[async_trait]
/// impl LinkPrices for Shelf {
///     async fn price(&self, _link: &CallbackId) -> Result<Expected, BoxError> {
///         Ok(Expected::AtLeast(Money::new(9_900, Currency::TRY)))
///     }
/// }
///
/// # fn make(keyring: Keyring, store: Arc<MemoryStore>) -> Result<LinkGate, Box<dyn std::error::Error>> {
/// let links = Links::new(IdForm::new("LINK")?, Arc::new(Shelf));
/// let callback_id = links.new_id(); // goes into the request that makes the link
/// # let _ = callback_id;
/// let gate = links.gate(store).build()?;
/// # Ok(
/// LinkGate::for_links(keyring, gate, links)
/// # )
/// # }
/// ```
pub type LinkGate = CallbackGate<LinkCallback>;

impl CallbackGate {
    /// A gate with the default limits.
    #[must_use]
    pub fn new(keyring: Keyring, gate: Gate) -> Self {
        Self::with_settings(keyring, gate, ())
    }
}

impl LinkGate {
    /// A gate of link payments with the default limits. Make `gate` by [`Links::gate`]: one that knows
    /// orders knows no link, and refuses all of their payments.
    #[must_use]
    pub fn for_links(keyring: Keyring, gate: Gate, links: Links) -> Self {
        Self::with_settings(keyring, gate, links)
    }

    /// The links.
    #[must_use]
    pub fn links(&self) -> &Links {
        &self.settings
    }
}

impl<C: PaymentMessage> CallbackGate<C> {
    fn with_settings(keyring: Keyring, gate: Gate, settings: C::Settings) -> Self {
        Self {
            keyring: Arc::new(keyring),
            gate,
            limits: CallbackLimits::default(),
            settings,
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
        H: FnOnce(VerifiedPayment<C>) -> F + Send + 'static,
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
    pub fn verify(&self, body: &[u8]) -> Result<C, Disposition> {
        C::read(&self.keyring, &self.settings, body)
            .map_err(|error| refused(C::KIND.as_str(), error))
    }

    /// Checks a verified notification against the shop's records and claims it.
    ///
    /// # Errors
    ///
    /// The [`Disposition`] to answer with when there is nothing to handle.
    pub fn admit(
        &self,
        callback: C,
    ) -> impl Future<Output = Result<ClaimedCallback<C>, Disposition>> + Send {
        let span = tracing::info_span!(
            "paytr_callback",
            kind = C::KIND.as_str(),
            merchant_oid = callback.merchant_oid(),
            key_index = callback.key_index().get(),
            attempt = tracing::field::Empty,
            disposition = tracing::field::Empty,
        );
        let watch = Watch::begin(C::KIND.as_str(), span.clone());
        let gate = self.clone();
        async move {
            let merchant = gate.merchant_id();
            if let Some(field) = callback.unreadable() {
                tracing::error!(field = field.name(), "a field of a payment cannot be read");
                let payment = callback.reviewed_payment(merchant);
                let refused = gate.gate.refuse(&payment, field.reason());
                return Err(watch.conclude(refused.instrument(span).await.into()));
            }
            let payment = callback.payment(merchant);
            match gate.gate.admit(payment).instrument(span).await {
                Admission::Claimed(claimed) => {
                    watch.attempt(claimed.delivery().lease.attempt());
                    Ok(ClaimedCallback::new(claimed, callback, watch))
                }
                Admission::Decided(decision) => Err(watch.conclude(decision.into())),
            }
        }
    }

    /// Runs a future in a task that outlives the connection. A panic answers as a failed handler.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub fn detach<F>(&self, future: F) -> impl Future<Output = Disposition> + Send + use<C, F>
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
