//! How each order stands, as an observer knows it who sees every answer of the store: what an answer may never say.

use std::collections::HashMap;
use std::time::Duration;

use paid_once::*;
use tokio::time::Instant;

/// How one order stands.
#[derive(Debug, Default)]
struct Known {
    lease: Option<Held>,
    /// The total of the first success that was granted.
    granted: Option<Money>,
    /// The total that is settled.
    paid: Option<Money>,
    failed: bool,
    closed: bool,
    fence: u64,
    unsettled: u32,
    settled_by: Vec<Claimant>,
}

#[derive(Debug, Clone, Copy)]
struct Held {
    by: Claimant,
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
}

/// How all orders stand.
#[derive(Debug, Default)]
pub(crate) struct Standings(HashMap<OrderKey, Known>);

impl Standings {
    fn of(&mut self, order: &OrderKey) -> &mut Known {
        self.0.entry(order.clone()).or_default()
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
        known.is_some_and(|known| known.total().is_none() && (known.failed || known.closed))
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
            return known.refuses(payment, claim);
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
            None if (known.failed || known.closed) && !is_own => {
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
        known.fence = lease.fence();
        known.unsettled = attempt;
        known.granted = payment.total().or(known.granted);
        known.lease = Some(Held {
            by: claimant,
            until: Instant::now() + lease_for,
            is_paid: payment.outcome.is_paid(),
        });
        Ok(())
    }

    /// The store said how an order stands towards a payment.
    pub(crate) fn stands(&mut self, payment: &Payment, standing: Standing) -> Result<(), String> {
        let known = self.of(&payment.order);
        match standing {
            Standing::Open if known.paid.is_some() => {
                Err(format!("open for {payment:?} after {known:?}"))
            }
            Standing::Open => Ok(()),
            refused => known.refuses(payment, &refused.into_claim()),
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
                if held.is_paid {
                    known.paid = known.granted;
                } else {
                    known.failed = true;
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

    /// A lease was given back. Says what is owed from now on.
    pub(crate) fn released(&mut self, lease: &Lease) -> Option<Money> {
        let known = self.of(lease.order());
        let held = known.lease.filter(|held| held.by == lease.claimant())?;
        known.lease = None;
        known.granted.filter(|_| held.is_paid)
    }

    /// An order was given up.
    pub(crate) fn closed(&mut self, order: &OrderKey) -> Result<(), String> {
        let known = self.of(order);
        known.closed = true;
        match known.total() {
            Some(total) => Err(format!("{order} is closed although {total} was paid")),
            None => Ok(()),
        }
    }

    /// The state that a ledger shows of an order.
    pub(crate) fn shows(
        &mut self,
        order: &OrderKey,
        state: OrderState,
        has_open_review: bool,
    ) -> Result<(), String> {
        let known = self.of(order);
        let is_at_work = known.live().is_some();
        let fits = match state {
            OrderState::Paid { total, .. } => known.paid == Some(total),
            OrderState::Undelivered(owed) => {
                known.paid.is_none() && known.granted == Some(owed.total)
            }
            // At the first attempt nothing is owed yet.
            _ if known.paid.is_some() || (known.granted.is_some() && !is_at_work) => false,
            OrderState::Review => has_open_review,
            _ if has_open_review => false,
            OrderState::Failed => known.failed,
            OrderState::Closed => known.closed && !known.failed,
            OrderState::Pending => !known.failed && !known.closed,
            _ => false,
        };
        if fits {
            return Ok(());
        }
        Err(format!("{order} is shown as {state:?}: {known:?}"))
    }
}

impl Known {
    /// A payment was not granted.
    fn refuses(&self, payment: &Payment, claim: &Claim) -> Result<(), String> {
        let total = payment.total();
        let is_right = match claim {
            Claim::Granted(_) => true,
            Claim::InProgress { .. } => self.paid.is_none() && self.live().is_some(),
            Claim::Duplicate if total.is_some() => self.paid == total,
            Claim::Duplicate => self.total().is_none() && (self.failed || self.closed),
            Claim::Superseded => total.is_none() && self.total().is_some(),
            Claim::Conflict => total.is_some() && self.total().is_some() && self.total() != total,
        };
        if is_right {
            return Ok(());
        }
        Err(format!("{claim:?} for {payment:?}, {self:?}"))
    }
}
