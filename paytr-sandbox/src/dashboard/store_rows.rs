//! Rows of the dashboard that are no orders: links, platform transfers and their notifications.

use std::time::SystemTime;

use paytr_core::Language;

use super::order_row::{AttemptRow, notification_class};
use crate::delivery::NotificationState;
use crate::state::{
    Cashout, CashoutState, Link, LinkClosed, LinkMessage, State, Transfer, TransferState,
};
use crate::{amounts, turkish_time};

pub(super) struct LinkRow {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) price: String,
    pub(super) sold: u64,
    pub(super) state: &'static str,
    pub(super) created: String,
    /// To whom it was sent, as far as PayTR would say.
    pub(super) sent: Vec<String>,
}

pub(super) struct TransferRow {
    pub(super) trans_id: String,
    pub(super) merchant_oid: String,
    pub(super) receiver: String,
    pub(super) amount: String,
    pub(super) given: String,
    pub(super) due: String,
    pub(super) state: String,
    pub(super) can_return: bool,
}

pub(super) struct CashoutRow {
    pub(super) trans_id: String,
    pub(super) due: String,
    pub(super) rows: Vec<String>,
}

/// The notifications of a batch of transfers, or of a cashout.
pub(super) struct PlatformRow {
    pub(super) subject: String,
    pub(super) state: &'static str,
    pub(super) class: &'static str,
    pub(super) stopped: bool,
    pub(super) attempts: Vec<AttemptRow>,
}

/// Newest first.
pub(super) fn links(state: &State, now: SystemTime) -> Vec<LinkRow> {
    let newest_first = state.links().iter().rev();
    newest_first
        .map(|link| link_row(state, link, now))
        .collect()
}

fn link_row(state: &State, link: &Link, now: SystemTime) -> LinkRow {
    LinkRow {
        id: link.id.clone(),
        name: link.name.clone(),
        kind: link.kind.name(),
        price: amounts::readable(link.price, link.currency, Language::English),
        sold: state.sold(link),
        state: LinkClosed::name_of(state.open_link(&link.id, now).err()),
        created: turkish_time::date_time(link.created),
        sent: link.messages.iter().map(|message| sent(*message)).collect(),
    }
}

fn sent(message: LinkMessage) -> String {
    match message {
        LinkMessage::Sms(at) => format!("SMS {}", turkish_time::clock(at)),
        LinkMessage::Email(at) => format!("e-mail {}", turkish_time::clock(at)),
    }
}

/// Newest first.
pub(super) fn cashouts(state: &State) -> Vec<CashoutRow> {
    state.cashouts().iter().rev().map(cashout_row).collect()
}

fn cashout_row(cashout: &Cashout) -> CashoutRow {
    let rows = cashout.rows.iter().map(|row| {
        let outcome = match row.state {
            CashoutState::Waiting => "waiting",
            CashoutState::Sent => "sent",
            CashoutState::Failed => "failed",
        };
        let amount = amounts::readable(row.amount, "TL", Language::English);
        format!("{amount} to {}: {outcome}", row.receiver)
    });
    CashoutRow {
        trans_id: cashout.trans_id.clone(),
        due: turkish_time::date_time(cashout.due),
        rows: rows.collect(),
    }
}

/// Newest first.
pub(super) fn transfers(state: &State) -> Vec<TransferRow> {
    state.transfers().iter().rev().map(transfer_row).collect()
}

fn transfer_row(transfer: &Transfer) -> TransferRow {
    TransferRow {
        trans_id: transfer.trans_id.clone(),
        merchant_oid: transfer.merchant_oid.clone(),
        receiver: transfer.receiver.clone(),
        amount: amounts::readable(transfer.seller_amount, transfer.currency, Language::English),
        given: turkish_time::date_time(transfer.given),
        due: turkish_time::date_time(transfer.due),
        state: match transfer.state {
            TransferState::Waiting => "waiting".to_owned(),
            TransferState::Made => "made".to_owned(),
            TransferState::Returned(at) => {
                format!("sent back {}", turkish_time::date_time(at))
            }
        },
        can_return: transfer.state == TransferState::Made,
    }
}

pub(super) fn platform(state: &State) -> Vec<PlatformRow> {
    let outboxes = state.platform_outboxes();
    outboxes
        .map(|(subject, outbox)| {
            let standing = outbox.state();
            let attempts = outbox.notices().iter().flat_map(|notice| &notice.attempts);
            let attempts = attempts.enumerate();
            PlatformRow {
                subject: subject.to_owned(),
                state: standing.map_or("", NotificationState::turkish),
                class: notification_class(standing),
                stopped: standing == Some(NotificationState::Stopped),
                attempts: attempts
                    .map(|(index, one)| AttemptRow::new(index, one))
                    .collect(),
            }
        })
        .collect()
}
