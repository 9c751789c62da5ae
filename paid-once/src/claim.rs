//! Claims and leases: who may handle a payment now.

use std::fmt;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::OrderKey;

/// Who asks for a claim: 128 bits, made once per delivery.
///
/// A claim repeated with the same claimant, because the store's first answer was lost, is still the
/// claimant's own. Two deliveries never share one, also across processes and nodes. It is no secret.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Claimant(u128);

/// Tells this process from every other one.
static PROCESS: LazyLock<u64> = LazyLock::new(|| {
    let mut bytes = [0; 8];
    #[expect(
        clippy::expect_used,
        reason = "without randomness two nodes could share a lease; there is nothing to fall back to"
    )]
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    u64::from_be_bytes(bytes)
});

impl Claimant {
    /// A claimant that no other call, in this process or another, returns: 64 random bits of the
    /// process and a count.
    ///
    /// # Panics
    ///
    /// If the operating system has no randomness to give.
    #[must_use]
    pub fn unique() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        Self(u128::from(*PROCESS) << 64 | u128::from(count))
    }

    /// Everybody who takes the payment of an order out of delivery. A claim is of one order, so one claimant is
    /// enough for all; that it settled an order says that the payment was taken out, and not delivered. The first
    /// half is that of no process, but for one chance in 2^64.
    pub(crate) const TAKING_OUT: Self = Self(u128::from_be_bytes(*b"taken out of it."));

    /// The claimant of these bits, as a store reads it back.
    #[must_use]
    pub const fn from_bits(bits: u128) -> Self {
        Self(bits)
    }

    /// The bits, for a store to keep.
    #[must_use]
    pub const fn to_bits(self) -> u128 {
        self.0
    }
}

impl fmt::Display for Claimant {
    /// 32 hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for Claimant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Claimant({self})")
    }
}

/// The right to handle one payment, until it is settled, released, or runs out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    order: OrderKey,
    claimant: Claimant,
    attempt: u32,
    fence: u64,
}

impl Lease {
    /// A lease, as a store grants it.
    #[must_use]
    pub fn new(order: OrderKey, claimant: Claimant, attempt: u32, fence: u64) -> Self {
        Self {
            order,
            claimant,
            attempt,
            fence,
        }
    }

    /// The order it is for.
    #[must_use]
    pub fn order(&self) -> &OrderKey {
        &self.order
    }

    /// Who holds it.
    #[must_use]
    pub fn claimant(&self) -> Claimant {
        self.claimant
    }

    /// 1, plus the number of earlier claims on this order that were not settled.
    ///
    /// Above 1 an earlier run of the handler may have left effects behind.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// A number that rises with every new claim on the order. A handler may guard its own writes
    /// with it: refuse a write whose fence is smaller than one already seen.
    #[must_use]
    pub fn fence(&self) -> u64 {
        self.fence
    }
}

/// A store's answer to a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "only a granted claim may run the handler"]
pub enum Claim {
    /// Run the handler, then settle or release.
    Granted(Lease),
    /// This payment is settled already, or it is a failure that adds nothing to how the order stands.
    Duplicate,
    /// Another delivery holds the lease.
    InProgress {
        /// When asking again makes sense, at the latest.
        retry_after: Duration,
    },
    /// A failure for an order that is paid, settled or not yet delivered. Acknowledge, never deliver.
    Superseded,
    /// A success for an order that is paid, settled or not yet delivered, with another total. Never
    /// deliver.
    Conflict,
}

/// How an order stands towards one payment: a store's answer without a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "an order that is settled must not be refused"]
pub enum Standing {
    /// The payment may be claimed.
    Open,
    /// See [`Claim::Duplicate`].
    Duplicate,
    /// See [`Claim::InProgress`].
    InProgress {
        /// When asking again makes sense, at the latest.
        retry_after: Duration,
    },
    /// See [`Claim::Superseded`].
    Superseded,
    /// See [`Claim::Conflict`].
    Conflict,
}

impl Standing {
    /// The answer to a claim that was not granted. An order that stands open only now has changed since:
    /// then the claimant asks again.
    pub fn into_claim(self) -> Claim {
        match self {
            Self::Open => Claim::InProgress {
                retry_after: Self::AFTER_A_RACE,
            },
            Self::Duplicate => Claim::Duplicate,
            Self::InProgress { retry_after } => Claim::InProgress { retry_after },
            Self::Superseded => Claim::Superseded,
            Self::Conflict => Claim::Conflict,
        }
    }

    /// When to ask again after the order changed while it was asked about: 100 ms.
    const AFTER_A_RACE: Duration = Duration::from_millis(100);
}

/// A store's answer to a settlement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a lost lease must not be acknowledged"]
pub enum Settled {
    /// Settled by this call.
    Now,
    /// Settled before, by the same lease.
    Already,
    /// The lease belongs to somebody else by now. Nothing was changed.
    Lost,
}
