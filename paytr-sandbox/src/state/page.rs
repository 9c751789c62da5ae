//! A payment page: what a buyer can do on it, and what follows from it. The pages, the control API and
//! the library all come through here.

use std::time::{Duration, SystemTime};

use super::announcement::{self, Announcement, Notice, Teller};
use super::{Order, Outbox, PaidPayment, State};
use crate::payment_request::{BANKS, Channel, Kind, PaymentRequest, Warning};
use crate::{ActionError, EftOutcome, FailedReason, TestCard};

/// One payment page: what stands behind a token.
pub(crate) struct Page {
    pub(crate) request: PaymentRequest,
    pub(crate) deadline: SystemTime,
    pub(crate) step: Step,
    /// The last decline, shown above the form.
    pub(crate) declined: Option<FailedReason>,
}

/// Where the buyer is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Before the form.
    Form,
    /// Asked for the code of the bank.
    ThreeDSecure(CardChoice),
    /// The notice of a transfer was sent.
    NoticeSent,
    Paid,
    /// The buyer left.
    Left,
    /// The time limit passed.
    Expired,
}

/// The card and the number of instalments the buyer chose.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct CardChoice {
    pub(crate) card: TestCard,
    pub(crate) installments: u8,
}

impl Page {
    pub(super) fn new(request: PaymentRequest, now: SystemTime) -> Self {
        let limit = Duration::from_secs(60).saturating_mul(request.timeout_minutes);
        Self {
            deadline: now.checked_add(limit).unwrap_or(now),
            request,
            step: Step::Form,
            declined: None,
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        matches!(
            self.step,
            Step::Form | Step::ThreeDSecure(_) | Step::NoticeSent
        )
    }

    pub(crate) fn is_card(&self) -> bool {
        matches!(self.request.kind, Kind::Card(_))
    }

    /// The path of the page behind this token.
    pub(crate) fn path(&self, token: &str) -> String {
        let folder = match (&self.request.kind, &self.request.channel) {
            (Kind::Eft(_), _) => "api",
            (Kind::Card(_), Channel::Direct(_) | Channel::BkmExpress) => "direkt",
            (Kind::Card(_), _) => "guvenli",
        };
        format!("/odeme/{folder}/{token}")
    }

    fn total(&self, choice: CardChoice) -> u64 {
        self.request.total(choice.installments)
    }
}

/// The code that the sandbox's bank sends to the phone.
pub(crate) const THREE_D_SECURE_CODE: &str = "123456";

impl State {
    /// Warns on the order of a page, once.
    pub(crate) fn warn(&mut self, token: &str, warning: Warning) {
        let page = self.pages.get_mut(token);
        let page = page.filter(|page| !page.request.warnings.contains(&warning));
        if let Some(page) = page {
            page.request.warnings.push(warning);
        }
    }

    /// Pays with a card: a declined one fails at once, any other is asked for the code.
    pub(crate) fn choose_card(
        &mut self,
        token: &str,
        choice: CardChoice,
        now: SystemTime,
    ) -> Result<(), ActionError> {
        if let Some(reason) = self.declines(token, choice, now)? {
            return self.decline(token, reason, now);
        }
        self.open_page(token)?.0.step = Step::ThreeDSecure(choice);
        Ok(())
    }

    /// Pays with a card without 3-D Secure: a declined one fails, any other pays at once.
    pub(crate) fn charge_card(
        &mut self,
        token: &str,
        choice: CardChoice,
        now: SystemTime,
    ) -> Result<(), ActionError> {
        if let Some(reason) = self.declines(token, choice, now)? {
            return self.decline(token, reason, now);
        }
        let total = self.open_page(token)?.0.total(choice);
        self.succeed(token, total, choice.installments, Some(choice.card), now)
    }

    /// Declines a try for a reason that no card has: `non3d_test_failed`.
    pub(crate) fn fail(
        &mut self,
        token: &str,
        reason: FailedReason,
        now: SystemTime,
    ) -> Result<(), ActionError> {
        self.decline(token, reason, now)
    }

