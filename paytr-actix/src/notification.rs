//! The extractor: from a request to a notification that may be handled, and its handling.

use std::fmt;
use std::future::{Future, ready};
use std::panic::AssertUnwindSafe;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponse, rt, web};
use futures_util::FutureExt as _;
use futures_util::future::{CatchUnwind, poll_immediate};
use paytr_core::gate::{Admitted, Kind, NotificationGate};
use paytr_core::paid_once::{HandlerFailure, HandlerTasks};
use paytr_core::{BoxError, Disposition, Gate, VerifiedPayment};

use crate::reply::reply;
use crate::{NotificationRejection, incoming};

/// One of PayTR's notifications, verified: `Notification<VerifiedPayment>`, which is
/// [`VerifiedCallback`], `Notification<LinkPayment>`, `Notification<EftNotice>`,
/// `Notification<TransferResult>`, `Notification<CashoutResult>` or `Notification<PlatformResult>`.
///
/// It needs the gate of its kind in `app_data`: a `CallbackGate`, `LinkGate`, `EftNoticeGate`,
/// `TransferResultGate`, `CashoutResultGate` or `PlatformResultGate`. Without one the answer is 500 and
/// says which. Every rule of [`VerifiedCallback`] holds for all of them, also what it says about `Option`
/// and `Result`.
///
/// Payments and link payments are handled once and settled by [`settle_with`](Self::settle_with). The
/// others settle nothing: [`handle_with`](Self::handle_with) hands them over **at least once**, so their
/// handlers must be idempotent, and must not mark anything paid.
///
/// ```
/// use actix_web::{HttpResponse, web};
/// use paytr_actix::paytr_core::{EftNotice, LinkPayment};
/// use paytr_actix::paytr_core::gate::{EftNoticeGate, LinkGate};
/// use paytr_actix::{BoxError, Notification};
///
/// /// Runs once per payment: the link of the shop's own id was paid, by PayTR's order id.
/// async fn link_paid(payment: Notification<LinkPayment>) -> HttpResponse {
///     payment
///         .settle_with(async |payment: LinkPayment| {
///             println!("{} paid by {}", payment.callback_id(), payment.merchant_oid());
///             Ok::<_, BoxError>(())
///         })
///         .await
/// }
///
/// /// May run more than once for one notice. Nothing is paid yet.
/// async fn transfer_announced(notice: Notification<EftNotice>) -> HttpResponse {
///     notice
///         .handle_with(async |notice: EftNotice| {
///             println!("{} waits for {:?}", notice.merchant_oid(), notice.bank());
///             Ok::<_, BoxError>(())
///         })
///         .await
/// }
///
/// fn routes(links: LinkGate, eft: EftNoticeGate) -> impl FnOnce(&mut web::ServiceConfig) {
///     |app| {
///         app.app_data(links)
///             .route("/paytr/link", web::to(link_paid))
///             .app_data(eft)
///             .route("/paytr/eft", web::to(transfer_announced));
///     }
/// }
/// # let _ = routes;
/// ```
#[must_use = "dropped unfinished it makes PayTR ask again; finish it with settle_with or handle_with"]
pub struct Notification<K: Kind> {
    admitted: Admitted<K>,
    gate: NotificationGate<K>,
}

