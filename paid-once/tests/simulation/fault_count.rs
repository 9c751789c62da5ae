//! How often what is to happen by chance does happen.

use crate::world::{Faults, HandlerKind};

/// How often each fault happened: a simulation without faults would prove nothing.
#[derive(Debug, Default, Clone)]
pub(crate) struct FaultCount {
    pub(crate) deaths: u64,
    pub(crate) lost_answers: u64,
    pub(crate) failed_calls: u64,
    pub(crate) bad_handlers: u64,
    pub(crate) repeated: u64,
    pub(crate) questions: u64,
    pub(crate) late: u64,
    pub(crate) restarts: u64,
    pub(crate) outages: u64,
    pub(crate) worked: u64,
    pub(crate) refunds: u64,
    pub(crate) decided: u64,
    pub(crate) clicks: u64,
    pub(crate) by_hand: u64,
    pub(crate) late_holders: u64,
    pub(crate) late_calls: u64,
    pub(crate) short_rests: u64,
    pub(crate) long_rests: u64,
}

impl FaultCount {
    pub(crate) fn add(&mut self, other: &Self) {
        self.deaths += other.deaths;
        self.lost_answers += other.lost_answers;
        self.failed_calls += other.failed_calls;
        self.bad_handlers += other.bad_handlers;
        self.repeated += other.repeated;
        self.questions += other.questions;
        self.late += other.late;
        self.restarts += other.restarts;
        self.outages += other.outages;
        self.worked += other.worked;
        self.refunds += other.refunds;
        self.decided += other.decided;
        self.clicks += other.clicks;
        self.by_hand += other.by_hand;
        self.late_holders += other.late_holders;
        self.late_calls += other.late_calls;
        self.short_rests += other.short_rests;
        self.long_rests += other.long_rests;
    }

    pub(crate) fn assert_all_happened(&self, faults: Faults, handler: HandlerKind) {
        let mut rarest = self.repeated.min(self.questions).min(self.late);
        rarest = rarest.min(self.worked).min(self.refunds).min(self.clicks);
        rarest = rarest.min(self.by_hand);
        // No two nodes keep step with each other.
        rarest = rarest.min(self.short_rests).min(self.long_rests);
        let failures = self.failed_calls.min(self.lost_answers);
        rarest = rarest.min(match faults {
            Faults::Delays => self.restarts,
            Faults::StoreAway(_) => failures.min(self.bad_handlers).min(self.outages),
            Faults::All => {
                let failures = failures.min(self.bad_handlers).min(self.deaths);
                failures.min(self.decided).min(self.late_calls)
            }
        });
        if faults == Faults::All && handler == HandlerKind::SettlesWithItsEffect {
            // Their nodes mostly die before.
            rarest = rarest.min(5 * self.late_holders);
        }
        assert!(rarest > 100, "a fault hardly ever happens: {self:?}");
    }
}
