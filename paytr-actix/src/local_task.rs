use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;

use actix_web::rt;
use futures_util::FutureExt as _;
use futures_util::future::{CatchUnwind, poll_immediate};
use paytr_core::{Disposition, HandlerFailure, HandlerTasks};

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
        let panicked = Disposition::HandlerFailed(HandlerFailure::Panicked);
        let mut work = self.0;
        // The caller cannot be dropped before the first poll returns, and what is done by then needs
        // no task. There is no await between that poll and the spawn.
        let done = match poll_immediate(&mut work).await {
            Some(done) => done,
            None => match rt::spawn(tasks.track(work)).await {
                Ok(done) => done,
                // The worker shuts down; the claim runs out by itself.
                Err(_cancelled) => return panicked,
            },
        };
        done.unwrap_or(panicked)
    }
}
