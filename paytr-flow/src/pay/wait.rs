//! Waiting for the click that is opening the order.

use std::time::Duration;

use paytr_core::OrderKey;
use tokio::time::Instant;

/// The pause between two looks at the ledger.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// How long one click has waited for others.
pub(super) struct Wait {
    /// How long an opener may take: PayTR's time, and some for the ledger.
    opener_limit: Duration,
    give_up: Instant,
    opener: Option<(OrderKey, Instant)>,
    pause: Duration,
}

impl Wait {
    pub(super) fn new(token_timeout: Duration) -> Self {
        Self {
            opener_limit: token_timeout + token_timeout / 4,
            // One opener that died, one that is alive, and an attempt of its own.
            give_up: Instant::now() + token_timeout * 4,
            opener: None,
            pause: FIRST_PAUSE,
        }
    }

    /// Whether the click has waited too long for all of them together.
    pub(super) fn is_over(&self) -> bool {
        Instant::now() > self.give_up
    }

    /// Whether the opener of this order has had its time: then its page never comes.
    pub(super) fn has_died(&mut self, order: &OrderKey) -> bool {
        match &self.opener {
            Some((known, since)) if known == order => since.elapsed() > self.opener_limit,
            _ => {
                self.opener = Some((order.clone(), Instant::now()));
                false
            }
        }
    }

    pub(super) async fn pause(&mut self) {
        tokio::time::sleep(self.pause).await;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
    }
}
