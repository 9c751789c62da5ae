//! Platform transfers: a marketplace divides a paid order between a seller, itself and PayTR.

use std::time::{Duration, SystemTime};

use super::State;
use super::outbox::{Outbox, Target, Told};
use crate::{amounts, turkish_time};
use paytr_core::testing::TransferNotification;

/// One instruction.
#[derive(Clone)]
pub(crate) struct Transfer {
    pub(crate) trans_id: String,
    pub(crate) merchant_oid: String,
    /// The part of the order that it divides, in minor units.
    pub(crate) total: u64,
    pub(crate) seller_amount: u64,
    pub(crate) commission: u64,
    pub(crate) receiver: String,
    pub(crate) iban: String,
    pub(crate) currency: &'static str,
    /// PayTR's own number, which a returned transfer is listed under.
    pub(crate) reference: String,
    pub(crate) given: SystemTime,
    /// When it is made.
    pub(crate) due: SystemTime,
    pub(crate) state: TransferState,
    /// Of a test payment: nothing moves.
    pub(crate) test_mode: bool,
}

/// How a transfer stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum TransferState {
    Waiting,
    Made,
    /// The seller's bank sent it back.
    Returned(SystemTime),
}

/// What a marketplace asks for, with every field checked for its form.
pub(crate) struct TransferRequest<'a> {
    pub(crate) merchant_oid: &'a str,
    pub(crate) trans_id: &'a str,
    pub(crate) seller_amount: u64,
    pub(crate) total: u64,
    pub(crate) receiver: &'a str,
    pub(crate) iban: &'a str,
    pub(crate) reference: String,
}

/// Why a transfer is refused, by the published table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TransferRefused {
    NoSuccessfulPayment,
    NotAcknowledged,
    /// Not before this moment.
    BeforeValueDate(SystemTime),
    TransIdUsed,
    MoreThanRemaining,
    CommissionNotCovered,
}

/// Instructions given before this hour are made the same day.
const LAST_HOUR: i8 = 10;

const ONE_DAY: Duration = Duration::from_secs(86_400);

impl Transfer {
    /// What is left for the marketplace.
    pub(crate) fn own_amount(&self) -> u64 {
        self.total
            .saturating_sub(self.seller_amount)
            .saturating_sub(self.commission)
    }

    /// Whether it left the account.
    pub(crate) fn is_made(&self) -> bool {
        self.state != TransferState::Waiting
    }
}

impl State {
    /// Every instruction, oldest first.
    pub(crate) fn transfers(&self) -> &[Transfer] {
        &self.transfers
    }

    /// What the sellers and the marketplace have not got yet of an order's amount.
    pub(crate) fn untransferred(&self, merchant_oid: &str) -> u64 {
        let Some(order) = self.order(merchant_oid) else {
            return 0;
        };
        let amount = order.payment.as_ref().map_or(0, |payment| payment.amount);
        let refunded: u64 = order
            .refunds
            .iter()
            .map(|refund| refund.asked - refund.after_transfers)
            .sum();
        amount - refunded - self.transferred(merchant_oid)
    }

    fn transferred(&self, merchant_oid: &str) -> u64 {
        let of_order = |transfer: &&Transfer| transfer.merchant_oid == merchant_oid;
        let transfers = self.transfers.iter().filter(of_order);
        transfers.map(|transfer| transfer.total).sum()
    }

    pub(crate) fn give_transfer(
        &mut self,
        request: TransferRequest<'_>,
        now: SystemTime,
    ) -> Result<Transfer, TransferRefused> {
        let unknown = TransferRefused::NoSuccessfulPayment;
        let order = self.order(request.merchant_oid).ok_or(unknown.clone())?;
        let payment = order.payment.as_ref().ok_or(unknown)?;
        if !order.outbox.is_success_acknowledged() {
            return Err(TransferRefused::NotAcknowledged);
        }
        let value_date = turkish_time::at_hour(turkish_time::day(payment.at), 0);
        let value_date = value_date.map_or(payment.at, |day| day + ONE_DAY);
        if now < value_date {
            return Err(TransferRefused::BeforeValueDate(value_date));
        }
        let same_id = |known: &Transfer| known.trans_id == request.trans_id;
        if self.transfers.iter().any(same_id) {
            return Err(TransferRefused::TransIdUsed);
        }
        if request.total > self.untransferred(request.merchant_oid) {
            return Err(TransferRefused::MoreThanRemaining);
        }
        // The difference of two roundings, so that the parts add up to the commission of the whole.
        let before = self.transferred(request.merchant_oid);
        let kept = amounts::commission(before + request.total) - amounts::commission(before);
        if request.seller_amount.saturating_add(kept) > request.total {
            return Err(TransferRefused::CommissionNotCovered);
        }
        let transfer = Transfer {
            trans_id: request.trans_id.to_owned(),
            merchant_oid: request.merchant_oid.to_owned(),
            total: request.total,
            seller_amount: request.seller_amount,
            commission: kept,
            receiver: request.receiver.to_owned(),
            iban: request.iban.to_owned(),
            currency: payment.currency,
            reference: request.reference,
            given: now,
            due: due(now),
            state: TransferState::Waiting,
            test_mode: payment.test_mode,
        };
        self.transfers.push(transfer.clone());
        Ok(transfer)
    }

    /// Makes every transfer that is due, and tells of them in one notification. Gives the
    /// [subject](State::outbox_mut) to deliver, if there is one.
    pub(crate) fn make_due_transfers(&mut self, now: SystemTime) -> Option<String> {
        let mut made = Vec::new();
        for transfer in &mut self.transfers {
            if transfer.state == TransferState::Waiting && transfer.due <= now {
                transfer.state = TransferState::Made;
                made.push(transfer.trans_id.clone());
            }
        }
        let first = made.first()?.clone();
        let body = TransferNotification::new(made)
            .sign(&self.credentials)
            .to_body();
        let mut outbox = Outbox::new();
        outbox.push(Told::Transfers, Target::Platform, body, now);
        let subject = format!("transfer:{first}");
        self.platform_outboxes.insert(subject.clone(), outbox);
        Some(subject)
    }

    /// Lets the seller's bank send a transfer back. `false`: no such transfer was made.
    pub(crate) fn return_transfer(&mut self, trans_id: &str, now: SystemTime) -> bool {
        let made =
            |one: &&mut Transfer| one.trans_id == trans_id && one.state == TransferState::Made;
        match self.transfers.iter_mut().find(made) {
            Some(transfer) => transfer.state = TransferState::Returned(now),
            None => return false,
        }
        true
    }
}

/// Ten o'clock of the same day, or of the next one when that has passed.
fn due(now: SystemTime) -> SystemTime {
    let today = turkish_time::at_hour(turkish_time::day(now), LAST_HOUR).unwrap_or(now);
    if now < today { today } else { today + ONE_DAY }
}
