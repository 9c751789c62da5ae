//! What a test does to an order, from Rust or over HTTP.

use super::bank::{Tried, refund};
use super::book::announce;
use super::server::Shared;
use super::{Edit, FakeActionError, TestCard};
use crate::settlement::Event;

/// What the cardholder tells the bank, when it asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BankSays {
    Yes,
    No,
}

impl Shared {
    /// Pays on an order's page, the bank's page included.
    pub(super) fn pay(
        self: &std::sync::Arc<Self>,
        order: &str,
        card: TestCard,
        bank: BankSays,
    ) -> Result<(), FakeActionError> {
        {
            let mut book = self.book();
            let known = book
                .order_by_id(order)
                .ok_or(FakeActionError::UnknownOrder)?;
            if known.session.is_none() || !known.is_open() {
                return Err(FakeActionError::NoPage);
            }
            let (terminal, id) = (known.terminal.clone(), known.id.clone());
            let tried = book.try_card(&terminal, &id, card.number(), Some(TestCard::CODE));
            if let Tried::Challenge(md) = tried {
                book.attempts.retain(|attempt| attempt.md != md);
                book.ended(&terminal, &id, Some(bank == BankSays::Yes));
            }
        }
        self.announce();
        Ok(())
    }

    /// Changes something about an order behind the shop's back.
    pub(super) fn edit(&self, order: &str, edit: Edit) -> Result<(), FakeActionError> {
        let mut book = self.book();
        let order = book
            .order_by_id(order)
            .ok_or(FakeActionError::UnknownOrder)?;
        match edit {
            Edit::State(state) => order.state = state,
            Edit::Amount(amount) => order.amount = amount,
            Edit::MerchantContract(name) => order.contract = Some(name),
            Edit::Forwarded => order.forwarded = true,
            Edit::AnswersAs(id) => order.answers_as = Some(id),
            Edit::RefundedPart(amount) => {
                refund(order, Some(amount)).map_err(|_| FakeActionError::NotRefundable)?;
            }
        }
        Ok(())
    }

    /// Sends a notification about an order once more, or one that never was true.
    pub(super) fn notify(
        self: &std::sync::Arc<Self>,
        order: &str,
        event: Event,
    ) -> Result<(), FakeActionError> {
        {
            let mut book = self.book();
            let order = book
                .order_by_id(order)
                .ok_or(FakeActionError::UnknownOrder)?;
            let told = announce(order, event, "NONE");
            book.outbox.push(told);
        }
        self.announce();
        Ok(())
    }
}
