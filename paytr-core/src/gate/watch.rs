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

    pub(super) fn span(&self) -> tracing::Span {
        self.span.clone()
    }

    pub(super) fn attempt(&self, attempt: u32) {
        self.span.record("attempt", attempt);
    }

    pub(super) fn conclude(&self, disposition: Disposition) -> Disposition {
        let name = disposition.as_str();
        self.span.record("disposition", name);
        let end = || tracing::info!(disposition = name, "notification answered");
        self.span.in_scope(end);
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
