//! The money of the store, derived from orders, refunds and transfers: nothing is kept twice, so the
//! reports and the balance cannot disagree with them.

use std::collections::BTreeMap;
use std::time::SystemTime;

use jiff::civil::Date;
use serde::Serialize;

use super::cashout::CashoutState;
use super::order::PaidPayment;
use super::transfer::TransferState;
use super::{State, Transfer};
use crate::turkish_time;

/// What kind of store the sandbox's merchant has at PayTR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StoreKind {
    /// An ordinary store: what it sells is paid out to it on the next day.
    #[default]
    Shop,
    /// A marketplace: money waits for transfer instructions, which divide it between sellers and the
    /// marketplace. Only it may use the transfer services.
    Marketplace,
}

impl StoreKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Shop, Self::Marketplace];

    /// The name in the control API: `shop` or `marketplace`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::Marketplace => "marketplace",
        }
    }

    /// The kind with this [`name`](Self::name).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What the store had in its account before its first sale, in minor units of each currency. The
/// sandbox's own: so that a refund of an old order is not refused for want of newer sales.
pub(crate) const OPENING_BALANCE: u64 = 100_000_000;

/// One sale or one refund that moves money.
pub(crate) struct Entry<'a> {
    pub(crate) kind: EntryKind,
    pub(crate) merchant_oid: &'a str,
    pub(crate) payment: &'a PaidPayment,
    pub(crate) at: SystemTime,
    /// What the buyer paid or gets back, in minor units.
    pub(crate) gross: u64,
    /// What PayTR keeps; below zero when it gives back a surcharge.
    pub(crate) deduction: i128,
    /// What the store gets; below zero for a refund.
    pub(crate) net: i128,
}

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryKind {
    Sale,
    Refund,
}

/// Which payout: the day and the currency.
pub(crate) type PayoutKey = (Date, &'static str);

/// What one payout sums up, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Payout {
    pub(crate) sales: u64,
    pub(crate) refunds: u64,
    pub(crate) net: i128,
}

/// One line of a payout.
pub(crate) struct PayoutLine<'a> {
    pub(crate) key: PayoutKey,
    pub(crate) merchant_oid: &'a str,
    pub(crate) sales: u64,
    pub(crate) refunds: u64,
    pub(crate) net: i128,
    /// The account of a seller; `None` for the store's own.
    pub(crate) seller: Option<(&'a str, &'a str)>,
}

