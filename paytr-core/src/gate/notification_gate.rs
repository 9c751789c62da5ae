use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use paid_once::{BoxError, DrainTimeout, Gate, HandlerTasks, OrderLedger, OrderStore};

use super::once::NoticeSettings;
use super::watch::{Watch, refused};
use super::{Admitted, Kind, LinkPayment, Links, VerifiedPayment};
use crate::callback::{CashoutResult, EftNotice, PersonalData, PlatformResult, TransferResult};
use crate::credentials::MerchantId;
use crate::{Credentials, Disposition, Keyring};

/// What every mount point of one kind of notification shares: the keyring, the limits, and the way from a
/// body to what PayTR is told.
///
/// Use it by the name of its kind:
///
/// | gate | handler gets | promise |
/// |---|---|---|
/// | [`CallbackGate`] | [`VerifiedPayment`] | each payment once |
/// | [`LinkGate`] | [`LinkPayment`] | each payment once |
/// | [`EftNoticeGate`] | [`EftNotice`] | at least once; with a store once |
/// | [`TransferResultGate`] | [`TransferResult`] | at least once; with a store once |
/// | [`CashoutResultGate`] | [`CashoutResult`] | at least once; with a store once |
/// | [`PlatformResultGate`] | [`PlatformResult`] | at least once; with a store once |
///
/// The frameworks' crates call it; call it yourself where there is no framework. Cheap to clone.
///
/// # At least once
///
/// A notice settles no payment, so it needs no store, no claim and no amount. PayTR repeats a notice until it
/// is told `OK`, and it is told so only after the handler succeeded. The same notice may arrive again later,
/// and twice at the same time, on one node or on two. The handler must be idempotent: let it write under a
/// key of the notice (`merchant_oid` and bank, each `trans_id`) that is unique in the shop's database. It
/// must not mark an order paid because of a notice.
///
/// ```
/// use paytr_core::{BoxError, EftNotice, Keyring};
/// use paytr_core::gate::EftNoticeGate;
///
/// async fn take(keyring: Keyring, body: &[u8]) -> u16 {
///     let gate = EftNoticeGate::new(keyring);
///     let handled = gate.receive(body, |notice: EftNotice| async move {
///         println!("{} announces a transfer at {:?}", notice.merchant_oid(), notice.bank());
///         Ok::<_, BoxError>(())
///     });
///     handled.await.reply().status
/// }
/// ```
///
/// # Once instead
///
/// A gate of notices that is given a store ([`once`](NotificationGate::once)) claims each notice before the
/// handler runs and settles it after. The same notice again is a
/// [`Duplicate`](Disposition::Duplicate), answered `OK`; at the same time it is
/// [`InProgress`](Disposition::InProgress); after a failed handler it is handed over again. As with
/// payments, a process that dies between the handler's effect and the settlement lets the next delivery run
/// it again. When the store does not answer, no notice is handed over and PayTR asks again.
///
/// | notice | the same when these are the same |
/// |---|---|
/// | EFT notice | order, bank, and the date the buyer typed |
/// | transfer result | the list of `trans_id`s |
/// | cashout result | the whole body: its outcome is not signed, and a forged one must not hide the true one |
///
/// A `trans_id` that comes in two different lists is handed over with both. A notice is remembered as long
/// as a failed payment: until [`purge`](OrderLedger::purge) forgets what is older than
/// [`unpaid`](paid_once::Retention::unpaid).
///
/// ```
/// use std::sync::Arc;
/// use paytr_core::gate::EftNoticeGate;
/// use paytr_core::{Keyring, MemoryStore};
///
/// fn make(keyring: Keyring, ledger: Arc<MemoryStore>) -> EftNoticeGate {
///     EftNoticeGate::new(keyring).once(ledger)
/// }
/// ```
#[derive(Debug, Clone)]
pub struct NotificationGate<K: Kind> {
    keyring: Arc<Keyring>,
    backing: K::Backing,
    limits: CallbackLimits,
    settings: K::Settings,
}

