//! How each order stands, as an observer knows it who sees every answer of the store: what an answer may never say.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use paid_once::*;
use tokio::time::Instant;

/// How one order stands.
#[derive(Debug, Default)]
pub(crate) struct Known {
    lease: Option<Held>,
    /// The total of the first success that was granted.
    granted: Option<Money>,
    /// The first time that the lease of a success was given back or had run out.
    owed_since: Option<Instant>,
    last_failure: Option<HandlerFailure>,
    /// The total that is settled.
    paid: Option<Money>,
    paid_at: Option<Instant>,
    failed_at: Option<Instant>,
    closed_at: Option<Instant>,
    fence: u64,
    unsettled: u32,
    settled_by: Vec<Claimant>,
}

#[derive(Debug, Clone, Copy)]
struct Held {
    by: Claimant,
    since: Instant,
    until: Instant,
    is_paid: bool,
}

impl Known {
    fn live(&self) -> Option<Held> {
        self.lease.filter(|held| held.until > Instant::now())
    }

    /// What was paid, delivered or not.
    fn total(&self) -> Option<Money> {
        self.paid.or(self.granted)
    }

    /// Since when the order is undelivered, if it is.
    fn undelivered_since(&self) -> Option<Instant> {
        let ran_out = self.lease.filter(|held| held.until <= Instant::now());
        let ran_out = ran_out.filter(|held| held.is_paid).map(|held| held.until);
        self.owed_since.or(ran_out).filter(|_| self.paid.is_none())
    }

    /// Since when an order is paid, or else failed or closed, and nothing else is expected of it. Says
    /// whether it is paid.
    pub(crate) fn done_since(&self) -> Option<(Instant, bool)> {
        if let Some(paid_at) = self.paid_at {
            return Some((paid_at, true));
        }
        let is_open = self.granted.is_some() || self.live().is_some();
        let ended = self.failed_at.max(self.closed_at);
        ended.filter(|_| !is_open).map(|since| (since, false))
    }
}

/// How all orders stand.
#[derive(Debug, Default)]
pub(crate) struct Standings(HashMap<OrderKey, Known>);

impl Standings {
    fn of(&mut self, order: &OrderKey) -> &mut Known {
        self.0.entry(order.clone()).or_default()
    }

    /// How an order stands.
    pub(crate) fn known(&self, order: &OrderKey) -> Option<&Known> {
        self.0.get(order)
    }

    /// What is settled as paid.
    pub(crate) fn paid(&self, order: &OrderKey) -> Option<Money> {
        self.0.get(order)?.paid
    }

    /// What the provider has confirmed, delivered or not.
    pub(crate) fn total(&self, order: &OrderKey) -> Option<Money> {
        self.0.get(order)?.total()
    }

    /// Whether nobody paid and nobody is expected to.
    pub(crate) fn is_over(&self, order: &OrderKey) -> bool {
        let known = self.0.get(order);
        known.is_some_and(|known| known.total().is_none() && known.is_over())
    }

    /// Whether anything of an order was ever claimed or is settled, or it was given up.
    pub(crate) fn is_known(&self, order: &OrderKey) -> bool {
        let known = self.0.get(order);
        known.is_some_and(|known| known.fence > 0 || known.is_over())
    }

    /// Whether a failure is settled.
    pub(crate) fn has_failed(&self, order: &OrderKey) -> bool {
        let known = self.0.get(order);
        known.is_some_and(|known| known.failed_at.is_some())
    }

    /// The store answered a claim.
    pub(crate) fn claimed(
        &mut self,
        payment: &Payment,
        claimant: Claimant,
        lease_for: Duration,
        claim: &Claim,
    ) -> Result<(), String> {
        let known = self.of(&payment.order);
        let Claim::Granted(lease) = claim else {
            return known.refuses(payment, Some(claimant), claim);
        };
        let told = |rule: &str| Err(format!("{rule}: {lease:?} for {payment:?}, {known:?}"));
        let live = known.live();
        // Also one that ran out and that nobody took over: those who take a payment out share a claimant.
        let is_own = known.lease.as_ref().is_some_and(|held| held.by == claimant);
        if known.paid.is_some() {
            return told("a claim after a success was settled");
        }
        if live.is_some() && !is_own {
            return told("a claim while another is held");
        }
        match payment.total() {
            Some(total) if known.granted.is_some_and(|granted| granted != total) => {
                return told("a claim of another total than the one that is owed");
            }
            None if known.granted.is_some() => return told("a failure of a paid order"),
            None if known.is_over() && !is_own => {
                return told("a failure of an order that failed or was given up");
            }
            _ => {}
        }
        let (fence, attempt) = if is_own {
            (known.fence, known.unsettled)
        } else {
            (known.fence + 1, known.unsettled + 1)
        };
        if lease.fence() < fence || (is_own && lease.fence() != fence) || lease.attempt() != attempt
        {
            return told("a wrong fence or attempt");
        }
        known.owed_since = known.undelivered_since();
        known.last_failure = None;
        known.fence = lease.fence();
        known.unsettled = attempt;
        known.granted = payment.total().or(known.granted);
        let now = Instant::now();
        known.lease = Some(Held {
            by: claimant,
            since: live.filter(|_| is_own).map_or(now, |held| held.since),
            until: now + lease_for,
            is_paid: payment.outcome.is_paid(),
        });
        Ok(())
    }

    /// The store said how an order stands towards a payment.
    pub(crate) fn stands(&mut self, payment: &Payment, standing: Standing) -> Result<(), String> {
        let known = self.of(&payment.order);
        match standing {
            Standing::Open if known.paid.is_some() => Err(format!(
                "a settled order stands open: {payment:?}, {known:?}"
            )),
            Standing::Open => Ok(()),
            refused => known.refuses(payment, None, &refused.into_claim()),
        }
    }

