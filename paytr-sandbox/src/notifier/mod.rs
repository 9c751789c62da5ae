//! Sends notifications until they are acknowledged.

mod altered;
mod attempt;

use std::sync::Arc;

use url::Url;

use crate::delivery::DeliveryAttempt;
use crate::shared::Shared;
use crate::state::Next;
use attempt::Due;

impl Shared {
    /// Sees to it that the notifications of this order, or of another [subject](crate::state::State::outbox_mut), are on
    /// their way.
    pub(crate) fn deliver(self: &Arc<Self>, subject: &str) {
        let starts = self.change(|state| {
            let outbox = state.outbox_mut(subject)?;
            outbox.wake.notify_one();
            let was_sending = std::mem::replace(&mut outbox.sending, true);
            (!was_sending).then_some(())
        });
        if starts.is_some() {
            let (shared, subject) = (Arc::clone(self), subject.to_owned());
            self.spawn(async move { shared.send_all(&subject).await });
        }
    }

    /// One such task runs per order, so that its notifications never overtake each other.
    async fn send_all(self: &Arc<Self>, subject: &str) {
        loop {
            let now = self.clock.now();
            let step = self.change(|state| {
                let outbox = state.outbox_mut(subject)?;
                let next = outbox.next(now);
                outbox.sending = !matches!(next, Next::Finished);
                let wake = Arc::clone(&outbox.wake);
                let url = match &next {
                    Next::Send { target, .. } => state.url_of(target),
                    _ => None,
                };
                Some((next, url, wake))
            });
            match step {
                None | Some((Next::Finished, ..)) => return,
                Some((
                    Next::Send {
                        index,
                        told,
                        target,
                        body,
                    },
                    Some(url),
                    _,
                )) => {
                    let due = Due {
                        subject,
                        index,
                        told,
                        target,
                        url,
                        body,
                    };
                    let Some(attempt) = self.attempt_with_faults(due).await else {
                        continue;
                    };
                    let (status, problem) = (attempt.status, attempt.problem);
                    let php = attempt.php_message.as_ref().map(|message| message.kind);
                    tracing::debug!(subject, ?told, status, ?problem, ?php, "notification sent");
                    let now = self.clock.now();
                    self.change(|state| {
                        let outbox = state.outbox_mut(subject)?;
                        outbox.record(index, attempt, self.pace, now);
                        Some(())
                    });
                }
                // Without a notification URL there is nowhere to send to.
                Some((Next::Send { .. }, None, wake)) => wake.notified().await,
                Some((Next::WaitUntil(when), _, wake)) => {
                    tokio::select! {
                        () = self.clock.sleep_until(when) => {}
                        () = wake.notified() => {}
                    }
                }
            }
        }
    }

    async fn attempt(&self, told: &'static str, url: Url, body: String) -> DeliveryAttempt {
        let mut attempt = DeliveryAttempt::at(self.clock.now(), told);
        let reply = self.courier.post(url, body).await;
        attempt.acknowledged = reply.is_acknowledgement();
        attempt.reply = reply.excerpt();
        attempt.php_message = reply.php_message();
        (attempt.status, attempt.problem) = (reply.status, reply.problem);
        attempt
    }
}