    /// Pays in the app of BKM Express.
    pub(crate) fn pay_with_bkm_express(
        &mut self,
        token: &str,
        now: SystemTime,
    ) -> Result<(), ActionError> {
        let (page, _) = self.open_page(token)?;
        if !matches!(page.request.channel, Channel::BkmExpress) {
            return Err(ActionError::OtherMethod);
        }
        let amount = page.request.amount;
        self.succeed(token, amount, 1, None, now)
    }

    /// Why a card does not pay on this page; `None` when it does.
    fn declines(
        &mut self,
        token: &str,
        choice: CardChoice,
        now: SystemTime,
    ) -> Result<Option<FailedReason>, ActionError> {
        if !self.link_takes(token, now) {
            return Err(ActionError::PageClosed);
        }
        let (page, _) = self.open_page(token)?;
        if !page.is_card() || matches!(page.request.channel, Channel::BkmExpress) {
            return Err(ActionError::OtherMethod);
        }
        if !(1..=page.request.max_installments()).contains(&choice.installments) {
            return Err(ActionError::Installments);
        }
        let detailed = page.request.debug_on;
        Ok(match choice.card.failed_reason() {
            Some(FailedReason::INTEGRATION_FAULT) if detailed => {
                Some(FailedReason::INTEGRATION_DETAIL)
            }
            reason => reason,
        })
    }

    /// Types the code: the right one pays, any other fails with code 2.
    pub(crate) fn type_code(
        &mut self,
        token: &str,
        code: &str,
        now: SystemTime,
    ) -> Result<(), ActionError> {
        let choice = self.three_d_secure(token)?;
        if !self.link_takes(token, now) {
            return Err(ActionError::PageClosed);
        }
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

    /// Says that a transfer was made, and tells the shop so where it has an address for that.
    pub(crate) fn send_notice(
        &mut self,
        token: &str,
        notice: &Notice<'_>,
        now: SystemTime,
    ) -> Result<(), ActionError> {
        let is_wanted = self.interim_url.is_some();
        let credentials = self.credentials.clone();
        let (page, order) = self.open_page(token)?;
        if page.is_card() {
            return Err(ActionError::OtherMethod);
        }
        if !BANKS.iter().any(|(code, _)| *code == notice.bank) {
            return Err(ActionError::UnknownBank);
        }
        page.step = Step::NoticeSent;
        page.declined = None;
        if is_wanted {
            let merchant_oid = &page.request.merchant_oid;
            announce(
                &mut order.outbox,
                announcement::interim(merchant_oid, notice, &credentials),
                now,
            );
        }
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
        // The Direct API has no page to try again on.
        page.step = match page.request.channel {
            Channel::Direct(_) => Step::Left,
            _ => Step::Form,
        };
        page.declined = Some(reason);
        order.failure = Some(reason);
        let announcement = announcement::failed(&page.request, reason, &credentials);
        announce(&mut order.outbox, announcement, now);
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
        let eft_amounts = self.eft_amounts;
        let (page, _) = self.open_page(token)?;
        let keep = match &page.request.channel {
            Channel::Direct(details) => details.keep.clone(),
            _ => None,
        };
        let stored = keep.zip(card);
        let stored = stored.map(|(keep, card)| self.keep_card(&keep, card, token));
        let (page, order) = self.open_page(token)?;
        let payment = PaidPayment {
            at: now,
            total,
            installments,
            card,
            payment_type: page.request.payment_type(),
            amount: page.request.amount,
            currency: page.request.currency,
            test_mode: page.request.test_mode,
        };
        let teller = Teller {
            credentials: &credentials,
            eft_amounts,
        };
        let announcement = announcement::success(&page.request, &payment, stored.as_ref(), &teller);
        announce(&mut order.outbox, announcement, now);
        order.payment = Some(payment);
        order.stored = stored.map(|card| (card.utoken, card.ctoken));
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

fn announce(outbox: &mut Outbox, announcement: Option<Announcement>, now: SystemTime) {
    if let Some(Announcement { told, target, body }) = announcement {
        outbox.push(told, target, body, now);
    }
}
