//! The work on one notification, and how it goes on when the connection is lost.

use std::future::Future;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use paytr_core::Disposition;
use paytr_core::paid_once::{HandlerFailure, HandlerTasks};
use pin_project_lite::pin_project;

/// What became of a notification, or the inner service's own error.
type Answer<E> = Result<Disposition, E>;

pin_project! {
    /// Reads the body, and then handles the notification. In one place, because each place of its own on the heap
    /// would be filled and freed for every notification.
    #[project = WorkProjection]
    pub(super) enum Work<R, T, H> {
        Reading { #[pin] read: R, then: Option<T> },
        Handling { #[pin] handle: H },
    }
}

impl<R, T, H> Work<R, T, H> {
    /// Begins with `read`, and goes on with what `then` makes of the body.
    pub(super) fn new(read: R, then: T) -> Self {
        let then = Some(then);
        Self::Reading { read, then }
    }
}

impl<R, T, H, E> Future for Work<R, T, H>
where
    R: Future<Output = Result<Bytes, Disposition>>,
    T: FnOnce(Bytes) -> H,
    H: Future<Output = Answer<E>>,
{
    type Output = Answer<E>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Answer<E>> {
        if let WorkProjection::Reading { read, then } = self.as_mut().project() {
            let body = match ready!(read.poll(context)) {
                Ok(body) => body,
                Err(refused) => return Poll::Ready(Ok(refused)),
            };
            if let Some(then) = then.take() {
                let handle = then(body);
                self.set(Self::Handling { handle });
            }
        }
        match self.project() {
            WorkProjection::Handling { handle } => handle.poll(context),
            // Polled again after it was refused.
            WorkProjection::Reading { .. } => Poll::Pending,
        }
    }
}

/// [`Work`] of any kind.
pub(super) trait AnyWork<E>: Future<Output = Answer<E>> + Send {
    /// Whether the body is read: from here on it must not be cut off.
    fn is_handling(&self) -> bool;
}

impl<R, T, H, E> AnyWork<E> for Work<R, T, H>
where
    Self: Future<Output = Answer<E>> + Send,
{
    fn is_handling(&self) -> bool {
        matches!(self, Self::Handling { .. })
    }
}

/// Work that goes with the connection while the body is read. Once the notification is handled and has to wait for
/// anything, it goes on in a tracked task of its own.
pub(super) struct OutlivingWork<E> {
    tasks: HandlerTasks,
    stage: Stage<E>,
}

enum Stage<E> {
    Here(Pin<Box<dyn AnyWork<E>>>),
    Detached(Pin<Box<dyn Future<Output = Result<Answer<E>, HandlerFailure>> + Send>>),
    Ended,
}

impl<E: Send + 'static> OutlivingWork<E> {
    pub(super) fn new(tasks: HandlerTasks, work: Pin<Box<dyn AnyWork<E>>>) -> Self {
        let stage = Stage::Here(work);
        Self { tasks, stage }
    }

    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Answer<E>> {
        if let Stage::Here(work) = &mut self.stage {
            // The caller cannot be dropped before this poll returns: what is done by then needs no task.
            let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)));
            let is_handling = work.is_handling();
            match polled {
                Ok(Poll::Pending) if !is_handling => return Poll::Pending,
                Ok(Poll::Pending) => {}
                Ok(Poll::Ready(answer)) => {
                    self.stage = Stage::Ended;
                    return Poll::Ready(answer);
                }
                Err(panic) => {
                    self.stage = Stage::Ended;
                    if !is_handling {
                        resume_unwind(panic);
                    }
                    return Poll::Ready(Ok(Disposition::HandlerFailed(HandlerFailure::Panicked)));
                }
            }
        }
        // There is no way out between the poll that had to wait and the task.
        self.stage = match mem::replace(&mut self.stage, Stage::Ended) {
            Stage::Here(work) => Stage::Detached(Box::pin(self.tasks.detach(work))),
            later => later,
        };
        let Stage::Detached(detached) = &mut self.stage else {
            return Poll::Pending;
        };
        let done = ready!(detached.as_mut().poll(context));
        self.stage = Stage::Ended;
        Poll::Ready(done.unwrap_or_else(|failure| Ok(Disposition::HandlerFailed(failure))))
    }
}
