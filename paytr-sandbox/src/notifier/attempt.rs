//! One attempt to deliver a notification, with its planned faults, and the faults that the control API
//! asks for on a notification that exists already.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use url::Url;

use super::altered::Original;
use crate::delivery::{DeliveryAttempt, Problem};
use crate::faults::{Held, Occasion};
use crate::shared::Shared;
use crate::state::{Target, Told};
use crate::{ActionError, Fault, FaultKind};

/// A notification that is due.
pub(super) struct Due<'a> {
    pub(super) subject: &'a str,
    /// Its place among the notifications of the subject, from 0.
    pub(super) index: usize,
    pub(super) told: Told,
    pub(super) target: Target,
    pub(super) url: Url,
    pub(super) body: String,
}

/// What is left to do after the faults before an attempt.
enum Prepared {
    Send { copies: usize, reply: Reply },
    Lost,
    PutOff,
}

#[derive(Clone, Copy)]
enum Reply {
    Read,
    Lost,
}

impl Shared {
    /// Makes the attempt. `None`: it was put off.
    pub(super) async fn attempt_with_faults(
        self: &Arc<Self>,
        due: Due<'_>,
    ) -> Option<DeliveryAttempt> {
        let attempt = match self.prepare(&due).await {
            Prepared::PutOff => return None,
            Prepared::Lost => self.lost(&due),
            Prepared::Send { copies, reply } => {
                let sent = (0..=copies).map(|_| self.post_body(&due, due.body.clone()));
                let mut attempts = join_all(sent).await.into_iter();
                let own = attempts.next();
                for copy in attempts {
                    self.record_on_top(&due, FaultKind::Duplicate, copy);
                }
                let own = own.unwrap_or_else(|| self.lost(&due));
                match reply {
                    Reply::Read => own,
                    Reply::Lost => without_reply(&own),
                }
            }
        };
        for held in self.faults.overtaken_by(due.subject, due.index) {
            self.put_off(&held.subject, held.notification, Duration::ZERO);
            self.deliver(&held.subject);
        }
        Some(attempt)
    }

    /// Sends, on top of the newest notification that fits, what this fault makes of it: three copies at
    /// once, or an altered one. The attempts are kept with the name of the fault, and the notification's
    /// own state stays as it is.
    pub(crate) fn fault_now(
        self: &Arc<Self>,
        subject: &str,
        fault: Fault,
    ) -> Result<(), ActionError> {
        let (index, told, target, body, url) = self.read(|state| {
            let outbox = state.outbox(subject).ok_or(ActionError::UnknownOrder)?;
            let fits = |told| !fault.kind().concerns_successes_only() || told == Told::Success;
            let newest_first = outbox.notices().iter().enumerate().rev();
            let mut fitting = newest_first.filter(|(_, notice)| fits(notice.told()));
            let (index, notice) = fitting.next().ok_or(ActionError::NothingToSend)?;
            let url = state
                .url_of(notice.target())
                .ok_or(ActionError::NoAddress)?;
            let (target, body) = (notice.target().clone(), notice.body().to_owned());
            Ok::<_, ActionError>((index, notice.told(), target, body, url))
        })?;
        let (shared, subject) = (Arc::clone(self), subject.to_owned());
        self.spawn(async move {
            let due = Due {
                subject: &subject,
                index,
                told,
                target,
                url,
                body,
            };
            match fault {
                Fault::Duplicate { copies } => {
                    let sent = (0..=copies).map(|_| shared.post_body(&due, due.body.clone()));
                    for copy in join_all(sent).await {
                        shared.record_on_top(&due, FaultKind::Duplicate, copy);
                    }
                }
                fault => shared.send_altered(&due, fault).await,
            }
        });
        Ok(())
    }

