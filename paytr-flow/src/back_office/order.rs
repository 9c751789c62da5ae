//! One order: how it stands, what happened to it, and its refunds.

use askama::Template;
use paytr_core::paid_once::back_office::OrderLife;
use paytr_core::paid_once::refund::{RefundRecord, RefundState};
use paytr_core::paid_once::{OrderKey, ReviewFilter};
use paytr_core::{Money, OrderState};

use super::page::{Fact, Frame, respond};
use super::route::Route;
use super::timeline::Event;
use super::trouble::Trouble;
use super::visit::{Answer, Visit};

/// Most reviews of an order on its page.
const MOST_REVIEWS: u32 = 100;

#[derive(Template)]
#[template(path = "back_office/order.html")]
struct OrderPage<'a> {
    frame: Frame<'a>,
    order_id: &'a str,
    facts: Vec<Fact>,
    timeline: Vec<Event>,
    is_ours: bool,
    refund_action: Option<String>,
    language_field: bool,
}

/// What was paid with an order, and what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Balance {
    pub(super) paid: Money,
    /// What went back.
    pub(super) refunded: u64,
    /// What is reserved for refunds of unknown outcome.
    pub(super) undecided: u64,
}

impl Balance {
    pub(super) fn new(paid: Money, refunds: &[RefundRecord]) -> Self {
        let sum = |state| {
            let of_state = refunds.iter().filter(|refund| refund.state == state);
            let amounts = of_state.map(|refund| refund.amount.minor_units());
            amounts.fold(0, u64::saturating_add)
        };
        Self {
            paid,
            refunded: sum(RefundState::Executed),
            undecided: sum(RefundState::Reserved),
        }
    }

    /// What can still be refunded.
    pub(super) fn left(&self) -> Money {
        let gone = self.refunded.saturating_add(self.undecided);
        self.of_order(self.paid.minor_units().saturating_sub(gone))
    }

    fn of_order(&self, minor_units: u64) -> Money {
        Money::new(minor_units, self.paid.currency())
    }
}

impl Visit<'_> {
    pub(super) async fn order(&self, order_id: &str) -> Answer {
        let order = self.order_key(order_id)?;
        let ledger = &self.parts().ledger;
        let life = self.life(&order).await?;
        let reviews = ReviewFilter::of_order(order.clone());
        let reviews = ledger.reviews(&reviews, MOST_REVIEWS).await?;
        let refunds = ledger.refunds(&order).await?;
        let is_ours = self.is_ours(&order);
        let is_paid = matches!(life.record.state, OrderState::Paid { .. });
        let refund = Route::Refund(order_id.to_owned());
        let page = OrderPage {
            frame: Frame::new(self, &Route::Orders),
            order_id: order.order_id(),
            facts: self.life_facts(&life, &refunds),
            timeline: self.timeline(&life, &reviews, &refunds),
            is_ours,
            refund_action: (is_ours && is_paid).then(|| self.path_of(&refund)),
            language_field: self.query("lang").is_some(),
        };
        Ok(respond(200, &page, &page.frame))
    }

    pub(super) async fn life(&self, order: &OrderKey) -> Result<OrderLife, Trouble> {
        let life = self.parts().ledger.life(order).await?;
        life.ok_or(Trouble::NotFound)
    }

    fn life_facts(&self, life: &OrderLife, refunds: &[RefundRecord]) -> Vec<Fact> {
        let (words, record) = (self.words(), &life.record);
        let mut facts = self.order_facts(&record.order);
        facts.push(Fact::new(words.state, self.state_text(&record.state)));
        if let Some(price) = record.expected.amount() {
            facts.push(Fact::new(words.price, self.amount(price)));
        }
        if let Some(paid) = record.state.paid_total() {
            facts.extend(self.balance_facts(&Balance::new(paid, refunds)));
        }
        facts.push(Fact::new(words.mode, words.mode(record.mode)));
        let times = |count: String| format!("{count} {}", words.times);
        facts.push(Fact::new(words.attempts, times(life.attempts.to_string())));
        if life.unsettled > 0 {
            facts.push(Fact::new(words.unsettled, life.unsettled.to_string()));
        }
        facts.push(Fact::new(
            words.inquiries,
            times(life.inquiries.to_string()),
        ));
        facts
    }

    /// What was paid, what went back, what is left.
    pub(super) fn balance_facts(&self, balance: &Balance) -> Vec<Fact> {
        let words = self.words();
        let amount = |minor_units| self.amount(balance.of_order(minor_units));
        let mut facts = vec![
            Fact::new(words.paid_total, self.amount(balance.paid)),
            Fact::new(words.refunded, amount(balance.refunded)),
        ];
        if balance.undecided > 0 {
            let undecided = amount(balance.undecided);
            facts.push(Fact::new(words.refunds_undecided, undecided));
        }
        facts.push(Fact::new(words.left, self.amount(balance.left())));
        facts
    }
}