/// The gate of payment notifications.
pub type CallbackGate = NotificationGate<VerifiedPayment>;

/// The gate of the notifications of payment links. It knows the links and what they cost.
///
/// ```
/// use std::sync::Arc;
/// use paytr_core::callback::CallbackId;
/// use paytr_core::gate::{LinkGate, LinkPrices, Links};
/// use paytr_core::{
///     BoxError, Currency, Expected, IdForm, Keyring, MemoryStore, Money, async_trait,
/// };
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
pub type LinkGate = NotificationGate<LinkPayment>;

/// The gate of EFT notices. Personal data is dropped, unless
/// [`personal_data`](NotificationGate::personal_data) says otherwise.
pub type EftNoticeGate = NotificationGate<EftNotice>;

/// The gate of transfer results, for shops that never use cashouts.
pub type TransferResultGate = NotificationGate<TransferResult>;

/// The gate of cashout results, for shops that never use transfers. Their outcome is not signed: see
/// [`CashoutResult`].
pub type CashoutResultGate = NotificationGate<CashoutResult>;

/// The gate of transfer results and cashout results, which PayTR posts to the same address.
pub type PlatformResultGate = NotificationGate<PlatformResult>;

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
    /// The gate of one merchant whose orders are in `ledger`, with the default limits.
    ///
    /// The same as [`new`](Self::new) with a keyring of these credentials alone, and a [`Gate`] that takes
    /// claims and expected amounts from the ledger.
    #[must_use]
    pub fn with_ledger(credentials: Credentials, ledger: Arc<impl OrderLedger>) -> Self {
        let gate = Gate::builder(Arc::clone(&ledger) as _, ledger).build();
        #[expect(clippy::expect_used, reason = "the default limits fit each other")]
        let gate = gate.expect("the default limits fit each other");
        Self::new(Keyring::new(credentials), gate)
    }

    /// A gate with the default limits.
    #[must_use]
    pub fn new(keyring: Keyring, gate: Gate) -> Self {
        Self::of(keyring, gate, ())
    }
}

impl LinkGate {
    /// A gate of link payments with the default limits. Make `gate` by [`Links::gate`]: one that knows
    /// orders knows no link, and refuses all of their payments.
    #[must_use]
    pub fn for_links(keyring: Keyring, gate: Gate, links: Links) -> Self {
        Self::of(keyring, gate, links)
    }

    /// The links.
    #[must_use]
    pub fn links(&self) -> &Links {
        &self.settings
    }
}

impl<K: Kind<Backing = Gate>> NotificationGate<K> {
    /// The gate behind it, which settles.
    #[must_use]
    pub fn gate(&self) -> &Gate {
        &self.backing
    }
}

impl EftNoticeGate {
    /// The same gate, dropping or keeping what the buyer typed. Default: dropped.
    #[must_use]
    pub fn personal_data(mut self, personal_data: PersonalData) -> Self {
        self.settings.personal_data = personal_data;
        self
    }
}

impl<K> NotificationGate<K>
where
    K: Kind<Backing = HandlerTasks, Settings = NoticeSettings>,
{
    /// A gate of notices with the default limits, and 30 s for the handler.
    #[must_use]
    pub fn new(keyring: Keyring) -> Self {
        let timeout = Duration::from_secs(30);
        let (tasks, settings) = (HandlerTasks::new(timeout), NoticeSettings::new(timeout));
        Self::of(keyring, tasks, settings)
    }

    /// The same gate, which remembers in `store` what was handled, so that each notice is handed over
    /// once: see [once instead](Self#once-instead). It may be the store of the orders: every kind has a
    /// namespace of its own in it.
    ///
    /// With a store a handler's [time limit](Self::handler_timeout) is at least a millisecond and at most
    /// a day.
    #[must_use]
    pub fn once(mut self, store: Arc<dyn OrderStore>) -> Self {
        (self.settings, self.backing) = self.settings.once(store);
        self
    }

    /// The same gate with another time limit for the handler. Past it the handler is dropped and PayTR
    /// made to ask again.
    #[must_use]
    pub fn handler_timeout(mut self, timeout: Duration) -> Self {
        let tasks = self.backing;
        (self.settings, self.backing) = self.settings.handler_timeout(tasks, timeout);
        self
    }
}

