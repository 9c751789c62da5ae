//! What a card does to an order.

use super::book::{Attempt, Attempted, Book, Order, Stage, announce};
use super::cards::{Acts, Step, TestCard};
use super::wire::Xml;
use crate::settlement::Event;
use crate::states::State;
use crate::values::random_guid;

/// What became of a card.
pub(super) enum Tried {
    Accepted,
    Declined(&'static str),
    /// The key of the attempt.
    Challenge(String),
}

impl Book {
    /// Tries a card for an order that is open. `code` is the security code, if there was one.
    pub(super) fn try_card(
        &mut self,
        terminal: &str,
        id: &str,
        number: &str,
        code: Option<&str>,
    ) -> Tried {
        let Some(card) = TestCard::find(number) else {
            return self.decline(terminal, id, "WRONG_PAN");
        };
        if code.is_some_and(|code| code != TestCard::CODE) {
            return self.decline(terminal, id, "WRONG_CVV");
        }
        if let Some(order) = self.order(terminal, id) {
            order.card = Some(card);
        }
        match card.acts {
            Acts::Declines(code) => self.decline(terminal, id, code),
            Acts::Fails(Step::Block) => self.decline(terminal, id, "PROCESSING_ERROR"),
            Acts::Authenticates if code.is_some() => {
                if let Some(order) = self.order(terminal, id) {
                    order.state = State::PreAuthorized3ds;
                }
                Tried::Challenge(self.challenge(Attempted::Payment {
                    terminal: terminal.to_owned(),
                    order: id.to_owned(),
                }))
            }
            _ => {
                self.accept(terminal, id);
                Tried::Accepted
            }
        }
    }

    /// The money is taken or held, and whoever wants to know is told.
    pub(super) fn accept(&mut self, terminal: &str, id: &str) {
        let Some(order) = self.order(terminal, id) else {
            return;
        };
        let (state, event) = match order.stage {
            Stage::Pay => (State::Charged, Event::EnginePaySuccess),
            Stage::Block => (State::Authorized, Event::EngineBlockSuccess),
        };
        order.state = state;
        let second = match (order.stage, order.interface) {
            (Stage::Pay, crate::Interface::InPay) => Some(Event::MerchantPay),
            (Stage::Pay, crate::Interface::EWallet) => Some(Event::CustomerPaySuccess),
            _ => None,
        };
        let mut told = vec![announce(order, event, "NONE")];
        told.extend(second.map(|event| announce(order, event, "NONE")));
        self.outbox.extend(told);
    }

    pub(super) fn decline(&mut self, terminal: &str, id: &str, code: &'static str) -> Tried {
        if let Some(order) = self.order(terminal, id) {
            order.state = State::Rejected;
            let event = match order.stage {
                Stage::Pay => Event::EnginePayFail,
                Stage::Block => Event::EngineBlockFail,
            };
            let told = announce(order, event, code);
            self.outbox.push(told);
        }
        Tried::Declined(code)
    }

    /// Begins a 3-D Secure attempt.
    pub(super) fn challenge(&mut self, what: Attempted) -> String {
        let md = random_guid();
        self.attempts.push(Attempt {
            md: md.clone(),
            pa_req: format!("{}+/=", random_guid()),
            yes: format!("{}+/=", random_guid()),
            no: format!("{}+/=", random_guid()),
            what,
        });
        md
    }

    /// The answer that sends the browser to the bank.
    pub(super) fn challenge_answer(&self, command: &str, md: &str) -> Xml {
        let attempt = self.attempts.iter().find(|attempt| attempt.md == md);
        let pa_req = attempt.map(|attempt| &*attempt.pa_req).unwrap_or_default();
        Xml::three_ds(command)
            .with("ACSUrl", format!("{}/acs", self.base_url))
            .with("PaReq", pa_req)
            .with("ThreeDSKey", md)
    }

    /// Ends an attempt with the bank's word. `None`: no such attempt, or it is over.
    pub(super) fn end_attempt(
        &mut self,
        pa_res: &str,
        is_it: impl Fn(&Attempt) -> bool,
    ) -> Option<(Attempted, bool)> {
        let index = self.attempts.iter().position(is_it)?;
        let attempt = self.attempts.get(index)?;
        if pa_res != attempt.yes && pa_res != attempt.no {
            return None;
        }
        let attempt = self.attempts.remove(index);
        Some((attempt.what, pa_res == attempt.yes))
    }
}

/// What is left after a refund, or the code that refuses it.
pub(super) fn refund(order: &mut Order, amount: Option<u64>) -> Result<u64, &'static str> {
    if order.state != State::Charged {
        return Err("ILLEGAL_ORDER_STATE");
    }
    let left = order
        .amount
        .checked_sub(amount.unwrap_or(order.amount))
        .ok_or("AMOUNT_ERROR")?;
    if left == 0 {
        // A whole refund keeps the amount and changes the state.
        order.state = State::Refunded;
    } else {
        order.amount = left;
    }
    Ok(left)
}
