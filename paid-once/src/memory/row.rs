//! The rows of [`MemoryStore`](super::MemoryStore) and the state table, as code.

use std::time::Duration;

use tokio::time::Instant;

use crate::{Claim, Claimant, Expected, Lease, Mode, Money, NewOrder, Payment, Settled};

/// An order that this shop opened.
#[derive(Debug)]
pub(super) struct LedgerRow {
    pub(super) expected: Expected,
    pub(super) mode: Mode,
    pub(super) session: Option<String>,
    pub(super) fingerprint: Option<[u8; 32]>,
    pub(super) opened_at: Instant,
}

impl LedgerRow {
    pub(super) fn new(order: &NewOrder) -> Self {
        Self {
            expected: order.expected,
            mode: order.mode,
            session: None,
            fingerprint: order.idempotency.as_ref().map(|known| known.fingerprint),
            opened_at: Instant::now(),
        }
    }
}

/// How the payments of one order stand.
#[derive(Debug, Default)]
pub(super) struct SettlementRow {
    lease: Option<LiveLease>,
    paid: Option<SettledPayment<Money>>,
    failed: Option<SettledPayment<()>>,
    /// Claims granted so far that were not settled.
    unsettled_claims: u32,
    fence: u64,
}

#[derive(Debug)]
struct LiveLease {
    claimant: Claimant,
    until: Instant,
    paid_total: Option<Money>,
    attempt: u32,
}

#[derive(Debug)]
struct SettledPayment<T> {
    by: Claimant,
    at: Instant,
    what: T,
}

impl SettlementRow {
    pub(super) fn paid_total(&self) -> Option<Money> {
        self.paid.as_ref().map(|paid| paid.what)
    }

    pub(super) fn failure_is_settled(&self) -> bool {
        self.failed.is_some()
    }

    pub(super) fn settled_at(&self) -> Option<Instant> {
        let paid = self.paid.as_ref().map(|paid| paid.at);
        let failed = self.failed.as_ref().map(|failed| failed.at);
        paid.max(failed)
    }

    /// Whether a claim was made whose end nobody knows and that no settled success covers.
    pub(super) fn holds_unsettled_claim(&self) -> bool {
        self.lease.is_some() || (self.unsettled_claims > 0 && self.paid.is_none())
    }

    pub(super) fn claim(
        &mut self,
        payment: &Payment,
        claimant: Claimant,
        lease_for: Duration,
    ) -> Claim {
        if let Some(settled) = self.answer_of_settled(payment) {
            return settled;
        }
        let now = Instant::now();
        let attempt = match &self.lease {
            Some(held) if held.claimant == claimant => held.attempt,
            Some(held) if held.until > now => {
                return Claim::InProgress {
                    retry_after: held.until - now,
                };
            }
            _ => {
                self.unsettled_claims = self.unsettled_claims.saturating_add(1);
                self.fence += 1;
                self.unsettled_claims
            }
        };
        self.lease = Some(LiveLease {
            claimant,
            until: now + lease_for,
            paid_total: payment.total(),
            attempt,
        });
        let order = payment.order.clone();
        Claim::Granted(Lease::new(order, claimant, attempt, self.fence))
    }

    fn answer_of_settled(&self, payment: &Payment) -> Option<Claim> {
        match (self.paid_total(), payment.total()) {
            (Some(settled), Some(total)) if settled == total => Some(Claim::Duplicate),
            (Some(_), Some(_)) => Some(Claim::Conflict),
            (Some(_), None) => Some(Claim::Superseded),
            // While a success is being handled, a repeated failure waits like any other message.
            (None, None) if self.failed.is_some() && !self.lease_is_live() => {
                Some(Claim::Duplicate)
            }
            (None, _) => None,
        }
    }

    fn lease_is_live(&self) -> bool {
        self.lease
            .as_ref()
            .is_some_and(|lease| lease.until > Instant::now())
    }

    pub(super) fn settle(&mut self, claimant: Claimant) -> Settled {
        let at = Instant::now();
        if let Some(lease) = self.lease.take_if(|lease| lease.claimant == claimant) {
            match lease.paid_total {
                Some(what) => {
                    self.paid = Some(SettledPayment {
                        by: claimant,
                        at,
                        what,
                    });
                }
                None => {
                    self.failed = Some(SettledPayment {
                        by: claimant,
                        at,
                        what: (),
                    });
                }
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

    pub(super) fn release(&mut self, claimant: Claimant) {
        self.lease.take_if(|lease| lease.claimant == claimant);
    }
}
