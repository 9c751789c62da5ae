use std::time::{Duration, Instant, SystemTime};

use tokio::sync::watch;

/// The sandbox's time. It goes with the machine's, from wherever it was moved to, or stands still.
pub(crate) struct Clock {
    time: watch::Sender<Time>,
}

#[derive(Clone, Copy)]
enum Time {
    Running { from: SystemTime, since: Instant },
    Frozen { at: SystemTime },
}

impl Time {
    fn now(self) -> SystemTime {
        match self {
            Self::Running { from, since } => from.checked_add(since.elapsed()).unwrap_or(from),
            Self::Frozen { at } => at,
        }
    }

    fn running(from: SystemTime) -> Self {
        let since = Instant::now();
        Self::Running { from, since }
    }
}

impl Clock {
    pub(crate) fn new() -> Self {
        Self {
            time: watch::Sender::new(Time::running(SystemTime::now())),
        }
    }

    pub(crate) fn now(&self) -> SystemTime {
        self.time.borrow().now()
    }

    pub(crate) fn is_frozen(&self) -> bool {
        matches!(*self.time.borrow(), Time::Frozen { .. })
    }

    /// Moves the time ahead, and wakes everyone who waits for a time.
    pub(crate) fn advance(&self, by: Duration) {
        self.time.send_modify(|time| match time {
            Time::Running { from: at, .. } | Time::Frozen { at } => {
                *at = at.checked_add(by).unwrap_or(*at);
            }
        });
    }

    /// Lets the time stand still; it can still be moved.
    pub(crate) fn freeze(&self) {
        self.time
            .send_modify(|time| *time = Time::Frozen { at: time.now() });
    }

    /// Lets a frozen time go on from where it stands.
    pub(crate) fn resume(&self) {
        self.time.send_modify(|time| {
            if let Time::Frozen { at } = *time {
                *time = Time::running(at);
            }
        });
    }

    /// Back to the machine's time, running.
    pub(crate) fn reset(&self) {
        self.time.send_replace(Time::running(SystemTime::now()));
    }

    pub(crate) async fn sleep_until(&self, when: SystemTime) {
        let mut moved = self.time.subscribe();
        loop {
            let time = *moved.borrow_and_update();
            let left = when.duration_since(time.now()).unwrap_or_default();
            if left.is_zero() {
                return;
            }
            match time {
                // The sender is this clock's, so waiting for a move cannot fail.
                Time::Frozen { .. } => _ = moved.changed().await,
                Time::Running { .. } => tokio::select! {
                    () = tokio::time::sleep(left) => {}
                    _ = moved.changed() => {}
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3_600);

    #[test]
    fn a_frozen_clock_stands_until_it_is_moved_or_resumed() {
        let clock = Clock::new();
        clock.freeze();
        let frozen_at = clock.now();
        assert_eq!(clock.now(), frozen_at);
        clock.advance(HOUR);
        assert_eq!(clock.now(), frozen_at + HOUR);
        assert!(clock.is_frozen());
        clock.resume();
        assert!(!clock.is_frozen());
        assert!(clock.now() >= frozen_at + HOUR);
        assert!(clock.now() < frozen_at + HOUR + HOUR);
    }

    #[test]
    fn freezing_and_resuming_twice_changes_nothing() {
        let clock = Clock::new();
        clock.resume();
        clock.freeze();
        let frozen_at = clock.now();
        clock.freeze();
        assert_eq!(clock.now(), frozen_at);
        clock.reset();
        assert!(!clock.is_frozen());
    }

    #[tokio::test]
    async fn whoever_waits_for_a_time_is_woken_by_a_move_also_of_a_frozen_clock() {
        let clock = Clock::new();
        clock.freeze();
        let later = clock.now() + HOUR;
        let woken = async {
            clock.sleep_until(later).await;
            clock.now()
        };
        let moved = async {
            clock.advance(HOUR / 2);
            tokio::task::yield_now().await;
            clock.advance(HOUR / 2);
        };
        let (woken_at, ()) = tokio::join!(woken, moved);
        assert_eq!(woken_at, later);
    }
}
