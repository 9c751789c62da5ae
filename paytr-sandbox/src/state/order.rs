use std::time::SystemTime;

use super::outbox::Outbox;
use super::refund::Refund;
use crate::{FailedReason, TestCard, commission};

/// One `merchant_oid`.
pub(crate) struct Order {
    pub(crate) created: SystemTime,
    /// Tokens of its pages, oldest first.
    pub(crate) pages: Vec<String>,
    pub(crate) payment: Option<PaidPayment>,
    /// Why it failed last, while it is not paid.
    pub(crate) failure: Option<FailedReason>,
    /// Oldest first.
    pub(crate) refunds: Vec<Refund>,
    /// `utoken` and `ctoken` of the card that its payment has stored.
    pub(crate) stored: Option<(String, String)>,
    pub(crate) outbox: Outbox,
}

/// The successful payment of an order. Final.
#[derive(Clone)]
pub(crate) struct PaidPayment {
    pub(crate) at: SystemTime,
    /// Minor units, surcharge included.
    pub(crate) total: u64,
    /// 1 for a single payment.
    pub(crate) installments: u8,
    /// `None` for a bank transfer and for BKM Express.
    pub(crate) card: Option<TestCard>,
    /// `card`, `eft` or `bex`.
    pub(crate) payment_type: &'static str,
    /// What the page that was paid had asked for.
    pub(crate) amount: u64,
    pub(crate) currency: &'static str,
    pub(crate) test_mode: bool,
}

impl Order {
    pub(super) fn new(now: SystemTime) -> Self {
        Self {
            created: now,
            pages: Vec::new(),
            payment: None,
            failure: None,
            refunds: Vec::new(),
            stored: None,
            outbox: Outbox::new(),
        }
    }

    /// What was asked for in all its refunds, in minor units. It never exceeds the amount.
    pub(crate) fn refunded(&self) -> u64 {
        self.refunds.iter().map(|refund| refund.asked).sum()
    }
}

impl PaidPayment {
    /// What PayTR keeps, the surcharge included: nothing of a test payment.
    pub(crate) fn deduction(&self) -> u64 {
        if self.test_mode {
            return 0;
        }
        let surcharge = self.total.saturating_sub(self.amount);
        surcharge.saturating_add(commission::of(self.amount))
    }

    /// What the store gets: nothing of a test payment, which moves no money.
    pub(crate) fn net(&self) -> u64 {
        if self.test_mode {
            return 0;
        }
        self.total.saturating_sub(self.deduction())
    }

    /// The deduction in percent of the total, with two places.
    pub(crate) fn deduction_rate(&self) -> String {
        let basis_points = u128::from(self.deduction()) * 10_000 / u128::from(self.total.max(1));
        format!("{}.{:02}", basis_points / 100, basis_points % 100)
    }

    /// `odeme_tipi` of the reports.
    pub(crate) fn odeme_tipi(&self) -> &'static str {
        if self.payment_type == "eft" {
            "EFT"
        } else {
            "KART"
        }
    }

    /// `taksit` of the reports: 0 for a single payment.
    pub(crate) fn taksit(&self) -> u8 {
        if self.installments < 2 {
            0
        } else {
            self.installments
        }
    }
}
