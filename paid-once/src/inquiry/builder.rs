use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::last_time::LastTime;
use super::reconciler::ReconcilerParts;
use super::{DeliveryHandler, Inquiry, Reconciler};
use crate::{DueOrder, Gate, OrderLedger, OrderState};

/// Makes a [`Reconciler`].
#[must_use = "a reconciler is made by build()"]
pub struct ReconcilerBuilder(ReconcilerParts);

impl ReconcilerBuilder {
    pub(super) fn new(
        merchant: String,
        ledger: Arc<dyn OrderLedger>,
        gate: Gate,
        inquiry: Arc<dyn Inquiry>,
        handler: Arc<dyn DeliveryHandler>,
    ) -> Self {
        const MINUTE: Duration = Duration::from_secs(60);
        const HOUR: Duration = Duration::from_secs(3_600);
        Self(ReconcilerParts {
            merchant,
            ledger,
            gate,
            inquiry,
            handler,
            schedule: Schedule {
                open: Pauses::new(5 * MINUTE, 6 * HOUR),
                undelivered: Pauses::new(MINUTE, 10 * MINUTE),
                horizon: 7 * 24 * HOUR,
                page_life: 24 * HOUR,
            },
            every: MINUTE,
            concurrency: 8,
            ask_timeout: MINUTE / 2,
            last_take: LastTime::default(),
            last_answer: LastTime::default(),
        })
    }

    /// How often [`run`](Reconciler::run) takes the orders that are due. Default 60 s.
    pub fn every(mut self, every: Duration) -> Self {
        self.0.every = every.max(Duration::from_millis(10));
        self
    }

    /// How long to wait before an unpaid order is asked about again. Default 5 min, doubling up to 6 h.
    /// When it is asked about first is the order's own: [`NewOrder::inquire_after`](crate::NewOrder).
    pub fn pauses(mut self, pauses: Pauses) -> Self {
        self.0.schedule.open = pauses;
        self
    }

    /// The same for an order that is paid and undelivered. Default 1 min, doubling up to 10 min.
    pub fn undelivered_pauses(mut self, pauses: Pauses) -> Self {
        self.0.schedule.undelivered = pauses;
        self
    }

    /// How old an order is when it is closed unpaid. Default 7 days: bank transfers take their time.
    pub fn horizon(mut self, age: Duration) -> Self {
        self.0.schedule.horizon = age;
        self
    }

    /// How long the payment page of an order lives: after a failure a buyer may still pay on it. Default
    /// 24 h.
    pub fn page_life(mut self, age: Duration) -> Self {
        self.0.schedule.page_life = age;
        self
    }

    /// How many orders are asked about at the same time. Default 8, at least 1.
    pub fn concurrency(mut self, orders: usize) -> Self {
        self.0.concurrency = orders.max(1);
        self
    }

    /// How long one question to the provider may take. Default 30 s.
    pub fn ask_timeout(mut self, timeout: Duration) -> Self {
        self.0.ask_timeout = timeout;
        self
    }

    /// Makes the reconciler.
    #[must_use]
    pub fn build(self) -> Reconciler {
        Reconciler(Arc::new(self.0))
    }
}

impl fmt::Debug for ReconcilerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Pauses that double from a first one to a longest one. Each is drawn from 80 to 120 % of that, so that
/// orders opened together are not asked about together for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pauses {
    first: Duration,
    longest: Duration,
}

impl Pauses {
    /// From `first` to `longest`, at least a millisecond each.
    #[must_use]
    pub fn new(first: Duration, longest: Duration) -> Self {
        let first = first.max(Duration::from_millis(1));
        Self {
            first,
            longest: longest.max(first),
        }
    }

    /// The shortest pause after an order was taken for the `taken`th time, counted from 1.
    #[must_use]
    pub fn at_least(&self, taken: u32) -> Duration {
        self.middle(taken).mul_f64(0.8)
    }

    fn middle(&self, taken: u32) -> Duration {
        let doubled = 2_u32.checked_pow(taken.saturating_sub(1));
        let pause = doubled.and_then(|factor| self.first.checked_mul(factor));
        pause.map_or(self.longest, |pause| pause.min(self.longest))
    }

    fn draw(&self, taken: u32) -> Duration {
        self.middle(taken).mul_f64(0.8 + 0.4 * fastrand::f64())
    }
}

/// When an order is asked about again, and when no more.
pub(super) struct Schedule {
    open: Pauses,
    undelivered: Pauses,
    horizon: Duration,
    page_life: Duration,
}

impl Schedule {
    /// How long an order stays open for inquiry, by its age. An undelivered one always does.
    fn ends(&self, state: OrderState) -> Option<Duration> {
        match state {
            OrderState::Undelivered(_) => None,
            OrderState::Failed => Some(self.page_life),
            _ => Some(self.horizon),
        }
    }

    /// Whether an order that is not paid may be given up.
    pub(super) fn is_over(&self, due: &DueOrder) -> bool {
        self.ends(due.record.state)
            .is_some_and(|end| due.age >= end)
    }

    /// The pause after an answer that settled nothing. The question at the end of an order's time is not
    /// put off: it is the last one.
    pub(super) fn pause(&self, due: &DueOrder) -> Duration {
        match due.record.state {
            OrderState::Undelivered(_) => self.pause_until_delivered(due),
            state => {
                let pause = self.open.draw(due.taken);
                let left = self.ends(state).and_then(|end| end.checked_sub(due.age));
                left.filter(|left| !left.is_zero())
                    .map_or(pause, |left| pause.min(left))
            }
        }
    }

    /// The pause after a payment was found that could not be delivered.
    pub(super) fn pause_until_delivered(&self, due: &DueOrder) -> Duration {
        self.undelivered.draw(due.taken)
    }

    /// The pause after money was found that a person must look at.
    pub(super) fn longest(&self) -> Duration {
        self.open.longest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let pauses = Pauses::new(Duration::from_secs(10), Duration::from_secs(60));
        let seconds: Vec<_> = (1..6).map(|taken| pauses.middle(taken).as_secs()).collect();
        assert_eq!(seconds, [10, 20, 40, 60, 60]);
        assert_eq!(pauses.middle(u32::MAX).as_secs(), 60);
        for taken in 1..40 {
            let (pause, middle) = (pauses.draw(taken), pauses.middle(taken));
            assert!(pause >= pauses.at_least(taken) && pause <= middle.mul_f64(1.2));
        }
    }

    #[test]
    fn the_least_pause_is_four_fifths_of_the_middle() {
        let pauses = Pauses::new(Duration::from_secs(10), Duration::from_secs(60));
        let least: Vec<_> = (1..6).map(|taken| pauses.at_least(taken)).collect();
        assert_eq!(least, [8, 16, 32, 48, 48].map(Duration::from_secs));
        let drawn: Vec<_> = (0..1_000).map(|_| pauses.draw(1).as_millis()).collect();
        assert!(drawn.iter().any(|pause| *pause < 8_400), "from 80 %");
        assert!(drawn.iter().any(|pause| *pause > 11_600), "to 120 %");
    }

    #[test]
    fn there_is_always_a_pause() {
        let none = Pauses::new(Duration::ZERO, Duration::ZERO);
        assert!(!none.draw(1).is_zero());
    }
}