/// A payment that was verified, compared with the shop's records, and claimed for this handler.
///
/// # Rules
///
/// * It needs a [`CallbackGate`](crate::CallbackGate) in `app_data`, bare or in [`web::Data`](actix_web::web::Data); without one the answer is 500
///   and says so.
/// * It takes a `POST` with `Content-Type: application/x-www-form-urlencoded`, not compressed, of at
///   most the gate's size (16 KiB) within the gate's deadline (10 s). `PayloadConfig` changes nothing.
/// * The handler runs only with a payment to handle. Everything else is answered before it, also a
///   payment that was settled before: that one with `OK`.
/// * [`settle_with`](Notification::settle_with) finishes it. From there on the payment is handled and settled
///   even if the connection breaks.
/// * Dropped unfinished, because the handler returned or the connection was reset before it, it gives
///   its claim back and PayTR's next notification tries again.
/// * Every answer carries its [`Disposition`](crate::Disposition) in the response extensions, for middleware.
///
/// The handler's answer is what PayTR reads: return that of `settle_with`. A handler that says `OK` by
/// itself, without having settled, tells PayTR to stop while the order stays unpaid. So the payment is
/// not within reach like a form's fields; the work belongs into the closure:
///
/// ```compile_fail
/// async fn paid(callback: paytr_actix::VerifiedCallback) -> &'static str {
///     println!("{}", callback.merchant_oid());
///     "OK"
/// }
/// ```
///
/// # `Option` and `Result`
///
/// Actix makes `Option<VerifiedCallback>` and `Result<VerifiedCallback, _>` extractors by itself. Their
/// `None` and `Err` claim nothing, but the handler runs without a payment, and its answer goes out
/// instead of the right one. PayTR asks again unless that answer is exactly `OK`, so never answer `OK`
/// there. Take `VerifiedCallback` itself; where the cause is of interest, answer with it:
///
/// ```
/// use actix_web::HttpResponse;
/// use paytr_actix::{BoxError, VerifiedCallback, VerifiedCallbackRejection};
///
/// async fn paid(
///     callback: Result<VerifiedCallback, VerifiedCallbackRejection>,
/// ) -> Result<HttpResponse, VerifiedCallbackRejection> {
///     let callback = callback.inspect_err(|refused| eprintln!("{:?}", refused.disposition()))?;
///     Ok(callback.settle_with(async |_payment| Ok::<_, BoxError>(())).await)
/// }
/// ```
pub type VerifiedCallback = Notification<VerifiedPayment>;

impl<K: Kind> Notification<K> {
    /// What it says, to look at before it is handled: for a log, or to choose a handler.
    #[must_use]
    pub fn get(&self) -> &K {
        self.admitted.handled()
    }

    fn finish<H, F, E>(self, handler: H) -> impl Future<Output = HttpResponse> + use<K, H, F, E>
    where
        H: FnOnce(K) -> F + 'static,
        F: Future<Output = Result<(), E>> + 'static,
        E: Into<BoxError> + 'static,
    {
        let Self { admitted, gate } = self;
        let work = LocalTask::new(async move {
            let verified = admitted.handled().clone();
            // Called inside the future, so that a panic in `handler` itself is caught too.
            let handler = Box::pin(async move { handler(verified).await });
            admitted.run(handler).await
        });
        async move { reply(work.outlive(gate.tasks()).await) }
    }
}

impl<K: Kind<Backing = Gate>> Notification<K> {
    /// The payment, to look at before it is handled: the same as [`get`](Self::get).
    #[must_use]
    pub fn payment(&self) -> &K {
        self.get()
    }

    /// Runs `handler` under the gate's time limit, settles if it succeeds, and gives what to answer
    /// PayTR. If it fails, panics or takes too long, the claim is given back and PayTR asks again.
    ///
    /// The handler runs on this worker and may hold what is not `Send`. It goes on when the connection
    /// breaks; [`NotificationGate::drain`] waits for it on shutdown.
    ///
    /// ```
    /// use actix_web::{HttpResponse, web};
    /// use paytr_actix::{BoxError, VerifiedCallback};
    ///
    /// struct Receipts;
    /// impl Receipts {
    ///     async fn write(&self, oid: &str) -> Result<(), std::io::Error> {
    /// #       let _ = oid;
    ///         Ok(())
    ///     }
    /// }
    ///
    /// async fn paid(callback: VerifiedCallback, receipts: web::Data<Receipts>) -> HttpResponse {
    ///     callback
    ///         .settle_with(|payment| async move { receipts.write(payment.merchant_oid()).await })
    ///         .await
    /// }
    /// ```
    pub fn settle_with<H, F, E>(
        self,
        handler: H,
    ) -> impl Future<Output = HttpResponse> + use<K, H, F, E>
    where
        H: FnOnce(K) -> F + 'static,
        F: Future<Output = Result<(), E>> + 'static,
        E: Into<BoxError> + 'static,
    {
        self.finish(handler)
    }
}

