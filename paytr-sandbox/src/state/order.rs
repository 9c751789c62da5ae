//! An order with its payment, and its refunds: what is left of it, and what a refund takes.

use std::time::{Duration, SystemTime};

use super::State;
use super::outbox::Outbox;
use crate::{FailedReason, TestCard, amounts};

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
        surcharge.saturating_add(amounts::commission(self.amount))
    }

    /// What the store gets: nothing of a test payment, which moves no money.
    pub(crate) fn net(&self) -> u64 {
        if self.test_mode {
            return 0;
        }
        self.total.saturating_sub(self.deduction())
    }

    /// The deduction in percent of the total, with two places, rounded half up: from the fee itself, not
    /// from the sum that was rounded to the kuruş.
    pub(crate) fn deduction_rate(&self) -> String {
        if self.test_mode {
            return "0.00".to_owned();
        }
        let total = u128::from(self.total.max(1));
        let surcharge = u128::from(self.total.saturating_sub(self.amount)) * 10_000;
        let fee = surcharge + u128::from(self.amount) * amounts::COMMISSION_BASIS_POINTS;
        let basis_points = (fee + total / 2) / total;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_rounded_from_the_fee() {
        for (amount, total, rate) in [
            // 1.03 of 34.56 would be 2.98, and 0.03 of 1.00 would be 3.00.
            (3_456, 3_456, "2.99"),
            (100, 100, "2.99"),
            (16, 16, "2.99"),
            // 1.56 and 1.033344 of 36.12.
            (3_456, 3_612, "7.18"),
            (10_000, 11_800, "17.79"),
        ] {
            let payment = PaidPayment {
                at: SystemTime::UNIX_EPOCH,
                total,
                installments: 1,
                card: None,
                payment_type: "card",
                amount,
                currency: "TL",
                test_mode: false,
            };
            assert_eq!(payment.deduction_rate(), rate, "{amount} {total}");
            let test = PaidPayment {
                test_mode: true,
                ..payment
            };
            assert_eq!(test.deduction_rate(), "0.00");
        }
    }
}
