//! What to say when a request may have had its effect.

use crate::exit::{Exit, Failure};

/// Adds what to do to a failure, if its outcome is unknown.
pub(super) fn advise(failure: Failure, advice: impl FnOnce() -> String) -> Failure {
    match failure.exit {
        Exit::OutcomeUnknown => failure.with(&advice()),
        _ => failure,
    }
}
