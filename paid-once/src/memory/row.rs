//! The rows of [`MemoryStore`](super::MemoryStore) and the state table, as code.

use tokio::time::Instant;

use crate::{
    Claim, Claimant, Expected, HandlerFailure, Lease, Mode, Money, NewOrder, Payment, Settled,
    Standing,
};

/// An order that this shop opened.
#[derive(Debug)]
pub(super) struct LedgerRow {
    pub(super) expected: Expected,
    pub(super) mode: Mode,
    pub(super) session: Option<String>,
    // Boxed: few shops give every order one.
    pub(super) cart: Option<Box<Cart>>,
    pub(super) opened_at: Instant,
    pub(super) closed_at: Option<Instant>,
}

/// What an order was opened for.
#[derive(Debug)]
pub(super) struct Cart {
    pub(super) key: String,
    pub(super) fingerprint: [u8; 32],
}

impl LedgerRow {
    pub(super) fn new(order: &NewOrder) -> Self {
        let cart = order.idempotency.as_ref().map(|known| {
            Box::new(Cart {
                key: known.key.clone(),
                fingerprint: known.fingerprint,
            })
        });
        Self {
            expected: order.expected,
            mode: order.mode,
            session: None,
            cart,
            opened_at: Instant::now(),
            closed_at: None,
        }
    }
}

/// How the payments of one order stand.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct SettlementRow {
    lease: Option<LiveLease>,
    /// The total of a success that was claimed. It outlives its lease, until a success is settled.
    owed: Option<Owed>,
    paid: Option<SettledPayment<Money>>,
    failed: Option<SettledPayment<()>>,
    /// Claims granted so far that were not settled.
    unsettled_claims: u32,
    fence: u64,
}

#[derive(Debug, Clone, Copy)]
struct LiveLease {
    claimant: Claimant,
    until: Instant,
    is_paid: bool,
    attempt: u32,
}

#[derive(Debug, Clone, Copy)]
struct Owed {
    total: Money,
    undelivered_since: Option<Instant>,
    last_failure: Option<HandlerFailure>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct SettledPayment<T> {
    pub(super) by: Claimant,
    pub(super) at: Instant,
    pub(super) what: T,
}

/// The claims on an order.
pub(super) struct Claims {
    pub(super) ever: u64,
    pub(super) unsettled: u32,
    pub(super) lease_until: Option<Instant>,
}

/// A success whose lease was released or ran out.
pub(super) struct UndeliveredRow {
    pub(super) total: Money,
    pub(super) attempts: u32,
    pub(super) since: Instant,
    pub(super) last_failure: Option<HandlerFailure>,
}

impl SettlementRow {
    /// The row of a paid order, on which nobody can be at work.
    pub(super) fn of_paid(
        paid: SettledPayment<Money>,
        failed: Option<SettledPayment<()>>,
        unsettled_claims: u32,
        fence: u64,
    ) -> Self {
        Self {
            lease: None,
            owed: None,
            paid: Some(paid),
            failed,
            unsettled_claims,
            fence,
        }
    }

    pub(super) fn paid(&self) -> Option<SettledPayment<Money>> {
        self.paid
    }

    pub(super) fn failed(&self) -> Option<SettledPayment<()>> {
        self.failed
    }

    pub(super) fn paid_total(&self) -> Option<Money> {
        self.paid.as_ref().map(|paid| paid.what)
    }

    pub(super) fn claims(&self) -> Claims {
        Claims {
            ever: self.fence,
            unsettled: self.unsettled_claims,
            lease_until: self.lease.as_ref().map(|lease| lease.until),
        }
    }

    pub(super) fn owes(&self) -> bool {
        self.owed.is_some()
    }

    pub(super) fn failure_is_settled(&self) -> bool {
        self.failed.is_some()
    }

    pub(super) fn paid_at(&self) -> Option<Instant> {
        self.paid.as_ref().map(|paid| paid.at)
    }

    pub(super) fn failed_at(&self) -> Option<Instant> {
        self.failed.as_ref().map(|failed| failed.at)
    }

    pub(super) fn lease_is_live(&self) -> bool {
        self.lease
            .as_ref()
            .is_some_and(|lease| lease.until > Instant::now())
    }

