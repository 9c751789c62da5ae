use std::time::{Duration, SystemTime};

use tokio::sync::watch;

/// The sandbox's time: the machine's, plus what a test moved it ahead.
pub(crate) struct Clock {
    ahead: watch::Sender<Duration>,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Self {
            ahead: watch::Sender::new(Duration::ZERO),
        }
    }

    pub(crate) fn now(&self) -> SystemTime {
        let now = SystemTime::now();
        now.checked_add(*self.ahead.borrow()).unwrap_or(now)
    }

    /// Moves the time ahead, and wakes everyone who waits for a time.
    pub(crate) fn advance(&self, by: Duration) {
        self.ahead
            .send_modify(|ahead| *ahead = ahead.saturating_add(by));
    }

    pub(crate) async fn sleep_until(&self, when: SystemTime) {
        let mut moved = self.ahead.subscribe();
        while let Ok(left) = when.duration_since(self.now())
            && !left.is_zero()
        {
            tokio::select! {
                () = tokio::time::sleep(left) => {}
                _ = moved.changed() => {}
            }
        }
    }
}