impl<K: Kind<Backing = HandlerTasks>> Notification<K> {
    /// Runs `handler` under the gate's time limit and gives what to answer PayTR. If it fails, panics
    /// or takes too long, PayTR asks again.
    ///
    /// The handler runs on this worker and may hold what is not `Send`. It goes on when the connection
    /// breaks; [`NotificationGate::drain`] waits for it on shutdown.
    pub fn handle_with<H, F, E>(
        self,
        handler: H,
    ) -> impl Future<Output = HttpResponse> + use<K, H, F, E>
    where
        H: FnOnce(K) -> F + 'static,
        F: Future<Output = Result<(), E>> + 'static,
        E: Into<BoxError> + 'static,
    {
        self.finish(handler)
    }
}

impl<K: Kind> FromRequest for Notification<K> {
    type Error = NotificationRejection;
    type Future = Admitting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        admitting(request, payload, |admitted, gate| Self { admitted, gate })
    }
}

impl<K: Kind + fmt::Debug> fmt::Debug for Notification<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Notification").field(self.get()).finish()
    }
}

/// Why a handler with a [`VerifiedCallback`] does not run.
pub type VerifiedCallbackRejection = NotificationRejection;

/// A notification on its way into an extractor.
pub(crate) type Admitting<T> = Pin<Box<dyn Future<Output = Result<T, NotificationRejection>>>>;

/// Takes a request as far as its handler: gate, head, body, hash, claim. `wrap` makes the extractor.
pub(crate) fn admitting<K, T>(
    request: &HttpRequest,
    payload: &mut Payload,
    wrap: fn(Admitted<K>, NotificationGate<K>) -> T,
) -> Admitting<T>
where
    K: Kind,
    T: 'static,
{
    let mut payload = payload.take();
    let Some(gate) = gate_of::<NotificationGate<K>>(request).cloned() else {
        let rejection = NotificationRejection::no_gate(K::TEXTS.no_gate, payload);
        return Box::pin(ready(Err(rejection)));
    };
    let head = incoming::check_head(request, gate.limits());
    Box::pin(async move {
        let admitted = match head {
            Ok(()) => admit(&gate, &mut payload).await,
            Err(refused) => Err(refused),
        };
        match admitted {
            Ok(admitted) => Ok(wrap(admitted, gate)),
            Err(decided) => Err(NotificationRejection::decided(decided, payload)),
        }
    })
}

fn gate_of<G: 'static>(request: &HttpRequest) -> Option<&G> {
    let in_data = || request.app_data::<web::Data<G>>();
    let bare = request.app_data::<G>();
    bare.or_else(|| in_data().map(|data| &***data))
}

/// Reads, verifies and claims. The claim is made in a task of its own: cut off in the middle it would
/// leave a claim that nobody holds.
async fn admit<K: Kind>(
    gate: &NotificationGate<K>,
    payload: &mut Payload,
) -> Result<Admitted<K>, Disposition> {
    let body = incoming::read(payload, gate.limits()).await?;
    let message = gate.verify(&body)?;
    let admitting = gate.clone();
    let admitted = gate
        .tasks()
        .detach(async move { admitting.admit(message).await });
    let ended = admitted.await;
    ended.unwrap_or_else(|failure| Err(Disposition::HandlerFailed(failure)))
}

/// Work that may not move between threads, and that outlives who waits for it.
pub(crate) struct LocalTask<F>(CatchUnwind<AssertUnwindSafe<Pin<Box<F>>>>);

impl<F> LocalTask<F>
where
    F: Future<Output = Disposition> + 'static,
{
    pub(crate) fn new(work: F) -> Self {
        // Boxed before anything else holds it: such futures are large, and each holder moves them.
        Self(AssertUnwindSafe(Box::pin(work)).catch_unwind())
    }

    /// Does the work. Once it has to wait for anything it goes on in a local task of its own, which the
    /// gate's `drain` waits for.
    pub(crate) async fn outlive(self, tasks: &HandlerTasks) -> Disposition {
        let failed = Disposition::HandlerFailed;
        let mut work = self.0;
        // The caller cannot be dropped before the first poll returns, and what is done by then needs
        // no task. There is no await between that poll and the spawn.
        let done = match poll_immediate(&mut work).await {
            Some(done) => done,
            None => match rt::spawn(tasks.track(work)).await {
                Ok(done) => done,
                // The worker shuts down; the claim runs out by itself.
                Err(_cancelled) => return failed(HandlerFailure::Interrupted),
            },
        };
        done.unwrap_or(failed(HandlerFailure::Panicked))
    }
}
