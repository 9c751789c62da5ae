use std::future::Future;

use actix_web::HttpResponse;
use paytr_core::callback::PaymentMessage;
use paytr_core::{BoxError, CallbackGate, ClaimedCallback, MountPoint as _, VerifiedPayment};

use crate::local_task::LocalTask;
use crate::reply::reply;

/// Runs the handler of a claimed payment, settles it if that succeeds, and gives the answer to PayTR.
pub(crate) fn settle<C, H, F, E>(
    claimed: Box<ClaimedCallback<C>>,
    gate: CallbackGate<C>,
    handler: H,
) -> impl Future<Output = HttpResponse> + use<C, H, F, E>
where
    C: PaymentMessage,
    H: FnOnce(VerifiedPayment<C>) -> F + 'static,
    F: Future<Output = Result<(), E>> + 'static,
    E: Into<BoxError> + 'static,
{
    let work = LocalTask::new(async move {
        let payment = claimed.payment().clone();
        // Called inside the future, so that a panic in `handler` itself is caught too.
        claimed.run(async move { handler(payment).await }).await
    });
    async move { reply(work.outlive(gate.tasks()).await) }
}
