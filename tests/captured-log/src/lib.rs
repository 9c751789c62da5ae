//! Everything that is traced while a test runs, as one text: for the tests that look for secrets in it.

use std::fmt::{self, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use tracing::dispatcher::Dispatch;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{DefaultGuard, NoSubscriber};
use tracing::{Event, Metadata, Subscriber};

/// As long as there is one subscriber in a process, `tracing` asks the thread that comes first to an event whether
/// anybody wants it, and never again: another test's thread would answer no for this one's.
static ANOTHER: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(NoSubscriber::new()));

/// Takes all spans and events of this thread, at every level, until it is dropped.
#[must_use = "it takes what is traced until it is dropped"]
pub struct CapturedLog {
    text: Arc<Mutex<String>>,
    _guard: DefaultGuard,
}

impl fmt::Debug for CapturedLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CapturedLog(..)")
    }
}

impl CapturedLog {
    /// Begins to take.
    pub fn start() -> Self {
        LazyLock::force(&ANOTHER);
        let text = Arc::<Mutex<String>>::default();
        let capture = Capture {
            text: text.clone(),
            spans: AtomicU64::new(1),
        };
        Self {
            text,
            _guard: tracing::subscriber::set_default(capture),
        }
    }

    /// What was traced so far, a line for each span, record and event with its level, [without ports](without_ports).
    #[must_use]
    pub fn text(&self) -> String {
        without_ports(&lock(&self.text))
    }
}

/// The text without ports of this machine: they are drawn at random, and one may look like a short secret.
#[must_use]
pub fn without_ports(text: &str) -> String {
    without_number_after("Port(", &without_number_after("127.0.0.1:", text))
}

fn without_number_after(mark: &str, text: &str) -> String {
    let mut parts = text.split(mark);
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept += mark;
        kept += part.trim_start_matches(|letter: char| letter.is_ascii_digit());
    }
    kept
}

/// Also after a test failed while it held the lock.
fn lock(text: &Mutex<String>) -> MutexGuard<'_, String> {
    text.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Capture {
    text: Arc<Mutex<String>>,
    spans: AtomicU64,
}

impl Capture {
    fn line(&self, kind: &str, write: impl FnOnce(&mut Line<'_>)) {
        let mut text = lock(&self.text);
        let _ = write!(text, "{kind}");
        write(&mut Line(&mut text));
        text.push('\n');
    }
}

struct Line<'a>(&'a mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}

impl Subscriber for Capture {
    fn enabled(&self, _metadata: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.line(span.metadata().name(), |line| span.record(line));
        Id::from_u64(self.spans.fetch_add(1, Ordering::SeqCst))
    }

    fn record(&self, _span: &Id, values: &Record<'_>) {
        self.line("recorded", |line| values.record(line));
    }

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let (level, target) = (event.metadata().level(), event.metadata().target());
        self.line(&format!("{level} {target}"), |line| event.record(line));
    }

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_left_out_and_nothing_else() {
        let text = "to http://127.0.0.1:42917/a Port(42917) in 917 ms";
        let left = "to http://127.0.0.1:/a Port() in 917 ms";
        assert_eq!(without_ports(text), left);
    }
}
