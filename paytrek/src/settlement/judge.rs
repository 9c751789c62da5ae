use std::time::{Duration, SystemTime};

use paid_once::inquiry::Answer;
use paid_once::{FailureReason, OrderKey, Payment, ReviewReason};

use super::SaleInquiry;
use crate::api::Sale;
use crate::{SaleStatus, SaleToken};

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

impl SaleInquiry {
    /// What a sale, which should be the one behind `token`, says about settling an order. The comparison
    /// with what the order costs is the gate's.
    pub(super) fn judge(
        &self,
        key: &OrderKey,
        token: &SaleToken,
        sale: &Sale,
        when_authorized: WhenAuthorized,
    ) -> Answer {
        if sale.sale_token != *token || sale.order_id != key.order_id() {
            tracing::warn!("Paytrek described a sale of another order");
            return Answer::Unavailable;
        }
        match (&sale.status, when_authorized) {
            (SaleStatus::Paid | SaleStatus::ReadyToSend, _)
            | (SaleStatus::Authorized, WhenAuthorized::TreatAsPaid) => {
                let payment = self.payment(key, sale.amount);
                let nothing_went_back = sale
                    .refunded_amount
                    .is_some_and(|refunded| refunded.minor_units() == 0);
                if sale.amount.minor_units() == 0 {
                    Answer::Review(payment, ReviewReason::AmountMismatch)
                } else if nothing_went_back {
                    Answer::Paid(vec![payment])
                } else {
                    Answer::Review(payment, ReviewReason::RefundedBefore)
                }
            }
            (SaleStatus::Created | SaleStatus::Declined, _) if is_over(sale) => {
                Answer::Failed(reason(sale))
            }
            (SaleStatus::Other(status), _) => {
                // Only a person knows what it means. It is no failure.
                tracing::warn!(%status, "a sale has an unknown status");
                Answer::NotYet
            }
            (SaleStatus::Authorized | SaleStatus::PreAuthorized, _) => Answer::StaysOpen,
            _ => Answer::NotYet,
        }
    }

    /// A payment by this host: money of the sandbox is test money.
    pub(super) fn payment(&self, key: &OrderKey, total: paid_once::Money) -> Payment {
        Payment::paid(key.clone(), total).with_mode(self.client().host().mode())
    }
}

/// By Paytrek's own clock where the answer has it: the shop's may be wrong.
fn is_over(sale: &Sale) -> bool {
    let now = sale.sys_time.unwrap_or_else(SystemTime::now);
    let end = sale.expires_at.and_then(|end| end.checked_add(GRACE));
    end.is_some_and(|end| now > end)
}

/// What the last try said.
fn reason(sale: &Sale) -> FailureReason {
    let last = sale.transactions.last();
    let error = last.and_then(|transaction| transaction.paytrek_error.as_ref());
    FailureReason {
        code: error
            .and_then(|error| error.code.as_ref())
            .filter(|code| code.is_shown())
            .map(ToString::to_string),
        message: error.and_then(|error| error.customer_message.clone()),
    }
}
