use std::future::Future;

use paid_once::{BoxError, ClaimedPayment, HandlerFailure};
use tracing::Instrument as _;

use super::VerifiedPayment;
use super::watch::Watch;
use crate::callback::PaymentMessage;
use crate::{Disposition, PaymentCallback};

/// A notification whose claim is held. Dropped unfinished, it gives the claim back.
#[derive(Debug)]
#[must_use = "a claimed notification must be run, settled or released"]
pub struct ClaimedCallback<C: PaymentMessage = PaymentCallback> {
    claimed: ClaimedPayment,
    payment: VerifiedPayment<C>,
    watch: Watch,
}

impl<C: PaymentMessage> ClaimedCallback<C> {
    pub(super) fn new(claimed: ClaimedPayment, callback: C, watch: Watch) -> Self {
        let payment = VerifiedPayment::new(callback, claimed.delivery().clone());
        Self {
            claimed,
            payment,
            watch,
        }
    }

    /// What the handler gets.
    #[must_use]
    pub fn payment(&self) -> &VerifiedPayment<C> {
        &self.payment
    }

    /// Runs a handler under the gate's time limit and settles if it succeeds.
    ///
    /// The future is `Send` if the handler's is.
    pub fn run<F, E>(self, handler: F) -> impl Future<Output = Disposition> + use<C, F, E>
    where
        F: Future<Output = Result<(), E>>,
        E: Into<BoxError>,
    {
        // Boxed first: the layers below would each keep room for the whole handler.
        let handler = Box::pin(handler.instrument(self.watch.span()));
        async move {
            let work = self.claimed.run(handler).instrument(self.watch.span());
            let decision = work.await;
            self.watch.conclude(decision.into())
        }
    }

    /// The payment is handled: settles it.
    pub async fn settle(self) -> Disposition {
        let decision = self.claimed.settle().instrument(self.watch.span()).await;
        self.watch.conclude(decision.into())
    }

    /// The payment is not handled: gives the claim back.
    pub async fn release(self) -> Disposition {
        let why = HandlerFailure::Error;
        let released = self.claimed.release(why);
        released.instrument(self.watch.span()).await;
        self.watch.conclude(Disposition::HandlerFailed(why))
    }
}
