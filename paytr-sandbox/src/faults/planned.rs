use std::num::NonZeroU32;

use super::fault::Fault;

/// A fault, and when it happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedFault {
    pub(super) fault: Fault,
    pub(super) order: Option<OrderChoice>,
    pub(super) notification: Option<NonZeroU32>,
    pub(super) attempt: NonZeroU32,
    pub(super) request: Option<NonZeroU32>,
}

/// Which orders a fault is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum OrderChoice {
    /// The first, second, … that a page was asked for.
    Number(NonZeroU32),
    Id(String),
}

/// One attempt to deliver a notification, as faults are planned for it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Occasion<'a> {
    /// The order id, or what else the notification is about.
    pub(crate) subject: &'a str,
    /// The order's place in the sequence of orders, from 1; `None` for what is no order.
    pub(crate) order: Option<u32>,
    /// Its place among the notifications of the order, from 0.
    pub(crate) notification: usize,
    /// How many attempts it had.
    pub(crate) earlier_attempts: usize,
    pub(crate) is_success: bool,
}

impl PlannedFault {
    /// A fault in the first attempt to deliver any notification; [`Fault::SlowAnswer`]: in any request.
    #[must_use]
    pub fn new(fault: Fault) -> Self {
        Self {
            fault,
            order: None,
            notification: None,
            attempt: NonZeroU32::MIN,
            request: None,
        }
    }

    /// Only for the order with this id.
    #[must_use]
    pub fn order(mut self, merchant_oid: impl Into<String>) -> Self {
        self.order = Some(OrderChoice::Id(merchant_oid.into()));
        self
    }

    /// Only for the first, second, … order that a page is asked for.
    #[must_use]
    pub fn order_number(mut self, number: NonZeroU32) -> Self {
        self.order = Some(OrderChoice::Number(number));
        self
    }

    /// Only for the first, second, … notification of an order.
    #[must_use]
    pub fn notification(mut self, number: NonZeroU32) -> Self {
        self.notification = Some(number);
        self
    }

    /// In the first, second, … attempt to deliver a notification.
    #[must_use]
    pub fn attempt(mut self, number: NonZeroU32) -> Self {
        self.attempt = number;
        self
    }

    /// For [`Fault::SlowAnswer`]: only in the first, second, … request that reaches an endpoint.
    #[must_use]
    pub fn request(mut self, number: NonZeroU32) -> Self {
        self.request = Some(number);
        self
    }

    /// What goes wrong.
    #[must_use]
    pub fn fault(&self) -> Fault {
        self.fault
    }

    pub(super) fn happens_at(&self, occasion: Occasion<'_>, round: Option<NonZeroU32>) -> bool {
        if matches!(self.fault, Fault::SlowAnswer { .. }) {
            return false;
        }
        let is_order = match &self.order {
            None => true,
            Some(OrderChoice::Id(id)) => id == occasion.subject,
            Some(OrderChoice::Number(number)) => occasion
                .order
                .is_some_and(|order| in_round(order, round) == number.get()),
        };
        let notification = self.notification.map(|number| number.get() as usize);
        is_order
            && notification.is_none_or(|number| number == occasion.notification + 1)
            && self.attempt.get() as usize == occasion.earlier_attempts + 1
            && (occasion.is_success || !self.fault.kind().concerns_successes_only())
    }

    pub(super) fn happens_in_request(&self, number: u32, round: Option<NonZeroU32>) -> bool {
        let wanted = self.request.map(NonZeroU32::get);
        matches!(self.fault, Fault::SlowAnswer { .. })
            && wanted.is_none_or(|wanted| wanted == in_round(number, round))
    }
}

/// 1 to the length of a round, again and again.
fn in_round(number: u32, round: Option<NonZeroU32>) -> u32 {
    match (number.checked_sub(1), round) {
        (Some(index), Some(round)) => index % round + 1,
        _ => number,
    }
}
