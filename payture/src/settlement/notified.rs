use std::time::Duration;

use paid_once::inquiry::{Found, Reconciler};
use paid_once::{Decision, OrderKey};

use super::{HintError, Notification};

/// What became of a notification.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[must_use = "a notification is answered"]
pub enum Notified {
    /// It is not one. Payture was not asked.
    Malformed(HintError),
    /// It brings no order nearer to "paid". Payture was not asked.
    SettlesNothing,
    /// This shop opened no such order on this terminal. Payture was not asked.
    UnknownOrder,
    /// It was a reason to ask, and this came of it.
    Asked(Found),
}

/// What to answer Payture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body, `text/plain`. Never repeats anything that was sent.
    pub body: &'static str,
    /// The value of `Retry-After`, in seconds.
    pub retry_after: Option<u64>,
}

impl Notified {
    /// Takes the body of a notification all the way. Nothing in it is believed but the order id, and that
    /// only to ask about the order.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub async fn receive(reconciler: &Reconciler, body: &[u8]) -> Self {
        let notification = match Notification::parse(body) {
            Ok(notification) => notification,
            Err(error) => {
                tracing::warn!(reason = %error, "a notification is refused");
                return Self::Malformed(error);
            }
        };
        let Some(order) = notification.trigger() else {
            tracing::info!(?notification, "a notification that settles nothing");
            return Self::SettlesNothing;
        };
        let Ok(key) = OrderKey::new(reconciler.merchant(), order.as_str()) else {
            return Self::UnknownOrder;
        };
        match reconciler.ask_about(&key).await {
            Ok(Some(asked)) => Self::Asked(asked.found),
            Ok(None) => {
                tracing::warn!("a notification names an order that this shop never opened");
                Self::UnknownOrder
            }
            // The reconciler has it in the log.
            Err(_) => Self::Asked(Found::Unavailable),
        }
    }

    /// What to answer. 200 ends it; anything else asks Payture to come again, where its support has set
    /// that up. It is answered only where coming again would help.
    ///
    /// | notification | status | body |
    /// |---|---|---|
    /// | malformed · too long | 400 · 413 | `bad request` · `too large` |
    /// | its payment's handler failed | 500 | `handler error` |
    /// | its payment is being handled · something did not answer | 503 | `try again` |
    /// | every other | 200 | `OK` |
    #[must_use]
    pub fn reply(&self) -> Reply {
        let reply = |status, body| Reply {
            status,
            body,
            retry_after: None,
        };
        let again = |pause: Duration| {
            let seconds = pause.as_millis().div_ceil(1_000).max(1);
            Reply {
                retry_after: u64::try_from(seconds).ok(),
                ..reply(503, "try again")
            }
        };
        match self {
            Self::Malformed(HintError::TooLong) => reply(413, "too large"),
            Self::Malformed(_) => reply(400, "bad request"),
            Self::Asked(Found::Unavailable) => again(TRY_AGAIN),
            Self::Asked(found) => match decision(found) {
                Some(Decision::HandlerFailed(_)) => reply(500, "handler error"),
                Some(Decision::InProgress { retry_after }) => again(retry_after),
                Some(Decision::Unavailable(_)) => again(TRY_AGAIN),
                // What is recorded for a person is no better the next time.
                _ => reply(200, "OK"),
            },
            Self::SettlesNothing | Self::UnknownOrder => reply(200, "OK"),
        }
    }
}

/// When to come again after something did not answer.
const TRY_AGAIN: Duration = Duration::from_secs(15);

/// What the gate decided. An order of Payture has one payment.
fn decision(found: &Found) -> Option<Decision> {
    match found {
        Found::Paid(decisions) => decisions.first().map(|(_, decision)| *decision),
        Found::Failed(decision) | Found::Review(_, decision) => Some(*decision),
        _ => None,
    }
}