    pub(super) fn undelivered(&self) -> Option<UndeliveredRow> {
        self.owed.and_then(|_| self.undelivered_at(Instant::now()))
    }

    fn undelivered_at(&self, now: Instant) -> Option<UndeliveredRow> {
        let owed = self.owed?;
        let ran_out = self.lease.as_ref().map(|lease| lease.until);
        let ran_out = ran_out.filter(|until| *until <= now);
        Some(UndeliveredRow {
            total: owed.total,
            attempts: self.unsettled_claims,
            since: owed.undelivered_since.or(ran_out)?,
            last_failure: owed.last_failure,
        })
    }

    /// What a claim would be answered, but for the claimant's own lease.
    pub(super) fn standing(&self, payment: &Payment, is_closed: bool, now: Instant) -> Standing {
        match (self.paid_total(), payment.total()) {
            (Some(settled), Some(total)) if settled == total => return Standing::Duplicate,
            (Some(_), Some(_)) => return Standing::Conflict,
            (Some(_), None) => return Standing::Superseded,
            (None, _) => {}
        }
        if let Some(held) = self.lease.as_ref().filter(|lease| lease.until > now) {
            return Standing::InProgress {
                retry_after: held.until - now,
            };
        }
        match (self.owed, payment.total()) {
            (Some(owed), Some(total)) if owed.total != total => Standing::Conflict,
            (Some(_), None) => Standing::Superseded,
            (None, None) if self.failed.is_some() || is_closed => Standing::Duplicate,
            _ => Standing::Open,
        }
    }

    /// Grants a lease from now until then, or says why not.
    pub(super) fn claim(
        &mut self,
        payment: &Payment,
        claimant: Claimant,
        (now, until): (Instant, Instant),
        is_closed: bool,
    ) -> Claim {
        let own = self
            .lease
            .as_ref()
            .filter(|lease| lease.claimant == claimant);
        let own_attempt = own.map(|lease| lease.attempt);
        match self.standing(payment, is_closed, now) {
            Standing::InProgress { .. } if own_attempt.is_some() => {}
            Standing::Open => {}
            other => return other.into_claim(),
        }
        let attempt = own_attempt.unwrap_or_else(|| {
            self.unsettled_claims = self.unsettled_claims.saturating_add(1);
            self.fence += 1;
            self.unsettled_claims
        });
        if let Some(total) = payment.total() {
            let since = self.undelivered_at(now).map(|owed| owed.since);
            self.owed = Some(Owed {
                total,
                undelivered_since: since,
                last_failure: None,
            });
        }
        self.lease = Some(LiveLease {
            claimant,
            until,
            is_paid: payment.outcome.is_paid(),
            attempt,
        });
        let order = payment.order.clone();
        Claim::Granted(Lease::new(order, claimant, attempt, self.fence))
    }

    pub(super) fn settle(&mut self, claimant: Claimant, at: Instant) -> Settled {
        if let Some(lease) = self.lease.take_if(|lease| lease.claimant == claimant) {
            let by = claimant;
            match self.owed.take_if(|_| lease.is_paid) {
                Some(Owed { total: what, .. }) => {
                    self.paid = Some(SettledPayment { by, at, what });
                }
                None => self.failed = Some(SettledPayment { by, at, what: () }),
            }
            self.unsettled_claims -= 1;
            return Settled::Now;
        }
        let by_paid = self.paid.as_ref().map(|paid| paid.by);
        let by_failed = self.failed.as_ref().map(|failed| failed.by);
        if [by_paid, by_failed].contains(&Some(claimant)) {
            Settled::Already
        } else {
            Settled::Lost
        }
    }

    /// Says whether the order is undelivered from now on, and was not before.
    pub(super) fn release(&mut self, claimant: Claimant, why: HandlerFailure) -> bool {
        let since = self.undelivered().map(|owed| owed.since);
        let held = self.lease.take_if(|lease| lease.claimant == claimant);
        match &mut self.owed {
            Some(owed) if held.is_some() => {
                let is_first = owed.undelivered_since.is_none();
                owed.undelivered_since = since.or_else(|| Some(Instant::now()));
                owed.last_failure = Some(why);
                is_first
            }
            _ => false,
        }
    }
}
