use std::time::Duration;

/// How many purchases may be started in a time: the setting of
/// [`pay_limit_per_buyer`](crate::PurchaseFlowBuilder::pay_limit_per_buyer) and
/// [`pay_limit_in_all`](crate::PurchaseFlowBuilder::pay_limit_in_all).
///
/// So many may come at once; from then on one more becomes possible after each equal share of the time.
///
/// ```
/// use std::time::Duration;
/// use paytr_flow::PayLimit;
///
/// // Ten at once, and one more every three seconds.
/// let limit = PayLimit::new(20, Duration::from_mins(1)).at_once(10);
/// # let _ = limit;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PayLimit(pub(crate) Option<Rate>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rate {
    pub(crate) count: u32,
    pub(crate) per: Duration,
    pub(crate) at_once: u32,
}

impl PayLimit {
    /// No limit.
    pub const NONE: Self = Self(None);

    /// `count` purchases in each `per`, and as many at once. `count` is 1 to 100 000, `per` is 1 ms to a day.
    #[must_use]
    pub const fn new(count: u32, per: Duration) -> Self {
        Self(Some(Rate {
            count,
            per,
            at_once: count,
        }))
    }

    /// The same rate, with another number of purchases that may come at once: 1 to 100 000.
    #[must_use]
    pub const fn at_once(self, at_once: u32) -> Self {
        match self.0 {
            Some(rate) => Self(Some(Rate { at_once, ..rate })),
            None => self,
        }
    }
}
