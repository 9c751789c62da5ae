//! Refunds: what is left of an order, and what a refund takes.

use std::time::{Duration, SystemTime};

use super::State;

/// One refund, as the status inquiry lists it.
#[derive(Clone)]
pub(crate) struct Refund {
    pub(crate) at: SystemTime,
    /// What the shop asked for, in minor units.
    pub(crate) asked: u64,
    /// What the buyer gets back: more than asked when the last refund of an instalment order returns the
    /// surcharge too.
    pub(crate) returned: u64,
    /// The shop's own number.
    pub(crate) reference_no: Option<String>,
    /// The bank's number of it.
    pub(crate) bank_reference: String,
    /// The part that the sellers of a marketplace have already got, so that the store pays it.
    pub(crate) after_transfers: u64,
}

/// What a shop asks for.
pub(crate) struct RefundRequest<'a> {
    pub(crate) merchant_oid: &'a str,
    /// Minor units, above zero.
    pub(crate) amount: u64,
    pub(crate) reference_no: Option<String>,
    pub(crate) bank_reference: String,
}

/// Why a refund is refused, by the published table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RefundRefused {
    NoSuccessfulPayment,
    NotAcknowledged,
    MoreThanRemaining,
    BalanceTooLow,
    OlderThanOneYear,
}

const ONE_YEAR: Duration = Duration::from_secs(365 * 86_400);

impl State {
    /// Refunds a part or all of what is left. Asking again refunds again: PayTR knows no repetition.
    pub(crate) fn refund(
        &mut self,
        request: RefundRequest<'_>,
        now: SystemTime,
    ) -> Result<Refund, RefundRefused> {
        let unknown = RefundRefused::NoSuccessfulPayment;
        let order = self.order(request.merchant_oid).ok_or(unknown)?;
        let payment = order.payment.as_ref().ok_or(unknown)?;
        if !order.outbox.is_success_acknowledged() {
            return Err(RefundRefused::NotAcknowledged);
        }
        let age = now.duration_since(payment.at).unwrap_or_default();
        if age > ONE_YEAR {
            return Err(RefundRefused::OlderThanOneYear);
        }
        let left = payment.amount.saturating_sub(order.refunded());
        if request.amount > left {
            return Err(RefundRefused::MoreThanRemaining);
        }
        let surcharge = payment.total.saturating_sub(payment.amount);
        let moves_money = !payment.test_mode;
        let currency = payment.currency;
        let is_last = request.amount == left;
        let untransferred = self.untransferred(request.merchant_oid);
        let after_transfers = request.amount.saturating_sub(untransferred);
        if moves_money && i128::from(request.amount) > self.balance(currency, now) {
            return Err(RefundRefused::BalanceTooLow);
        }
        let refund = Refund {
            at: now,
            asked: request.amount,
            returned: request.amount + if is_last { surcharge } else { 0 },
            reference_no: request.reference_no,
            bank_reference: request.bank_reference,
            after_transfers,
        };
        let order = self.order_mut(request.merchant_oid).ok_or(unknown)?;
        order.refunds.push(refund.clone());
        Ok(refund)
    }
}
