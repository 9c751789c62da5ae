use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::claimed::Settling;
use super::{Gate, HandlerTasks, ReadBack, WhenReadBackUnavailable};
use crate::{ExpectedAmount, OrderStore, SurchargeLimit};

/// What every clone of a gate shares.
pub(super) struct GateParts {
    pub(super) store: Arc<dyn OrderStore>,
    pub(super) expected: Arc<dyn ExpectedAmount>,
    pub(super) read_back: Option<(Arc<dyn ReadBack>, WhenReadBackUnavailable)>,
    pub(super) test_payments: TestPayments,
    pub(super) surcharge_limit: SurchargeLimit,
    pub(super) lease_for: Duration,
    pub(super) store_timeout: Duration,
    pub(super) read_back_timeout: Duration,
    pub(super) tasks: HandlerTasks,
    pub(super) settling: Settling,
}

/// Makes a [`Gate`].
#[must_use = "a gate is made by build()"]
pub struct GateBuilder {
    parts: GateParts,
}

impl GateBuilder {
    pub(super) fn new(store: Arc<dyn OrderStore>, expected: Arc<dyn ExpectedAmount>) -> Self {
        Self {
            parts: GateParts {
                store,
                expected,
                read_back: None,
                test_payments: TestPayments::RecordForReview,
                surcharge_limit: SurchargeLimit::default(),
                lease_for: Duration::from_secs(60),
                store_timeout: Duration::from_secs(10),
                read_back_timeout: Duration::from_secs(20),
                tasks: HandlerTasks::new(Duration::from_secs(30)),
                settling: Settling::default(),
            },
        }
    }

    /// How long a handler may run. Default 30 s. Past it the handler is dropped, the claim released
    /// and the provider made to ask again.
    pub fn handler_timeout(mut self, timeout: Duration) -> Self {
        self.parts.tasks = self.parts.tasks.handler_timeout(timeout);
        self
    }

    /// How long a claim holds other deliveries off when its process dies. Default 60 s. Always
    /// longer than the handler's time limit and twice that of the store together: the claim may take
    /// that long to be answered, and so may the settlement.
    pub fn lease_for(mut self, lease_for: Duration) -> Self {
        self.parts.lease_for = lease_for;
        self
    }

    /// How long one call of the store or of the expected amount may take. Default 10 s.
    pub fn store_timeout(mut self, timeout: Duration) -> Self {
        self.parts.store_timeout = timeout;
        self
    }

    /// What to do with test payments. Default: record for review, never deliver.
    pub fn test_payments(mut self, test_payments: TestPayments) -> Self {
        self.parts.test_payments = test_payments;
        self
    }

    /// How far a total may lie above the price where a surcharge is allowed. Default: below ten times the price,
    /// see [`SurchargeLimit`]. What is above waits for review.
    pub fn surcharge_limit(mut self, limit: SurchargeLimit) -> Self {
        self.parts.surcharge_limit = limit;
        self
    }

    /// How long a read-back may take; then it counts as unavailable. Default 20 s.
    pub fn read_back_timeout(mut self, timeout: Duration) -> Self {
        self.parts.read_back_timeout = timeout;
        self
    }

    /// Asks the provider about every success before it is claimed, but not about one whose order is
    /// settled already.
    pub fn read_back(
        mut self,
        read_back: Arc<dyn ReadBack>,
        when_unavailable: WhenReadBackUnavailable,
    ) -> Self {
        self.parts.read_back = Some((read_back, when_unavailable));
        self
    }

    /// Checks the settings and makes the gate.
    ///
    /// # Errors
    ///
    /// [`GateConfigError`] when a time is zero, or the lease is not longer than the handler's limit and
    /// twice the store's.
    pub fn build(self) -> Result<Gate, GateConfigError> {
        let handler_timeout = self.parts.tasks.limit();
        let GateParts {
            lease_for,
            store_timeout,
            read_back_timeout,
            ..
        } = self.parts;
        let times = [handler_timeout, store_timeout, read_back_timeout];
        if times.iter().any(Duration::is_zero) {
            return Err(GateConfigError::ZeroTimeout);
        }
        let busy_for = handler_timeout.saturating_add(store_timeout.saturating_mul(2));
        if lease_for <= busy_for {
            return Err(GateConfigError::LeaseTooShort {
                lease_for,
                handler_timeout,
                store_timeout,
            });
        }
        Ok(Gate::from_parts(self.parts))
    }
}

impl fmt::Debug for GateBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.fmt(f)
    }
}

impl fmt::Debug for GateParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate")
            .field("test_payments", &self.test_payments)
            .field("surcharge_limit", &self.surcharge_limit)
            .field("handler_timeout", &self.tasks.limit())
            .field("lease_for", &self.lease_for)
            .field("store_timeout", &self.store_timeout)
            .field("reads_back", &self.read_back.is_some())
            .finish_non_exhaustive()
    }
}

/// What the gate does with payments whose mode is [`Test`](crate::Mode::Test).
///
/// A test payment carries a valid signature and no money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestPayments {
    /// Record it for review, acknowledge it, never deliver it. The setting for production.
    RecordForReview,
    /// Deliver it like a live one: goods for no money. Only where nothing real is sold.
    DeliverAsIfPaid,
}

/// Settings that a gate cannot work with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GateConfigError {
    /// A second delivery could start while the handler of the first still runs.
    #[error(
        "the lease ({lease_for:?}) must be longer than the handler's time limit ({handler_timeout:?}) \
         and twice the store's ({store_timeout:?}): raise lease_for, or lower handler_timeout or \
         store_timeout"
    )]
    LeaseTooShort {
        /// The lease.
        lease_for: Duration,
        /// The handler's time limit.
        handler_timeout: Duration,
        /// The store's time limit.
        store_timeout: Duration,
    },
    /// Nothing can be done in no time.
    #[error("handler_timeout, store_timeout and read_back_timeout must be longer than zero")]
    ZeroTimeout,
}
