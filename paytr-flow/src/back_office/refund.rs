//! A refund of an order: asked, confirmed, reserved, sent.

use paytr_core::amount::money_from_major;
use paytr_core::api::{ReferenceNo, Refund};
use paytr_core::client::{PaytrError, RefundError, ReservedBy};
use paytr_core::errors::RefundFailure;
use paytr_core::paid_once::OrderKey;
use paytr_core::{MerchantOid, Money, OrderState};

use super::order::Balance;
use super::page::{Confirmation, Fact};
use super::request::Fields;
use super::review::SentRefund;
use super::route::Route;
use super::trouble::Trouble;
use super::visit::{Answer, Visit};
use super::words::either;

impl Visit<'_> {
    /// The page that says what is about to be refunded. Its form carries the reference.
    pub(super) async fn confirm_refund(&self, order_id: &str) -> Answer {
        let route = Route::Refund(order_id.to_owned());
        let Some(amount) = self.query("amount") else {
            return Ok(self.go_to(&route.back(), &[]));
        };
        let order = self.order_key(order_id)?;
        let balance = self.balance(&order).await?;
        let amount = read_amount(amount, balance.paid)?;
        let left = balance.left();
        if amount.minor_units() > left.minor_units() {
            return Err(Trouble::Exceeds(self.amount(left)));
        }
        let words = self.words();
        let sent = SentRefund::new(amount);
        let mut facts = self.order_facts(&order);
        facts.extend(self.balance_facts(&balance));
        facts.push(Fact::new(words.amount, self.amount(amount)));
        facts.push(Fact::new(words.reference, sent.reference.to_string()));
        let step = Confirmation {
            heading: words.refund_check,
            facts,
            warning: words.refund_warning,
            button: words.refund,
            action: self.link(&route, &[]),
            purpose: sent.purpose_at(&route),
            hidden: sent.fields(),
            has_note: false,
            back: self.link(&route.back(), &[]),
        };
        Ok(self.confirm_page(&Route::Orders, step))
    }

    pub(super) async fn refund(&self, order_id: &str, form: &Fields) -> Answer {
        let route = Route::Refund(order_id.to_owned());
        let sent = SentRefund::read(form)?;
        self.take_token(form, &sent.purpose_at(&route))?;
        let order = self.order_key(order_id)?;
        if sent.amount.minor_units() == 0 {
            return Err(Trouble::Amount);
        }
        self.send_refund(&order, sent.amount, sent.reference)
            .await?;
        Ok(self.go_to(&route.back(), &[]))
    }

    /// What was paid with an order that can be refunded, and what went back.
    async fn balance(&self, order: &OrderKey) -> Result<Balance, Trouble> {
        if !self.is_ours(order) {
            return Err(Trouble::NotHere);
        }
        let life = self.life(order).await?;
        let OrderState::Paid { total, .. } = life.record.state else {
            return Err(Trouble::NotPaid);
        };
        let refunds = self.parts().ledger.refunds(order).await?;
        Ok(Balance::new(total, &refunds))
    }

    /// Reserves the amount, sends the refund once, and writes down what became of it.
    pub(super) async fn send_refund(
        &self,
        order: &OrderKey,
        amount: Money,
        reference: ReferenceNo,
    ) -> Result<(), Trouble> {
        let parts = self.parts();
        let oid = MerchantOid::new(order.order_id()).ok();
        let oid = oid
            .filter(|_| self.is_ours(order))
            .ok_or(Trouble::NotHere)?;
        let refund = Refund::new(oid, amount).reference(reference);
        let by = ReservedBy::new(self.operator().name());
        let client = parts.flow.parts().client.clone();
        let ledger = parts.ledger.clone();
        // A browser that hangs up must not leave a refund half done.
        let task = async move { client.refund_reserved_as(&*ledger, &refund, &by).await };
        let done = parts.flow.gate().gate().detach(task).await;
        match done {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(self.refund_trouble(error)),
            Err(_) => Err(Trouble::UnknownOutcome),
        }
    }

    fn refund_trouble(&self, error: RefundError) -> Trouble {
        match error {
            RefundError::Exceeds { left, .. } => Trouble::Exceeds(self.amount(left)),
            RefundError::ReferenceUsed => Trouble::SameRefund,
            RefundError::NotPaid => Trouble::NotPaid,
            RefundError::UnknownOrder => Trouble::NotFound,
            RefundError::Ledger(error) => error.into(),
            RefundError::NotRefunded(error) => {
                tracing::warn!(
                    kind = error.as_str(),
                    "a refund of the back office was not executed"
                );
                Trouble::Refused(self.refusal(&error))
            }
            _ => {
                tracing::warn!("the outcome of a refund of the back office is unknown");
                Trouble::UnknownOutcome
            }
        }
    }

    /// PayTR's code, and what it means.
    fn refusal(&self, error: &PaytrError) -> Option<String> {
        let PaytrError::Refused(refusal) = error else {
            return None;
        };
        let code = refusal.code.as_deref()?;
        let failure = RefundFailure::from_code(code);
        let meaning = either(self.language(), failure.turkish(), failure.english());
        Some(match meaning {
            Some(meaning) => format!("{code}: {meaning}"),
            None => code.to_owned(),
        })
    }
}

/// An amount that a person wrote, in the currency of the order.
fn read_amount(text: &str, paid: Money) -> Result<Money, Trouble> {
    let amount = money_from_major(text, paid.currency()).ok();
    let amount = amount.filter(|amount| amount.minor_units() > 0);
    // The two decimals of the text are minor units only where the currency has two.
    let has_two = paid.currency().minor_unit_digits() == 2;
    amount.filter(|_| has_two).ok_or(Trouble::Amount)
}

#[cfg(test)]
mod tests {
    use paytr_core::Currency;

    use super::*;

    #[test]
    fn amounts_are_read_exactly_in_both_spellings() {
        let paid = Money::new(1_000_000, Currency::TRY);
        for (text, minor_units) in [
            ("12,34", 1_234),
            ("12.34", 1_234),
            ("12", 1_200),
            ("12,3", 1_230),
            ("0,01", 1),
            ("90071992547409.93", 9_007_199_254_740_993),
        ] {
            let read = read_amount(text, paid).ok();
            assert_eq!(read, Some(Money::new(minor_units, Currency::TRY)), "{text}");
        }
        for wrong in [
            "", "0", "0,00", "-1", "1.234,56", "1,234", "1e3", "12 TL", "NaN",
        ] {
            assert!(read_amount(wrong, paid).is_err(), "{wrong}");
        }
        let yen = Money::new(100, "JPY".parse().unwrap());
        assert!(read_amount("12", yen).is_err());
    }
}
