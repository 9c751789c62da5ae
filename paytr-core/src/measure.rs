//! Where things are measured. Without the feature `metrics` all of it is nothing.

#[cfg(feature = "metrics")]
use std::time::Instant;

use crate::Disposition;

/// Runs from the beginning of something to its measured end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stopwatch {
    #[cfg(feature = "metrics")]
    started: Instant,
}

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self {
            #[cfg(feature = "metrics")]
            started: Instant::now(),
        }
    }

    /// A notification with a good hash is answered.
    pub(crate) fn notification(self, kind: &'static str, disposition: Disposition) {
        count_notification(kind, disposition);
        #[cfg(feature = "metrics")]
        metrics::histogram!(
            crate::metrics::NOTIFICATION_SECONDS,
            "kind" => kind, "disposition" => disposition.as_str()
        )
        .record(self.started.elapsed());
        #[cfg(not(feature = "metrics"))]
        let _ = self;
    }

    /// A request to PayTR has ended.
    #[cfg(feature = "client")]
    pub(crate) fn request(self, endpoint: &'static str, outcome: &'static str) {
        #[cfg(feature = "metrics")]
        {
            metrics::counter!(
                crate::metrics::REQUESTS,
                "endpoint" => endpoint, "outcome" => outcome
            )
            .increment(1);
            metrics::histogram!(
                crate::metrics::REQUEST_SECONDS,
                "endpoint" => endpoint, "outcome" => outcome
            )
            .record(self.started.elapsed());
        }
        #[cfg(not(feature = "metrics"))]
        let _ = (self, endpoint, outcome);
    }
}

/// A notification is answered.
pub(crate) fn count_notification(kind: &'static str, disposition: Disposition) {
    #[cfg(feature = "metrics")]
    metrics::counter!(
        crate::metrics::NOTIFICATIONS,
        "kind" => kind, "disposition" => disposition.as_str()
    )
    .increment(1);
    #[cfg(not(feature = "metrics"))]
    let _ = (kind, disposition);
}
