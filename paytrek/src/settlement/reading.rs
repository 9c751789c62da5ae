use std::time::{Duration, SystemTime};

use paid_once::Money;

use super::ReturnTokenError;
use crate::api::Sale;
use crate::{OrderId, SaleStatus, SaleToken};

/// How long after its expiry an unpaid sale may still turn out paid: a 3-D Secure step begun in time.
const GRACE: Duration = Duration::from_mins(15);

/// What the status `Authorized` stands for. The documentation lists it among the successes and does not say
/// whether the money moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenAuthorized {
    /// The money is held. Nothing is handed out.
    Hold,
    /// The money moved. For merchants who know that it does on their account.
    TreatAsPaid,
}

/// What a sale says about one order. The comparison with what the order costs is the gate's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "only a paid sale may go to the gate"]
pub enum Reading {
    /// It is paid, and nothing went back.
    Paid(Money),
    /// The money is held.
    Held,
    /// It is not paid, and may be.
    NotPaid,
    /// It is not paid, and its time is over.
    Expired,
    /// It is paid, and money went back before it was settled.
    RefundedBefore(Money),
    /// It is not the sale of this order, or does not say what it must.
    Rejected(Rejection),
}

/// Why something was not even compared with what the order costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// The shop opened no such order.
    #[error("the order is unknown")]
    UnknownOrder,
    /// The order has no sale yet.
    #[error("the order has no sale")]
    NoSale,
    /// The buyer's browser brought no token.
    #[error(transparent)]
    ReturnToken(#[from] ReturnTokenError),
    /// The buyer's browser brought the token of another sale.
    #[error("the token is not the one of the order")]
    OtherToken,
    /// The sale belongs to another order.
    #[error("the sale is of another order")]
    OtherOrder,
    /// The sale's amount is zero.
    #[error("the sale has no amount")]
    NoAmount,
    /// The sale does not say whether anything was refunded.
    #[error("the sale does not say what was refunded")]
    RefundUnknown,
    /// The plan's amount or currency is not the one that the plan was made with.
    #[error("the plan has another amount or currency")]
    OtherAmount,
}

impl Reading {
    /// Reads a sale that should be the one behind `token`, for `order`.
    pub fn of(
        sale: &Sale,
        order: &OrderId,
        token: &SaleToken,
        when_authorized: WhenAuthorized,
    ) -> Self {
        if sale.sale_token != *token {
            return Self::Rejected(Rejection::OtherToken);
        }
        if sale.order_id != order.as_str() {
            return Self::Rejected(Rejection::OtherOrder);
        }
        match (&sale.status, when_authorized) {
            (SaleStatus::Paid | SaleStatus::ReadyToSend, _)
            | (SaleStatus::Authorized, WhenAuthorized::TreatAsPaid) => Self::of_paid(sale),
            (SaleStatus::PreAuthorized | SaleStatus::Authorized, _) => Self::Held,
            (SaleStatus::Created | SaleStatus::Declined, _) if is_over(sale) => Self::Expired,
            // An unknown status is no failure: only a person knows what it means.
            _ => Self::NotPaid,
        }
    }

    fn of_paid(sale: &Sale) -> Self {
        match sale.refunded_amount {
            _ if sale.amount.minor_units() == 0 => Self::Rejected(Rejection::NoAmount),
            None => Self::Rejected(Rejection::RefundUnknown),
            Some(refunded) if refunded.minor_units() > 0 => Self::RefundedBefore(sale.amount),
            Some(_) => Self::Paid(sale.amount),
        }
    }
}

/// By Paytrek's own clock where the answer has it: the shop's may be wrong.
fn is_over(sale: &Sale) -> bool {
    let now = sale.sys_time.unwrap_or_else(SystemTime::now);
    let end = sale.expires_at.and_then(|end| end.checked_add(GRACE));
    end.is_some_and(|end| now > end)
}