impl State {
    /// Every sale and refund that moves money: those of test payments do not.
    pub(crate) fn entries(&self) -> Vec<Entry<'_>> {
        let mut entries: Vec<_> = self.orders().flat_map(of_order).collect();
        entries.sort_by_key(|entry| entry.at);
        entries
    }

    /// Every line of every payout, past and to come.
    pub(crate) fn payout_lines(&self) -> Vec<PayoutLine<'_>> {
        match self.store_kind {
            StoreKind::Shop => self.entries().iter().filter_map(shop_line).collect(),
            StoreKind::Marketplace => self.marketplace_lines(),
        }
    }

    /// The sums of all payouts.
    pub(crate) fn payouts(&self) -> BTreeMap<PayoutKey, Payout> {
        let mut payouts: BTreeMap<PayoutKey, Payout> = BTreeMap::new();
        for line in self.payout_lines() {
            let payout = payouts.entry(line.key).or_default();
            payout.sales += line.sales;
            payout.refunds += line.refunds;
            payout.net += line.net;
        }
        payouts
    }

    /// What the account holds now: what came in and was not paid out.
    pub(crate) fn balance(&self, currency: &str, now: SystemTime) -> i128 {
        let today = turkish_time::day(now);
        let earned = self.entries().into_iter();
        let earned = earned.filter(|entry| entry.payment.currency == currency);
        let earned: i128 = earned.map(|entry| entry.net).sum();
        let paid_out = self.payouts().into_iter().filter(|((day, of), payout)| {
            // What a day lacks is taken from the account, so it is not paid out.
            *of == currency && *day <= today && payout.net > 0
        });
        let paid_out: i128 = paid_out.map(|(_, payout)| payout.net).sum();
        i128::from(self.opening_balance) + earned - paid_out + self.came_back(currency)
    }

    /// Returned transfers less what was sent from the account.
    fn came_back(&self, currency: &str) -> i128 {
        let returned = self.transfers.iter().filter(|transfer| {
            matches!(transfer.state, TransferState::Returned(_))
                && transfer.currency == currency
                && !transfer.test_mode
        });
        let returned: i128 = returned.map(|one| i128::from(one.seller_amount)).sum();
        let rows = self.cashouts.iter().flat_map(|cashout| &cashout.rows);
        let sent = rows.filter(|row| currency == "TL" && row.state == CashoutState::Sent);
        returned - sent.map(|row| i128::from(row.amount)).sum::<i128>()
    }

    /// A marketplace is paid by transfers; refunds after them are taken from its own part.
    fn marketplace_lines(&self) -> Vec<PayoutLine<'_>> {
        let made = self.transfers.iter();
        let made = made.filter(|transfer| transfer.is_made() && !transfer.test_mode);
        let mut lines: Vec<_> = made.flat_map(transfer_lines).collect();
        for (merchant_oid, order) in self.orders() {
            let Some(payment) = order.payment.as_ref().filter(|one| !one.test_mode) else {
                continue;
            };
            let late = order.refunds.iter().filter(|one| one.after_transfers > 0);
            lines.extend(late.filter_map(|refund| {
                Some(PayoutLine {
                    key: (payout_day(refund.at)?, payment.currency),
                    merchant_oid,
                    sales: 0,
                    refunds: refund.after_transfers,
                    net: -i128::from(refund.after_transfers),
                    seller: None,
                })
            }));
        }
        lines
    }
}

/// A transfer makes two lines: the seller's and the marketplace's.
fn transfer_lines(transfer: &Transfer) -> [PayoutLine<'_>; 2] {
    let key = (turkish_time::day(transfer.due), transfer.currency);
    let line = |sales, net: u64, seller| PayoutLine {
        key,
        merchant_oid: &transfer.merchant_oid,
        sales,
        refunds: 0,
        net: i128::from(net),
        seller,
    };
    let seller = (transfer.iban.as_str(), transfer.receiver.as_str());
    let rest = transfer.total - transfer.seller_amount;
    [
        line(transfer.seller_amount, transfer.seller_amount, Some(seller)),
        line(rest, transfer.own_amount(), None),
    ]
}

fn shop_line<'a>(entry: &Entry<'a>) -> Option<PayoutLine<'a>> {
    let (sales, refunds) = match entry.kind {
        EntryKind::Sale => (entry.gross, 0),
        EntryKind::Refund => (0, entry.gross),
    };
    Some(PayoutLine {
        key: (payout_day(entry.at)?, entry.payment.currency),
        merchant_oid: entry.merchant_oid,
        sales,
        refunds,
        net: entry.net,
        seller: None,
    })
}

fn of_order<'a>((merchant_oid, order): (&'a str, &'a super::Order)) -> Vec<Entry<'a>> {
    let Some(payment) = order.payment.as_ref().filter(|one| !one.test_mode) else {
        return Vec::new();
    };
    let sale = Entry {
        kind: EntryKind::Sale,
        merchant_oid,
        payment,
        at: payment.at,
        gross: payment.total,
        deduction: i128::from(payment.deduction()),
        net: i128::from(payment.net()),
    };
    let refunds = order.refunds.iter().map(|refund| Entry {
        kind: EntryKind::Refund,
        merchant_oid,
        payment,
        at: refund.at,
        gross: refund.returned,
        // The surcharge that is returned was PayTR's.
        deduction: i128::from(refund.asked) - i128::from(refund.returned),
        net: -i128::from(refund.asked),
    });
    std::iter::once(sale).chain(refunds).collect()
}

/// What happens today is paid out tomorrow.
fn payout_day(at: SystemTime) -> Option<Date> {
    turkish_time::day(at).tomorrow().ok()
}
