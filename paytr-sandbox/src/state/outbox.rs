use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::Notify;
use url::Url;

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
    told: Told,
    target: Target,
    /// Signed and urlencoded.
    body: String,
    pub(crate) state: NotificationState,
    /// Attempts since it was made or restarted.
    tries: u32,
    next_at: SystemTime,
    pub(crate) attempts: Vec<DeliveryAttempt>,
}

/// What a notification tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// A payment succeeded.
    Success,
    /// A try to pay failed.
    Failed,
    /// The buyer filled in the form of a bank transfer.
    Info,
    /// Platform transfers were made.
    Transfers,
    /// A cashout was processed.
    Cashout,
}

impl Told {
    /// The word for it in an attempt.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failed => "failed",
            Self::Info => "info",
            Self::Transfers => "transfers",
            Self::Cashout => "cashout",
        }
    }
}

/// The address in the panel, or in the link, that a notification goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// "Bildirim URL".
    Payment,
    /// "Ara Bildirim URL".
    EftInterim,
    /// "Platform Transfer Sonucu Bildirim URL".
    Platform,
    /// The `callback_link` of a link.
    Link(Url),
}

/// What the sender does next.
pub(crate) enum Next {
    Send {
        index: usize,
        told: Told,
        target: Target,
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

    pub(crate) fn push(&mut self, told: Told, target: Target, body: String, now: SystemTime) {
        self.notices.push(Notice {
            told,
            target,
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
            return Next::Send {
                index,
                told: notice.told,
                target: notice.target.clone(),
                body: notice.body.clone(),
            };
        }
        let soonest = pending().map(|(_, notice)| notice.next_at).min();
        soonest.map_or(Next::Finished, Next::WaitUntil)
    }

    fn withdraw(&mut self) {
        let Some(success) = self.notices.iter().rposition(Notice::is_success) else {
            return;
        };
        for notice in self.notices.iter_mut().take(success) {
            let unsettled = matches!(
                notice.state,
                NotificationState::InProgress | NotificationState::Stopped
            );
            if unsettled && notice.told == Told::Failed && !notice.attempts.is_empty() {
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
        // The interim notice asks for no reply: PayTR's own sample answers it with nothing.
        if attempt.acknowledged || notice.told == Told::Info {
            notice.state = NotificationState::Done;
        } else if notice.tries >= pace.max_attempts {
            notice.state = NotificationState::Stopped;
        }
        notice.attempts.push(attempt);
    }

    /// Writes down an attempt that is not the notification's own, so that nothing follows from it.
    pub(crate) fn record_on_top(&mut self, index: usize, attempt: DeliveryAttempt) -> Option<()> {
        self.notices.get_mut(index)?.attempts.push(attempt);
        Some(())
    }

    /// Sends a notification at another time. One that comes up later may overtake it.
    pub(crate) fn put_off(&mut self, index: usize, until: SystemTime) -> Option<()> {
        self.notices.get_mut(index)?.next_at = until;
        Some(())
    }

    /// Gives up on what is still sent, until it is sent again. `false`: nothing is.
    pub(crate) fn stop(&mut self) -> bool {
        let sending = |notice: &&mut Notice| notice.state == NotificationState::InProgress;
        let stopped = self.notices.iter_mut().filter(sending);
        stopped
            .map(|notice| notice.state = NotificationState::Stopped)
            .count()
            > 0
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

    /// Whether the shop has answered a success with `OK`. Where there is none to send, as for a link
    /// without a callback address, nothing is open.
    pub(crate) fn is_success_acknowledged(&self) -> bool {
        let acknowledged = |notice: &Notice| notice.attempts.iter().any(|one| one.acknowledged);
        let mut successes = self
            .notices
            .iter()
            .filter(|notice| notice.is_success())
            .peekable();
        successes.peek().is_none() || successes.any(acknowledged)
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
    pub(crate) fn told(&self) -> Told {
        self.told
    }

    pub(crate) fn target(&self) -> &Target {
        &self.target
    }

    /// Signed and urlencoded.
    pub(crate) fn body(&self) -> &str {
        &self.body
    }

    fn is_success(&self) -> bool {
        self.told == Told::Success
    }

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
            let told = if *is_success {
                Told::Success
            } else {
                Told::Failed
            };
            outbox.push(told, Target::Payment, String::new(), SystemTime::UNIX_EPOCH);
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
                acknowledged,
                ..DeliveryAttempt::at(minute(at), told.name())
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
        outbox.push(Told::Success, Target::Payment, String::new(), minute(0));
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
