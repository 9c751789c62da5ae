use std::fmt;
use std::future::Future;

use paid_once::{BoxError, ClaimedPayment, HandlerFailure, HandlerTasks};

use super::Kind;
use super::watch::Watch;
use crate::Disposition;

/// A verified notification with the right to run its handler.
///
/// Dropped without being run, a payment gives its claim back; either way PayTR asks again.
#[must_use = "a notification must be run; PayTR asks again until its handler succeeded"]
pub struct Admitted<K> {
    handled: K,
    right: Right,
    watch: Watch,
}

/// What lets a handler run.
pub enum Right {
    /// The claim of a payment, to be settled or given back.
    Claimed(ClaimedPayment),
    /// Nothing is claimed: the same may run elsewhere at the same time.
    AtLeastOnce(HandlerTasks),
}

impl<K: Kind> Admitted<K> {
    pub(super) fn new(handled: K, right: Right, watch: Watch) -> Self {
        if let Right::Claimed(claimed) = &right {
            watch.attempt(claimed.delivery().lease.attempt());
        }
        Self {
            handled,
            right,
            watch,
        }
    }

    /// What the handler gets.
    #[must_use]
    pub fn handled(&self) -> &K {
        &self.handled
    }

    /// Runs a handler under the gate's time limit. If it succeeds, a payment is settled. Before that, and before
    /// the claim of one that failed is given back, the handler is dropped. A large one is better boxed: it is
    /// moved several times.
    ///
    /// The future is `Send` if the handler's is.
    pub fn run<F, E>(self, handler: F) -> impl Future<Output = Disposition> + use<K, F, E>
    where
        F: Future<Output = Result<(), E>>,
        E: Into<BoxError>,
    {
        let Self { right, watch, .. } = self;
        async move {
            let work = async {
                match right {
                    Right::Claimed(claimed) => claimed.run(handler).await.into(),
                    Right::AtLeastOnce(tasks) => match tasks.run(handler).await {
                        Ok(()) => Disposition::Handled,
                        Err(failure) => Disposition::HandlerFailed(failure),
                    },
                }
            };
            let disposition = if watch.is_heard() {
                watch.heard(work).await
            } else {
                work.await
            };
            watch.conclude(disposition)
        }
    }

    /// It is handled: settles a payment.
    pub async fn settle(self) -> Disposition {
        let Self { right, watch, .. } = self;
        let disposition = match right {
            Right::Claimed(claimed) => watch.heard(claimed.settle()).await.into(),
            Right::AtLeastOnce(_) => Disposition::Handled,
        };
        watch.conclude(disposition)
    }

    /// It is not handled: gives the claim of a payment back.
    pub async fn release(self) -> Disposition {
        let Self { right, watch, .. } = self;
        let why = HandlerFailure::Error;
        if let Right::Claimed(claimed) = right {
            watch.heard(claimed.release(why)).await;
        }
        watch.conclude(Disposition::HandlerFailed(why))
    }
}

impl<K: fmt::Debug> fmt::Debug for Admitted<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Admitted").field(&self.handled).finish()
    }
}
