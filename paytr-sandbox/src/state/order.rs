use std::time::SystemTime;

use super::outbox::Outbox;
use crate::{FailedReason, TestCard};

/// One `merchant_oid`.
pub(crate) struct Order {
    pub(crate) created: SystemTime,
    /// Tokens of its pages, oldest first.
    pub(crate) pages: Vec<String>,
    pub(crate) payment: Option<PaidPayment>,
    /// Why it failed last, while it is not paid.
    pub(crate) failure: Option<FailedReason>,
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
    /// `None` for a bank transfer.
    pub(crate) card: Option<TestCard>,
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
            outbox: Outbox::new(),
        }
    }
}
