//! Sends notifications until they are acknowledged.

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use url::Url;

use crate::StartError;
use crate::delivery::{DeliveryAttempt, Problem};
use crate::reply;
use crate::shared::Shared;
use crate::state::Next;

/// No acknowledgement is longer than this.
const MOST_OF_A_REPLY: usize = 64 * 1024;

/// A client that waits, does not follow redirects and goes through no proxy: the shop is near.
pub(crate) fn http_client(timeout: Duration) -> Result<reqwest::Client, StartError> {
    reqwest::Client::builder()
        .user_agent("paytr-sandbox")
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .timeout(timeout)
        .build()
        .map_err(|error| StartError::HttpClient(error.into()))
}

impl Shared {
    /// Sees to it that the notifications of this order are on their way.
    pub(crate) fn deliver(self: &Arc<Self>, merchant_oid: &str) {
        let starts = self.change(|state| {
            let outbox = &mut state.order_mut(merchant_oid)?.outbox;
            outbox.wake.notify_one();
            let was_sending = std::mem::replace(&mut outbox.sending, true);
            (!was_sending).then_some(())
        });
        if starts.is_some() {
            let (shared, merchant_oid) = (Arc::clone(self), merchant_oid.to_owned());
            self.spawn(async move { shared.send_all(&merchant_oid).await });
        }
    }

    /// One such task runs per order, so that its notifications never overtake each other.
    async fn send_all(&self, merchant_oid: &str) {
        loop {
            let now = self.clock.now();
            let step = self.change(|state| {
                let notify_url = state.notify_url.clone();
                let outbox = &mut state.order_mut(merchant_oid)?.outbox;
                let next = outbox.next(now);
                outbox.sending = !matches!(next, Next::Finished);
                Some((next, notify_url, Arc::clone(&outbox.wake)))
            });
            match step {
                None | Some((Next::Finished, ..)) => return,
                Some((Next::Send { index, told, body }, Some(url), _)) => {
                    let attempt = self.attempt(told, url, body).await;
                    let (status, problem) = (attempt.status, attempt.problem);
                    tracing::debug!(merchant_oid, told, status, ?problem, "notification sent");
                    let now = self.clock.now();
                    self.change(|state| {
                        let outbox = &mut state.order_mut(merchant_oid)?.outbox;
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
        let mut attempt = DeliveryAttempt {
            at: self.clock.now(),
            told,
            status: None,
            reply: String::new(),
            acknowledged: false,
            problem: None,
        };
        match post(&self.http, url, body).await {
            Ok((status, reply)) => {
                attempt.problem = reply::problem(status, &reply);
                attempt.acknowledged = attempt.problem.is_none();
                attempt.status = Some(status);
                attempt.reply = reply::excerpt(&reply);
            }
            Err(error) => attempt.problem = Some(problem_of(&error)),
        }
        attempt
    }
}

async fn post(
    http: &reqwest::Client,
    url: Url,
    body: String,
) -> Result<(u16, Vec<u8>), reqwest::Error> {
    let request = http
        .post(url)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body);
    let mut response = request.send().await?;
    let mut reply = Vec::new();
    while reply.len() < MOST_OF_A_REPLY
        && let Some(chunk) = response.chunk().await?
    {
        reply.extend_from_slice(&chunk);
    }
    Ok((response.status().as_u16(), reply))
}

fn problem_of(error: &reqwest::Error) -> Problem {
    if error.is_timeout() {
        return Problem::TimedOut;
    }
    let mut cause = error.source();
    while let Some(inner) = cause {
        let io = inner.downcast_ref::<io::Error>();
        if io.is_some_and(|io| io.kind() == io::ErrorKind::ConnectionRefused) {
            return Problem::ConnectionRefused;
        }
        cause = inner.source();
    }
    Problem::ConnectionFailed
}
