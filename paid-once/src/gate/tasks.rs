use std::any::Any;
use std::fmt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::poll_immediate;
use tokio::time::error::Elapsed;
use tokio::time::timeout;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

use super::time_limit::within;
use super::{DrainTimeout, HandlerFailure};
use crate::{BoxError, causes};

/// Handlers that outlive who waits for them, run under a time limit, and may panic.
///
/// The part of a [`Gate`](super::Gate) that knows no payment. Use it alone for messages that are
/// handed over at least once and settle nothing. Cheap to clone; all clones share one set of tasks.
#[derive(Clone)]
pub struct HandlerTasks {
    tracker: TaskTracker,
    handler_timeout: Duration,
}

impl HandlerTasks {
    /// No tasks yet; each handler may run this long.
    #[must_use]
    pub fn new(handler_timeout: Duration) -> Self {
        Self {
            tracker: TaskTracker::new(),
            handler_timeout,
        }
    }

    /// The same tasks with another time limit for the handlers to come.
    #[must_use]
    pub fn handler_timeout(mut self, timeout: Duration) -> Self {
        self.handler_timeout = timeout;
        self
    }

    pub(super) fn limit(&self) -> Duration {
        self.handler_timeout
    }

    pub(super) fn tracker(&self) -> &TaskTracker {
        &self.tracker
    }

    /// Runs a handler under the time limit. A panic is caught. A failure goes to the log.
    ///
    /// # Errors
    ///
    /// [`HandlerFailure`] when the handler did not succeed.
    pub async fn run<F, E>(&self, handler: F) -> Result<(), HandlerFailure>
    where
        F: Future<Output = Result<(), E>>,
        E: Into<BoxError>,
    {
        let limit = self.handler_timeout;
        let handler = pin!(handler);
        judge(
            within(limit, AssertUnwindSafe(handler).catch_unwind()).await,
            limit,
        )
    }

    /// Runs a future so that it outlives the caller: once it has to wait for anything it goes on in a
    /// task of its own, which [`drain`](Self::drain) waits for.
    ///
    /// # Errors
    ///
    /// [`HandlerFailure::Panicked`] if it panicked, [`HandlerFailure::Interrupted`] if the runtime shut down.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub fn detach<F>(
        &self,
        future: F,
    ) -> impl Future<Output = Result<F::Output, HandlerFailure>> + Send + use<F>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        // Boxed before anything else holds it: such futures are large, and each holder moves them.
        let mut future = AssertUnwindSafe(Box::pin(future)).catch_unwind();
        let tasks = self.tracker.clone();
        async move {
            // The caller cannot be dropped before the first poll returns, and what is done by then
            // needs no task. There is no await between that poll and the spawn.
            let done = match poll_immediate(&mut future).await {
                Some(done) => done,
                None => match tasks.spawn(future.in_current_span()).await {
                    Ok(done) => done,
                    Err(_cancelled) => return Err(HandlerFailure::Interrupted),
                },
            };
            done.map_err(|_panic| HandlerFailure::Panicked)
        }
    }

    /// Makes [`drain`](Self::drain) wait for a future that the caller spawns itself, for frameworks
    /// whose handlers cannot move between threads.
    pub fn track<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        self.tracker.track_future(future)
    }

    /// Waits until no handler runs, at most for `deadline`. Call it on shutdown, after the server
    /// stopped accepting connections.
    ///
    /// # Errors
    ///
    /// [`DrainTimeout`] when handlers still run at the deadline.
    pub async fn drain(&self, deadline: Duration) -> Result<(), DrainTimeout> {
        self.tracker.close();
        let drained = timeout(deadline, self.tracker.wait()).await;
        drained.map_err(|_elapsed| DrainTimeout {
            still_running: self.tracker.len(),
        })
    }
}

impl AsRef<Self> for HandlerTasks {
    fn as_ref(&self) -> &Self {
        self
    }
}

/// How a handler ended: outermost out of time, then with a panic, then with its own answer.
type Ended<E> = Result<Result<Result<(), E>, Box<dyn Any + Send>>, Elapsed>;

/// Notes in the log how a handler failed.
pub(super) fn judge<E: Into<BoxError>>(
    ended: Ended<E>,
    limit: Duration,
) -> Result<(), HandlerFailure> {
    match ended {
        Ok(Ok(Ok(()))) => Ok(()),
        Ok(Ok(Err(error))) => {
            let error: BoxError = error.into();
            let cause = causes(&*error);
            tracing::error!(error = %error, cause, "the handler failed");
            Err(HandlerFailure::Error)
        }
        Ok(Err(_panic)) => {
            tracing::error!("the handler panicked");
            Err(HandlerFailure::Panicked)
        }
        Err(_elapsed) => {
            tracing::error!(?limit, "the handler ran out of time");
            Err(HandlerFailure::TimedOut)
        }
    }
}

impl fmt::Debug for HandlerTasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerTasks")
            .field("running", &self.tracker.len())
            .field("handler_timeout", &self.handler_timeout)
            .finish()
    }
}
