use std::future::Future;
use std::pin::Pin;

use tracing::Instrument as _;
use tracing::instrument::Instrumented;

use crate::Disposition;
use crate::measure::{Stopwatch, count_notification};

/// Follows one verified notification to its end, in the log and in the metrics.
#[derive(Debug, Clone)]
pub(super) struct Watch {
    span: tracing::Span,
    kind: &'static str,
    stopwatch: Stopwatch,
}

impl Watch {
    pub(super) fn begin(kind: &'static str, span: tracing::Span) -> Self {
        Self {
            span,
            kind,
            stopwatch: Stopwatch::start(),
        }
    }

    /// Whether the span is to be entered: nobody may be listening. To enter and to leave such a span, and to note
    /// something in it, costs as much as a claim in memory.
    pub(super) fn is_heard(&self) -> bool {
        !self.span.is_disabled()
    }

    /// The future in the span. On the heap: whoever waits for it would keep room for both ways.
    pub(super) fn heard<F: Future>(&self, future: F) -> Pin<Box<Instrumented<F>>> {
        Box::pin(future.instrument(self.span.clone()))
    }

    pub(super) fn attempt(&self, attempt: u32) {
        if self.is_heard() {
            self.span.record("attempt", attempt);
        }
    }

    pub(super) fn conclude(&self, disposition: Disposition) -> Disposition {
        let name = disposition.as_str();
        let end = || tracing::info!(disposition = name, "notification answered");
        if self.is_heard() {
            self.span.record("disposition", name);
            self.span.in_scope(end);
        } else {
            end();
        }
        self.stopwatch.notification(self.kind, disposition);
        disposition
    }
}

/// A notification of some kind is not to be believed.
pub(super) fn refused(kind: &'static str, error: crate::callback::CallbackError) -> Disposition {
    tracing::warn!(reason = %error, "a notification is refused");
    let disposition = error.into();
    count_notification(kind, disposition);
    disposition
}
