use std::fmt;
use std::future::Future;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use paytr_core::callback::Notice;
use paytr_core::{BoxError, Handled, LinkPayment, MountPoint, NoticeGate};

use crate::NotificationRejection;
use crate::admission::{Admitting, admitting};
use crate::local_task::LocalTask;
use crate::reply::reply;
use crate::settle::settle;

/// One of PayTR's other notifications, verified: `Notification<LinkPayment>`,
/// `Notification<EftNotice>`, `Notification<TransferResult>`, `Notification<CashoutResult>` or
/// `Notification<PlatformResult>`.
///
/// It needs the gate of its kind in `app_data`: a `LinkGate`, `EftNoticeGate`, `TransferResultGate`,
/// `CashoutResultGate` or `PlatformResultGate`. Without one the answer is 500 and says which. Every rule
/// of [`VerifiedCallback`](crate::VerifiedCallback), which is the extractor of payments, holds here too,
/// also what it says about `Option` and `Result`.
///
/// Link payments are handled once and settled by [`settle_with`](Self::settle_with). The others settle
/// nothing: [`handle_with`](Self::handle_with) hands them over **at least once**, so their handlers must
/// be idempotent, and must not mark anything paid.
///
/// ```
/// use actix_web::{HttpResponse, web};
/// use paytr_actix::paytr_core::{EftNotice, EftNoticeGate, LinkGate, LinkPayment};
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
pub struct Notification<T: Handled> {
    admitted: Box<<T::Gate as MountPoint>::Admitted>,
    gate: T::Gate,
}

impl<T: Handled> Notification<T> {
    /// What it says, to look at before it is handled: for a log, or to choose a handler.
    #[must_use]
    pub fn get(&self) -> &T {
        T::Gate::handled(&self.admitted)
    }
}

impl Notification<LinkPayment> {
    /// Runs `handler` under the gate's time limit, settles if it succeeds, and gives what to answer
    /// PayTR: see [`VerifiedCallback::settle_with`](crate::VerifiedCallback::settle_with).
    pub fn settle_with<H, F, E>(
        self,
        handler: H,
    ) -> impl Future<Output = HttpResponse> + use<H, F, E>
    where
        H: FnOnce(LinkPayment) -> F + 'static,
        F: Future<Output = Result<(), E>> + 'static,
        E: Into<BoxError> + 'static,
    {
        settle(self.admitted, self.gate, handler)
    }
}

impl<N: Notice + Handled<Gate = NoticeGate<N>>> Notification<N> {
    /// Runs `handler` under the gate's time limit and gives what to answer PayTR. If it fails, panics
    /// or takes too long, PayTR asks again.
    ///
    /// The handler runs on this worker and may hold what is not `Send`. It goes on when the connection
    /// breaks; [`NoticeGate::drain`] waits for it on shutdown.
    pub fn handle_with<H, F, E>(
        self,
        handler: H,
    ) -> impl Future<Output = HttpResponse> + use<N, H, F, E>
    where
        H: FnOnce(N) -> F + 'static,
        F: Future<Output = Result<(), E>> + 'static,
        E: Into<BoxError> + 'static,
    {
        let Self { admitted, gate } = self;
        let work = LocalTask::new(async move {
            let notice = admitted.notice().clone();
            admitted.run(async move { handler(notice).await }).await
        });
        async move { reply(work.outlive(MountPoint::tasks(&gate)).await) }
    }
}

impl<T: Handled> FromRequest for Notification<T> {
    type Error = NotificationRejection;
    type Future = Admitting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        admitting(request, payload, |admitted, gate| Self { admitted, gate })
    }
}

impl<T: Handled + fmt::Debug> fmt::Debug for Notification<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Notification").field(self.get()).finish()
    }
}