    async fn prepare(&self, due: &Due<'_>) -> Prepared {
        let (mut copies, mut reply) = (0, Reply::Read);
        while let Some(fault) = self.next_fault(due) {
            tracing::info!(subject = due.subject, fault = %fault.kind(), "fault");
            match fault {
                Fault::Duplicate { copies: more } => copies += usize::from(more),
                Fault::LoseReply => reply = Reply::Lost,
                Fault::Drop => return Prepared::Lost,
                Fault::Delay { by } => {
                    self.put_off(due.subject, due.index, by);
                    return Prepared::PutOff;
                }
                Fault::Reorder { at_most } => {
                    self.put_off(due.subject, due.index, at_most);
                    self.faults.hold(Held {
                        subject: due.subject.to_owned(),
                        notification: due.index,
                    });
                    return Prepared::PutOff;
                }
                Fault::LateAfterCancel { by } => {
                    self.send_altered(due, fault).await;
                    self.put_off(due.subject, due.index, by);
                    return Prepared::PutOff;
                }
                Fault::WrongTotal { .. } | Fault::OtherCurrency { .. } | Fault::Forged => {
                    self.send_altered(due, fault).await;
                }
                // Not planned for notifications.
                Fault::SlowAnswer { .. } => {}
            }
        }
        Prepared::Send { copies, reply }
    }

    fn next_fault(&self, due: &Due<'_>) -> Option<Fault> {
        let (order, earlier_attempts) = self.read(|state| {
            let order = state.orders().position(|(id, _)| id == due.subject);
            let notice = state.outbox(due.subject)?.notices().get(due.index)?;
            let own = notice
                .attempts
                .iter()
                .filter(|attempt| !attempt.is_on_top());
            Some((order, own.count()))
        })?;
        let order = order.and_then(|index| u32::try_from(index + 1).ok());
        self.faults.next(Occasion {
            subject: due.subject,
            order,
            notification: due.index,
            earlier_attempts,
            is_success: due.told == Told::Success,
        })
    }

    /// Sends what the fault makes of the notification.
    async fn send_altered(&self, due: &Due<'_>, fault: Fault) {
        let credentials = self.read(|state| state.credentials.clone());
        let original = Original {
            body: &due.body,
            target: &due.target,
            credentials: &credentials,
        };
        let altered = match fault {
            Fault::WrongTotal { by } => original.with_total_changed(by),
            Fault::OtherCurrency { currency } => Some(original.with_currency(currency)),
            Fault::LateAfterCancel { .. } => original.cancelled(),
            Fault::Forged => original.forged(self.amount_of(due)).ok(),
            _ => None,
        };
        if let Some(altered) = altered {
            let mut attempt = self.post_body(due, altered).await;
            match fault {
                Fault::LateAfterCancel { .. } => attempt.told = Told::Failed.name(),
                Fault::Forged => attempt.told = Told::Success.name(),
                _ => {}
            }
            self.record_on_top(due, fault.kind(), attempt);
        }
    }

    /// What the order costs, if this is a payment.
    fn amount_of(&self, due: &Due<'_>) -> Option<u64> {
        if !matches!(due.told, Told::Success | Told::Failed) {
            return None;
        }
        self.read(|state| {
            let (_, page) = state.newest_page(state.order(due.subject)?)?;
            Some(page.request.amount)
        })
    }

    async fn post_body(&self, due: &Due<'_>, body: String) -> DeliveryAttempt {
        self.attempt(due.told.name(), due.url.clone(), body).await
    }

    fn lost(&self, due: &Due<'_>) -> DeliveryAttempt {
        DeliveryAttempt {
            fault: Some(FaultKind::Drop),
            problem: Some(Problem::ConnectionFailed),
            ..DeliveryAttempt::at(self.clock.now(), due.told.name())
        }
    }

    fn put_off(&self, subject: &str, index: usize, by: Duration) {
        let now = self.clock.now();
        let until = now.checked_add(by).unwrap_or(now);
        self.change(|state| state.outbox_mut(subject)?.put_off(index, until));
    }

    fn record_on_top(&self, due: &Due<'_>, kind: FaultKind, attempt: DeliveryAttempt) {
        let attempt = DeliveryAttempt {
            fault: Some(kind),
            ..attempt
        };
        self.change(|state| {
            state
                .outbox_mut(due.subject)?
                .record_on_top(due.index, attempt)
        });
    }
}

fn without_reply(attempt: &DeliveryAttempt) -> DeliveryAttempt {
    DeliveryAttempt {
        fault: Some(FaultKind::LoseReply),
        problem: Some(Problem::TimedOut),
        ..DeliveryAttempt::at(attempt.at, attempt.told)
    }
}
