use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use paid_once::{BoxError, DrainTimeout, HandlerFailure, HandlerTasks};
use tracing::Instrument as _;

use super::CallbackLimits;
use super::watch::{Watch, refused};
use crate::callback::{CashoutResult, EftNotice, Notice, PersonalData};
use crate::callback::{PlatformResult, TransferResult};
use crate::{Disposition, Keyring};

/// What every mount point of one kind of notice shares: keyring, limits and running handlers.
///
/// A notice settles nothing, so there is no store, no claim and no amount. What it promises is less
/// than a [`CallbackGate`](crate::CallbackGate) does:
///
/// * **At least once.** PayTR repeats a notice until it is told `OK`, and it is told so only after the
///   handler succeeded. The same notice may arrive again later, and twice at the same time, on one
///   node or on two. The handler must be idempotent: let it write under a key of the notice
///   (`merchant_oid` and bank, each `trans_id`) that is unique in the shop's database.
/// * **No money.** The handler must not mark an order paid because of a notice.
///
/// Cheap to clone.
///
/// ```
/// use paytr_core::{BoxError, EftNotice, EftNoticeGate, Keyring};
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
#[derive(Debug, Clone)]
pub struct NoticeGate<N: Notice> {
    keyring: Arc<Keyring>,
    limits: CallbackLimits,
    tasks: HandlerTasks,
    settings: N::Settings,
}

/// The gate of EFT notices. Personal data is dropped, unless
/// [`personal_data`](NoticeGate::personal_data) says otherwise.
pub type EftNoticeGate = NoticeGate<EftNotice>;

/// The gate of transfer results, for shops that never use cashouts.
pub type TransferResultGate = NoticeGate<TransferResult>;

/// The gate of cashout results, for shops that never use transfers. Their outcome is not signed: see
/// [`CashoutResult`].
pub type CashoutResultGate = NoticeGate<CashoutResult>;

/// The gate of transfer results and cashout results, which PayTR posts to the same address.
pub type PlatformResultGate = NoticeGate<PlatformResult>;

impl<N: Notice> NoticeGate<N> {
    /// A gate with the default limits, and 30 s for the handler.
    #[must_use]
    pub fn new(keyring: Keyring) -> Self {
        Self {
            keyring: Arc::new(keyring),
            limits: CallbackLimits::default(),
            tasks: HandlerTasks::new(Duration::from_secs(30)),
            settings: N::Settings::default(),
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

    /// The same gate with another time limit for the handler. Past it the handler is dropped and PayTR
    /// made to ask again.
    #[must_use]
    pub fn handler_timeout(mut self, timeout: Duration) -> Self {
        self.tasks = self.tasks.handler_timeout(timeout);
        self
    }

    /// The limits that a framework must hold bodies to.
    #[must_use]
    pub fn limits(&self) -> CallbackLimits {
        self.limits
    }

    pub(super) fn tasks(&self) -> &HandlerTasks {
        &self.tasks
    }

    /// Takes a notification all the way: grammar, hash, handler.
    ///
    /// The handler survives this future being dropped.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub async fn receive<H, F, E>(&self, body: &[u8], handler: H) -> Disposition
    where
        H: FnOnce(N) -> F + Send + 'static,
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<BoxError> + Send + 'static,
    {
        let admitted = match self.verify(body) {
            Ok(notice) => self.admit(notice),
            Err(disposition) => return disposition,
        };
        let notice = admitted.notice().clone();
        // Called inside the future, so that a panic in `handler` itself is caught too.
        let work = admitted.run(async move { handler(notice).await });
        let panicked = Disposition::HandlerFailed(HandlerFailure::Panicked);
        self.tasks.detach(work).await.unwrap_or(panicked)
    }

    /// Checks grammar and hash. Nothing is stored, looked up or logged before this.
    ///
    /// # Errors
    ///
    /// The [`Disposition`] to answer with.
    pub fn verify(&self, body: &[u8]) -> Result<N, Disposition> {
        N::read(&self.keyring, self.settings, body).map_err(|error| refused(N::NAME, error))
    }

    /// Prepares a verified notice for its handler.
    pub fn admit(&self, notice: N) -> AdmittedNotice<N> {
        let span = tracing::info_span!(
            "paytr_notice",
            kind = notice.kind().as_str(),
            subject = notice.subject(),
            key_index = notice.key_index().get(),
            disposition = tracing::field::Empty,
        );
        let watch = Watch::begin(notice.kind().as_str(), span);
        AdmittedNotice {
            notice,
            tasks: self.tasks.clone(),
            watch,
        }
    }

    /// Waits until no handler runs, at most for `deadline`. Call it on shutdown, after the server
    /// stopped accepting connections.
    ///
    /// # Errors
    ///
    /// [`DrainTimeout`] when handlers still run at the deadline.
    pub async fn drain(&self, deadline: Duration) -> Result<(), DrainTimeout> {
        self.tasks.drain(deadline).await
    }
}

impl NoticeGate<EftNotice> {
    /// The same gate, dropping or keeping what the buyer typed. Default: dropped.
    #[must_use]
    pub fn personal_data(mut self, personal_data: PersonalData) -> Self {
        self.settings = personal_data;
        self
    }
}

/// A verified notice on its way to the handler. Dropped without being run, it does nothing.
#[must_use = "PayTR asks again until the handler of a notice succeeded"]
pub struct AdmittedNotice<N> {
    notice: N,
    tasks: HandlerTasks,
    watch: Watch,
}

impl<N: Notice> AdmittedNotice<N> {
    /// The notice.
    #[must_use]
    pub fn notice(&self) -> &N {
        &self.notice
    }

    /// Runs a handler under the gate's time limit.
    ///
    /// The future is `Send` if the handler's is.
    pub async fn run<F, E>(self, handler: F) -> Disposition
    where
        F: Future<Output = Result<(), E>>,
        E: Into<BoxError>,
    {
        let Self { tasks, watch, .. } = self;
        let ended = tasks.run(handler).instrument(watch.span()).await;
        let disposition = match ended {
            Ok(()) => Disposition::Handled,
            Err(failure) => Disposition::HandlerFailed(failure),
        };
        watch.conclude(disposition)
    }
}

impl<N: fmt::Debug> fmt::Debug for AdmittedNotice<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AdmittedNotice").field(&self.notice).finish()
    }
}
