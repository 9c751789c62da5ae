//! What a buyer can do, and what follows from it. The pages, the control API and the library all come
//! through here.

use std::time::SystemTime;

use super::{CardChoice, Order, Page, PaidPayment, State, Step, announcement};
use crate::payment_request::BANKS;
use crate::{ActionError, EftOutcome, FailedReason, TestCard};

/// The code that the sandbox's bank sends to the phone.
pub(crate) const THREE_D_SECURE_CODE: &str = "123456";

impl State {
    /// Pays with a card: a declined one fails at once, any other is asked for the code.
    pub(crate) fn choose_card(
        &mut self,
        token: &str,
        choice: CardChoice,
        now: SystemTime,
    ) -> Result<(), ActionError> {
        let (page, _) = self.open_page(token)?;
        if !page.is_card() {
            return Err(ActionError::OtherMethod);
        }
        if !(1..=page.request.max_installments()).contains(&choice.installments) {
            return Err(ActionError::Installments);
        }
        let detailed = page.request.debug_on;
        match choice.card.failed_reason() {
            None => page.step = Step::ThreeDSecure(choice),
            Some(FailedReason::INTEGRATION_FAULT) if detailed => {
                return self.decline(token, FailedReason::INTEGRATION_DETAIL, now);
            }
            Some(reason) => return self.decline(token, reason, now),
        }
        Ok(())
    }

    /// Types the code: the right one pays, any other fails with code 2.
    pub(crate) fn type_code(
        &mut self,
        token: &str,
        code: &str,
        now: SystemTime,
    ) -> Result<(), ActionError> {
        let choice = self.three_d_secure(token)?;
        if code.trim() != THREE_D_SECURE_CODE {
            return self.decline(token, FailedReason::WRONG_PASSWORD, now);
        }
        let (page, _) = self.open_page(token)?;
        let (total, installments) = (page.total(choice), choice.installments);
        self.succeed(token, total, installments, Some(choice.card), now)
    }

    /// Gives up before the code was typed: code 1.
    pub(crate) fn cancel_code(&mut self, token: &str, now: SystemTime) -> Result<(), ActionError> {
        self.three_d_secure(token)?;
        self.decline(token, FailedReason::NOT_AUTHENTICATED, now)
    }

    /// Leaves the page: code 6.
    pub(crate) fn leave(&mut self, token: &str, now: SystemTime) -> Result<(), ActionError> {
        self.close(token, Step::Left, now)
    }

    /// The time limit of the page passed: code 6. Nothing happens to a page that is not open.
    pub(crate) fn expire(&mut self, token: &str, now: SystemTime) -> Result<(), ActionError> {
        self.close(token, Step::Expired, now)
    }

    /// Says that a transfer was made.
    pub(crate) fn send_notice(&mut self, token: &str, bank: &str) -> Result<(), ActionError> {
        let (page, _) = self.open_page(token)?;
        if page.is_card() {
            return Err(ActionError::OtherMethod);
        }
        if !BANKS.iter().any(|(code, _)| *code == bank) {
            return Err(ActionError::UnknownBank);
        }
        page.step = Step::NoticeSent;
        page.declined = None;
        Ok(())
    }

    /// Decides what became of the transfer.
    pub(crate) fn decide_transfer(
        &mut self,
        token: &str,
        outcome: EftOutcome,
        now: SystemTime,
    ) -> Result<(), ActionError> {
        let (page, _) = self.open_page(token)?;
        if page.is_card() {
            return Err(ActionError::OtherMethod);
        }
        let amount = page.request.amount;
        match outcome.failed_reason() {
            Some(reason) => self.decline(token, reason, now),
            None => self.succeed(token, amount, 1, None, now),
        }
    }

    /// The page, if it still takes a payment, and its order.
    fn open_page(&mut self, token: &str) -> Result<(&mut Page, &mut Order), ActionError> {
        let page = self.pages.get_mut(token).ok_or(ActionError::UnknownOrder)?;
        let order = self.orders.get_mut(&page.request.merchant_oid);
        let order = order.ok_or(ActionError::UnknownOrder)?;
        if order.payment.is_some() {
            return Err(ActionError::AlreadyPaid);
        }
        if !page.is_open() {
            return Err(ActionError::PageClosed);
        }
        Ok((page, order))
    }

    fn three_d_secure(&mut self, token: &str) -> Result<CardChoice, ActionError> {
        match self.open_page(token)?.0.step {
            Step::ThreeDSecure(choice) => Ok(choice),
            _ => Err(ActionError::NoCodeAskedFor),
        }
    }

    /// Fails this try; the buyer may try again on the same page.
    fn decline(
        &mut self,
        token: &str,
        reason: FailedReason,
        now: SystemTime,
    ) -> Result<(), ActionError> {
        let credentials = self.credentials.clone();
        let (page, order) = self.open_page(token)?;
        page.step = Step::Form;
        page.declined = Some(reason);
        order.failure = Some(reason);
        let body = announcement::failed(&page.request, reason, &credentials);
        order.outbox.push(false, body, now);
        Ok(())
    }

    fn close(&mut self, token: &str, step: Step, now: SystemTime) -> Result<(), ActionError> {
        self.decline(token, FailedReason::LEFT, now)?;
        if let Some(page) = self.pages.get_mut(token) {
            page.step = step;
        }
        Ok(())
    }

    fn succeed(
        &mut self,
        token: &str,
        total: u64,
        installments: u8,
        card: Option<TestCard>,
        now: SystemTime,
    ) -> Result<(), ActionError> {
        let credentials = self.credentials.clone();
        let (page, order) = self.open_page(token)?;
        let payment = PaidPayment {
            at: now,
            total,
            installments,
            card,
            amount: page.request.amount,
            currency: page.request.currency,
            test_mode: page.request.test_mode,
        };
        let body = announcement::success(&page.request, &payment, &credentials);
        order.outbox.push(true, body, now);
        order.payment = Some(payment);
        order.failure = None;
        // Other pages of the same order have nothing left to take.
        for token in order.pages.clone() {
            if let Some(page) = self.pages.get_mut(&token).filter(|page| page.is_open()) {
                page.step = Step::Paid;
            }
        }
        Ok(())
    }
}