impl<K: Kind> NotificationGate<K> {
    fn of(keyring: Keyring, backing: K::Backing, settings: K::Settings) -> Self {
        Self {
            keyring: Arc::new(keyring),
            backing,
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

    /// The running handlers.
    #[must_use]
    pub fn tasks(&self) -> &HandlerTasks {
        self.backing.as_ref()
    }

    /// Takes a notification all the way: grammar, hash, checks and claim where there are any, then the
    /// handler, and the settlement of what was claimed.
    ///
    /// Grammar and hash are checked at once. The rest runs in a tracked task that survives the future being
    /// dropped. A panic answers as a failed handler.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub fn receive<H, F, E>(
        &self,
        body: &[u8],
        handler: H,
    ) -> impl Future<Output = Disposition> + Send + use<K, H, F, E>
    where
        H: FnOnce(K) -> F + Send + 'static,
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<BoxError> + Send + 'static,
    {
        let received = self.verify(body).map(|message| {
            let gate = self.clone();
            self.tasks().detach(async move {
                match gate.admit(message).await {
                    Err(disposition) => disposition,
                    Ok(admitted) => {
                        let verified = admitted.handled().clone();
                        // Called inside the future, so that a panic in `handler` itself is caught too.
                        let handler = Box::pin(async move { handler(verified).await });
                        admitted.run(handler).await
                    }
                }
            })
        });
        async {
            match received {
                Ok(work) => work.await.unwrap_or_else(Disposition::HandlerFailed),
                Err(disposition) => disposition,
            }
        }
    }

    /// Checks grammar and hash. Nothing is stored, looked up or logged before this.
    ///
    /// # Errors
    ///
    /// The [`Disposition`] to answer with.
    pub fn verify(&self, body: &[u8]) -> Result<K::Message, Disposition> {
        K::read(&self.keyring, &self.settings, body).map_err(|error| refused(K::NAME, error))
    }

    /// Everything between the hash and the handler: a payment is checked against the shop's records and
    /// claimed, a notice is claimed where there is a [store](Self::once) for it. Whoever calls it must run it
    /// to its end, or lose the claim until its lease runs out.
    ///
    /// # Errors
    ///
    /// The [`Disposition`] to answer with when there is nothing to handle.
    pub fn admit(
        &self,
        message: K::Message,
    ) -> impl Future<Output = Result<Admitted<K>, Disposition>> + Send + use<'_, K> {
        // Not an async function, which keeps room for its arguments twice: every layer above holds this future.
        async move {
            let watch = Watch::begin(K::kind(&message).as_str(), K::span(&message));
            let (merchant, settings) = (self.merchant_id(), &self.settings);
            let admission = K::admit(&self.backing, settings, merchant, message);
            let admitted = if watch.is_heard() {
                watch.heard(admission).await
            } else {
                admission.await
            };
            match admitted {
                Ok((handled, right)) => Ok(Admitted::new(handled, right, watch)),
                Err(decision) => Err(watch.conclude(decision.into())),
            }
        }
    }

    /// Waits until no notification is being handled, at most for `deadline`. Call it on shutdown, after
    /// the server stopped accepting connections.
    ///
    /// # Errors
    ///
    /// [`DrainTimeout`] when handlers still run at the deadline.
    pub async fn drain(&self, deadline: Duration) -> Result<(), DrainTimeout> {
        self.tasks().drain(deadline).await
    }
}
