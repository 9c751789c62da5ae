//! What happened to one order, in the order of time.

use std::time::SystemTime;

use paytr_core::OrderState;
use paytr_core::paid_once::Review;
use paytr_core::paid_once::back_office::OrderLife;
use paytr_core::paid_once::refund::{RefundRecord, RefundState};

use super::moment::Moment;
use super::reasons::guidance;
use super::route::Route;
use super::visit::Visit;
use super::words::failure;

/// Something that happened, or will.
pub(super) struct Event {
    at: SystemTime,
    pub(super) when: Moment,
    pub(super) what: &'static str,
    /// A reason, an amount, a reference.
    pub(super) detail: String,
    pub(super) by: String,
    pub(super) note: String,
    /// The page of what happened.
    pub(super) url: Option<String>,
}

impl Event {
    fn new(at: SystemTime, what: &'static str) -> Self {
        Self {
            at,
            when: Moment::of(at),
            what,
            detail: String::new(),
            by: String::new(),
            note: String::new(),
            url: None,
        }
    }

    fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    fn by(mut self, by: &str) -> Self {
        by.clone_into(&mut self.by);
        self
    }
}

impl Visit<'_> {
    pub(super) fn timeline(
        &self,
        life: &OrderLife,
        reviews: &[Review],
        refunds: &[RefundRecord],
    ) -> Vec<Event> {
        let mut events = self.events_of_life(life);
        events.extend(
            reviews
                .iter()
                .flat_map(|review| self.events_of_review(review)),
        );
        events.extend(
            refunds
                .iter()
                .flat_map(|refund| self.events_of_refund(refund)),
        );
        events.sort_by_key(|event| event.at);
        events
    }

    fn events_of_life(&self, life: &OrderLife) -> Vec<Event> {
        let words = self.words();
        let opened_at = life.was_opened.then_some(life.record.opened_at);
        let plain = [
            (opened_at, words.event_opened),
            (life.failed_at, words.event_failed),
            (life.paid_at, words.event_paid),
            (life.closed_at, words.event_closed),
            (life.next_inquiry, words.event_next),
        ];
        let plain = plain.into_iter();
        let mut events: Vec<_> = plain
            .filter_map(|(at, what)| at.map(|at| Event::new(at, what)))
            .collect();
        if let Some(until) = life.handler_until {
            let is_over = until <= SystemTime::now();
            let what = if is_over {
                words.event_lease_over
            } else {
                words.event_handler
            };
            events.push(Event::new(until, what));
        }
        if let OrderState::Undelivered(undelivered) = life.record.state {
            let last = failure(undelivered.last_failure, self.language());
            let event = Event::new(undelivered.since, words.event_undelivered);
            events.push(event.detail(last));
        }
        events
    }

    fn events_of_review(&self, review: &Review) -> Vec<Event> {
        let words = self.words();
        let url = self.link(&Route::Review(review.id), &[]);
        let reason = guidance(review.reason, self.language()).reason;
        let mut events = vec![Event::new(review.first_seen, words.event_review).detail(reason)];
        if review.seen > 1 {
            let times = format!("{} {}", review.seen, words.times);
            events.push(Event::new(review.last_seen, words.event_seen_again).detail(times));
        }
        if let Some(resolved) = &review.resolved {
            let how = words.resolution(resolved.resolution);
            let mut event = Event::new(resolved.at, words.event_resolved).detail(how);
            event.note.clone_from(&resolved.note);
            events.push(event.by(&resolved.by));
        }
        for event in &mut events {
            event.url = Some(url.clone());
        }
        events
    }

    fn events_of_refund(&self, refund: &RefundRecord) -> Vec<Event> {
        let words = self.words();
        let detail = format!("{} · {}", self.amount(refund.amount), refund.reference);
        let event = |at, state| Event::new(at, words.refund_event(state)).detail(detail.clone());
        let reserved = event(refund.reserved_at, RefundState::Reserved).by(&refund.by);
        let decided = refund.decided_at.map(|at| event(at, refund.state));
        std::iter::once(reserved).chain(decided).collect()
    }
}
