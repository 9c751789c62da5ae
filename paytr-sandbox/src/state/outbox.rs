use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::Notify;

use crate::delivery::{DeliveryAttempt, NotificationState};

/// The notifications of one order, in the order they came up.
///
/// One is sent at a time, and none is passed over before its first attempt. A failure that was not
/// acknowledged is repeated until a success comes up; from then on it is out of date and withdrawn, so
/// that it neither holds the success back nor arrives after it.
pub(crate) struct Outbox {
    notices: Vec<Notice>,
    /// Whether a task is sending for this order.
    pub(crate) sending: bool,
    pub(crate) wake: Arc<Notify>,
}

pub(crate) struct Notice {
    is_success: bool,
    /// Signed and urlencoded.
    body: String,
    pub(crate) state: NotificationState,
    /// Attempts since it was made or restarted.
    tries: u32,
    next_at: SystemTime,
    pub(crate) attempts: Vec<DeliveryAttempt>,
}

/// What the sender does next.
pub(crate) enum Next {
    Send {
        index: usize,
        told: &'static str,
        body: String,
    },
    WaitUntil(SystemTime),
    Finished,
}

/// How often and how long a notification is repeated.
#[derive(Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) resend_every: Duration,
    pub(crate) max_attempts: u32,
}

impl Outbox {
    pub(crate) fn new() -> Self {
        Self {
            notices: Vec::new(),
            sending: false,
            wake: Arc::new(Notify::new()),
        }
    }

    pub(crate) fn notices(&self) -> &[Notice] {
        &self.notices
    }

    pub(crate) fn push(&mut self, is_success: bool, body: String, now: SystemTime) {
        self.notices.push(Notice {
            is_success,
            body,
            state: NotificationState::InProgress,
            tries: 0,
            next_at: now,
            attempts: Vec::new(),
        });
    }

    pub(crate) fn next(&mut self, now: SystemTime) -> Next {
        self.withdraw();
        let pending = || {
            let indexed = self.notices.iter().enumerate();
            indexed.filter(|(_, notice)| notice.state == NotificationState::InProgress)
        };
        if let Some((index, notice)) = pending().find(|(_, notice)| notice.next_at <= now) {
            let body = notice.body.clone();
            let told = if notice.is_success {
                "success"
            } else {
                "failed"
            };
            return Next::Send { index, told, body };
        }
        let soonest = pending().map(|(_, notice)| notice.next_at).min();
        soonest.map_or(Next::Finished, Next::WaitUntil)
    }

    fn withdraw(&mut self) {
        let Some(success) = self.notices.iter().rposition(|notice| notice.is_success) else {
            return;
        };
        for notice in self.notices.iter_mut().take(success) {
            let unsettled = matches!(
                notice.state,
                NotificationState::InProgress | NotificationState::Stopped
            );
            if unsettled && !notice.is_success && !notice.attempts.is_empty() {
                notice.state = NotificationState::Withdrawn;
            }
        }
    }

    /// Writes an attempt down and decides what follows from it.
    pub(crate) fn record(
        &mut self,
        index: usize,
        attempt: DeliveryAttempt,
        pace: Pace,
        now: SystemTime,
    ) {
        let Some(notice) = self.notices.get_mut(index) else {
            return;
        };
        notice.tries = notice.tries.saturating_add(1);
        notice.next_at = now.checked_add(pace.resend_every).unwrap_or(now);
        if attempt.acknowledged {
            notice.state = NotificationState::Done;
        } else if notice.tries >= pace.max_attempts {
            notice.state = NotificationState::Stopped;
        }
        notice.attempts.push(attempt);
    }

    /// Sends again: what has stopped, or else the newest, whatever its state. `false`: nothing to send.
    pub(crate) fn resend(&mut self, now: SystemTime) -> bool {
        let stopped = |notice: &Notice| notice.state == NotificationState::Stopped;
        if self.notices.iter().any(stopped) {
            for notice in self.notices.iter_mut().filter(|notice| stopped(notice)) {
                notice.restart(now);
            }
            return true;
        }
        match self.notices.last_mut() {
            Some(newest) => newest.restart(now),
            None => return false,
        }
        true
    }

    /// The state of the whole order: the worst of its notifications.
    pub(crate) fn state(&self) -> Option<NotificationState> {
        let has = |state| self.notices.iter().any(|notice| notice.state == state);
        let worst = [
            NotificationState::Stopped,
            NotificationState::InProgress,
            NotificationState::Done,
        ];
        worst.into_iter().find(|state| has(*state))
    }
}

impl Notice {
    fn restart(&mut self, now: SystemTime) {
        self.state = NotificationState::InProgress;
        self.tries = 0;
        self.next_at = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACE: Pace = Pace {
        resend_every: Duration::from_secs(60),
        max_attempts: 2,
    };

    fn outbox(kinds: &[bool]) -> Outbox {
        let mut outbox = Outbox::new();
        for is_success in kinds {
            outbox.push(*is_success, String::new(), SystemTime::UNIX_EPOCH);
        }
        outbox
    }

    fn minute(number: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(60 * number)
    }

    /// Sends whatever is due at this minute and says which ones those were.
    fn round(outbox: &mut Outbox, at: u64, acknowledged: bool) -> Vec<usize> {
        let mut sent = Vec::new();
        while let Next::Send { index, told, .. } = outbox.next(minute(at)) {
            let attempt = DeliveryAttempt {
                at: minute(at),
                told,
                status: None,
                reply: String::new(),
                acknowledged,
                problem: None,
            };
            outbox.record(index, attempt, PACE, minute(at));
            sent.push(index);
        }
        sent
    }

    #[test]
    fn notifications_go_out_in_the_order_they_came_up() {
        let mut outbox = outbox(&[false, false, true]);
        assert_eq!(round(&mut outbox, 0, true), [0, 1, 2]);
        assert_eq!(outbox.state(), Some(NotificationState::Done));
        assert!(matches!(outbox.next(minute(9)), Next::Finished));
    }

    #[test]
    fn a_refused_failure_is_repeated_only_until_there_is_a_success() {
        let mut outbox = outbox(&[false]);
        assert_eq!(round(&mut outbox, 0, false), [0]);
        assert!(matches!(outbox.next(minute(0)), Next::WaitUntil(at) if at == minute(1)));
        outbox.push(true, String::new(), minute(0));
        assert_eq!(round(&mut outbox, 1, false), [1]);
        assert_eq!(outbox.notices[0].state, NotificationState::Withdrawn);
        assert_eq!(round(&mut outbox, 2, true), [1]);
        assert_eq!(outbox.state(), Some(NotificationState::Done));
    }

    #[test]
    fn it_stops_after_the_last_attempt_and_a_restart_counts_from_zero() {
        let mut outbox = outbox(&[true]);
        assert_eq!(round(&mut outbox, 0, false), [0]);
        assert_eq!(round(&mut outbox, 1, false), [0]);
        assert_eq!(outbox.state(), Some(NotificationState::Stopped));
        assert!(matches!(outbox.next(minute(9)), Next::Finished));
        assert!(outbox.resend(minute(9)));
        assert_eq!(round(&mut outbox, 9, false), [0]);
        assert_eq!(outbox.state(), Some(NotificationState::InProgress));
    }
}
