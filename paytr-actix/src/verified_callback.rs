use std::future::Future;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use paytr_core::{BoxError, CallbackGate, ClaimedCallback, VerifiedPayment};

use crate::NotificationRejection;
use crate::admission::{Admitting, admitting};
use crate::settle::settle;

/// A payment that was verified, compared with the shop's records, and claimed for this handler.
///
/// # Rules
///
/// * It needs a [`CallbackGate`] in `app_data`, bare or in [`web::Data`](actix_web::web::Data); without one the answer is 500
///   and says so.
/// * It takes a `POST` with `Content-Type: application/x-www-form-urlencoded`, not compressed, of at
///   most the gate's size (16 KiB) within the gate's deadline (10 s). `PayloadConfig` changes nothing.
/// * The handler runs only with a payment to handle. Everything else is answered before it, also a
///   payment that was settled before: that one with `OK`.
/// * [`settle_with`](Self::settle_with) finishes it. From there on the payment is handled and settled
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
#[derive(Debug)]
#[must_use = "dropped unfinished it gives the claim back; finish it with settle_with"]
pub struct VerifiedCallback {
    // Boxed, like the futures here: on its way to the handler it is moved many times.
    claimed: Box<ClaimedCallback>,
    gate: CallbackGate,
}

impl VerifiedCallback {
    /// The payment, to look at before it is handled: for a log, or to choose a handler.
    #[must_use]
    pub fn payment(&self) -> &VerifiedPayment {
        self.claimed.payment()
    }

    /// Runs `handler` under the gate's time limit, settles if it succeeds, and gives what to answer
    /// PayTR. If it fails, panics or takes too long, the claim is given back and PayTR asks again.
    ///
    /// The handler runs on this worker and may hold what is not `Send`. It goes on when the connection
    /// breaks; [`CallbackGate::drain`] waits for it on shutdown.
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
    ) -> impl Future<Output = HttpResponse> + use<H, F, E>
    where
        H: FnOnce(VerifiedPayment) -> F + 'static,
        F: Future<Output = Result<(), E>> + 'static,
        E: Into<BoxError> + 'static,
    {
        settle(self.claimed, self.gate, handler)
    }
}

impl FromRequest for VerifiedCallback {
    type Error = VerifiedCallbackRejection;
    type Future = Admitting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        admitting(request, payload, |claimed, gate| Self { claimed, gate })
    }
}

/// Why a handler with a [`VerifiedCallback`] does not run.
pub type VerifiedCallbackRejection = NotificationRejection;