    /// The store answered a settlement.
    pub(crate) fn settled(&mut self, lease: &Lease, settled: Settled) -> Result<(), String> {
        let known = self.of(lease.order());
        let by = lease.claimant();
        let held = known.lease.filter(|held| held.by == by);
        let told = |rule: &str| Err(format!("{rule}: {lease:?}, {known:?}"));
        match (settled, held) {
            (Settled::Now, Some(held)) => {
                let now = Some(Instant::now());
                if held.is_paid {
                    known.paid = known.granted;
                    known.paid_at = now;
                } else {
                    known.failed_at = now;
                }
                known.settled_by.push(by);
                known.unsettled -= 1;
                known.lease = None;
                Ok(())
            }
            (Settled::Now, None) => told("settled without the lease"),
            (Settled::Already, _) if !known.settled_by.contains(&by) => told("settled by nobody"),
            (Settled::Lost, Some(_)) => told("a held lease is lost"),
            (Settled::Lost, None) if known.settled_by.last() == Some(&by) => {
                told("a settlement is forgotten")
            }
            _ => Ok(()),
        }
    }

    /// A lease was given back. Of one that somebody else took over nothing changes.
    pub(crate) fn released(&mut self, lease: &Lease, why: HandlerFailure) {
        let known = self.of(lease.order());
        let held = known.lease.filter(|held| held.by == lease.claimant());
        let Some(held) = held else {
            return;
        };
        if held.is_paid {
            let since = known.undelivered_since();
            known.owed_since = since.or_else(|| Some(Instant::now()));
            known.last_failure = Some(why);
        }
        known.lease = None;
    }

    /// The provider is asked whether a success is true. How the order stands was read before, at most so long ago.
    pub(crate) fn is_read_back(&self, payment: &Payment, ago: Duration) -> Result<(), String> {
        let Some(known) = self.0.get(&payment.order) else {
            return Ok(());
        };
        let held_since = known.live().map(|held| held.since);
        let answers_since = known.paid_at.or(held_since);
        if answers_since.is_some_and(|since| since.elapsed() > ago) {
            return Err(format!(
                "read back although the standing answers: {payment:?}, {known:?}"
            ));
        }
        Ok(())
    }

    /// An order was given up.
    pub(crate) fn closed(&mut self, order: &OrderKey) -> Result<(), String> {
        let known = self.of(order);
        known.closed_at.get_or_insert_with(Instant::now);
        match known.total() {
            Some(total) => Err(format!("closed although paid: {order}, {total}")),
            None => Ok(()),
        }
    }

    /// The record that a ledger shows of an order that was opened then, if it was.
    pub(crate) fn shows(
        &mut self,
        record: &OrderRecord,
        opened: Option<Instant>,
        has_open_review: bool,
    ) -> Result<(), String> {
        let (order, state) = (&record.order, record.state);
        let known = self.of(order);
        let is_at_work = known.live().is_some();
        let fits = match state {
            OrderState::Paid { total, .. } => known.paid == Some(total),
            OrderState::Undelivered(owed) => known.lists(owed, record.opened_at, opened),
            // At the first attempt nothing is owed yet.
            _ if known.paid.is_some() || (known.granted.is_some() && !is_at_work) => false,
            _ if known.undelivered_since().is_some() => false,
            OrderState::Review => has_open_review,
            _ if has_open_review => false,
            OrderState::Failed => known.failed_at.is_some(),
            OrderState::Closed => known.closed_at.is_some() && known.failed_at.is_none(),
            OrderState::Pending => !known.is_over(),
            _ => false,
        };
        if fits {
            return Ok(());
        }
        Err(format!("shown as it is not: {order}, {state:?}, {known:?}"))
    }
}

impl Known {
    /// Whether a failure was settled or the order was given up.
    fn is_over(&self) -> bool {
        self.failed_at.is_some() || self.closed_at.is_some()
    }

    /// Whether an undelivered order is listed as it is. The store's clock is read from when the order was opened.
    fn lists(&self, owed: Undelivered, opened_at: SystemTime, opened: Option<Instant>) -> bool {
        let Some(since) = self.undelivered_since() else {
            return false;
        };
        let is_since = opened.is_none_or(|opened| {
            owed.since.duration_since(opened_at).ok() == since.checked_duration_since(opened)
        });
        let is_as_often = owed.attempts == self.unsettled && owed.attempts > 0;
        let is_why = owed.last_failure == self.last_failure;
        self.granted == Some(owed.total) && is_since && is_as_often && is_why
    }

    /// A payment was not granted.
    fn refuses(
        &self,
        payment: &Payment,
        claimant: Option<Claimant>,
        claim: &Claim,
    ) -> Result<(), String> {
        let total = payment.total();
        let live = self.live().filter(|_| self.paid.is_none());
        let is_right = match (claim, live) {
            (Claim::Granted(_), _) => true,
            (Claim::InProgress { retry_after }, Some(held)) => {
                let is_other = claimant != Some(held.by);
                is_other && *retry_after <= held.until - Instant::now() && !retry_after.is_zero()
            }
            // While a lease is live that is the answer.
            (Claim::InProgress { .. }, None) | (_, Some(_)) => false,
            (Claim::Duplicate, _) if total.is_some() => self.paid == total,
            (Claim::Duplicate, _) => self.total().is_none() && self.is_over(),
            (Claim::Superseded, _) => total.is_none() && self.total().is_some(),
            (Claim::Conflict, _) => {
                total.is_some() && self.total().is_some() && self.total() != total
            }
        };
        if is_right {
            return Ok(());
        }
        Err(format!(
            "a wrong answer to a claim: {claim:?} for {payment:?}, {self:?}"
        ))
    }
}
