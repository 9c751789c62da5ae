use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use crate::BoxError;

/// After this a case is taken to hang.
const CASE_DEADLINE: Duration = Duration::from_secs(120);
/// How long a condition may take to come true.
const CONDITION_DEADLINE: Duration = Duration::from_secs(60);
const CONDITION_PAUSE: Duration = Duration::from_millis(5);

/// Runs one case in a runtime of its own.
///
/// # Panics
///
/// When the case fails, or hangs.
pub fn run(case: impl Future<Output = ()>) {
    let runtime = must(
        "a runtime starts",
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build(),
    );
    let finished = runtime.block_on(async { timeout(CASE_DEADLINE, case).await });
    assert!(finished.is_ok(), "the case hangs");
}

/// Asks again until the answer is `Some`.
///
/// # Panics
///
/// When it does not come within 60 s. `what` says what was waited for.
pub async fn eventually<T, F>(what: &str, mut question: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let deadline = Instant::now() + CONDITION_DEADLINE;
    loop {
        if let Some(answer) = question().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "it never came true that {what}");
        sleep(CONDITION_PAUSE).await;
    }
}

/// The value, or a failed case that says which step broke and why. Store errors hide their cause
/// from callers; a failed test must show it.
pub(super) fn must<T>(step: &str, result: Result<T, impl Into<BoxError>>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => {
            let error: BoxError = error.into();
            let cause = error.source().map(ToString::to_string).unwrap_or_default();
            panic!("{step}: {error} {cause}")
        }
    }
}
