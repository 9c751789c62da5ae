use std::fmt;
use std::time::Duration;

use crate::Credentials;
use crate::api::report::{self, Rows};
use crate::api::{Answer, DecodeError, Effect, Endpoint, Form, InvalidRequest, Report};
use crate::reply::JsonReply;
use crate::wire::{
    CardProgram, DateTime, PaidBy, Percent, RawJson, ReplyDate, SignedMoney, open_enum,
};

/// Asks for all sales and refunds of up to three days.
///
/// `POST /rapor/islem-dokumu`. Times are Turkish. Source: PayTR, İşlem Dökümü.
///
/// ```
/// use paytr_core::api::TransactionReport;
///
/// let (from, to) = ("2026-01-01 00:00:00".parse()?, "2026-01-08 23:59:59".parse()?);
/// let windows: Vec<_> = TransactionReport::windows(from, to).collect();
/// assert_eq!(windows.len(), 3);
/// assert_eq!(windows[1].from.to_string(), "2026-01-04 00:00:00");
/// assert_eq!(windows[2].to, to);
/// # Ok::<_, paytr_core::wire::DateError>(())
/// ```
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `from` | `start_date` | `YYYY-MM-DD hh:mm:ss`, Turkish time | documented |
/// | `to` | `end_date` | `YYYY-MM-DD hh:mm:ss`, Turkish time; 3 days at most | documented |
/// | `dummy` | `dummy` | 0 or 1 | documented |
///
/// Source: <https://dev.paytr.com/islem-dokumu>, as published in August 2026.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TransactionReport {
    /// The first second.
    pub from: DateTime,
    /// The last second: at most three days after the first.
    pub to: DateTime,
    /// Asks for invented rows, to try the report out.
    pub dummy: bool,
}

impl TransactionReport {
    /// Longest range, in days.
    pub const MAX_DAYS: u8 = 3;

    /// The report of a range.
    #[must_use]
    pub fn new(from: DateTime, to: DateTime) -> Self {
        Self {
            from,
            to,
            dummy: false,
        }
    }

    /// The reports that together cover a range of any length, oldest first, each second once.
    pub fn windows(from: DateTime, to: DateTime) -> impl Iterator<Item = Self> {
        report::windows_of_seconds(from, to, i64::from(Self::MAX_DAYS))
            .map(|(from, to)| Self::new(from, to))
    }
}

open_enum! {
    /// A sale or a refund: `islem_tipi`.
    ///
    /// On the wire: `S` for a sale, `I` for a refund. Documented: <https://dev.paytr.com/islem-dokumu>,
    /// August 2026.
    pub enum TransactionKind {
        /// A payment.
        Sale = "S",
        /// A refund.
        Refund = "I",
    }
}

/// One sale or refund.
///
/// PayTR gives rows no id: two equal refunds on one day are two equal rows. A field that is absent or
/// empty is `None`; an amount that cannot be read makes the whole report an error.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `kind` | `islem_tipi` | `S` or `I` | documented |
/// | `order` | `siparis_no` | the order id | documented |
/// | `date` | `islem_tarihi` | `DD.MM.YYYY` | documented |
/// | `amount` | `islem_tutari` | major units; above 0 for a refund, too | documented |
/// | `paid` | `odeme_tutari` | major units | documented |
/// | `net_amount` | `net_tutar` | major units, text or number; below 0 for a refund (recorded) | documented |
/// | `deduction` | `kesinti_tutari` | major units, text or number | documented |
/// | `deduction_rate` | `kesinti_orani` | percent, text or number | documented |
/// | `installments` | `taksit` | 0 for one payment, or 2 to 12 | documented |
/// | `card_program` | `kart_marka` | a program, or empty | documented |
/// | `masked_pan` | `kart_no` | a masked number | documented |
/// | `paid_by` | `odeme_tipi` | `KART` or `EFT` | documented |
///
/// Source: <https://dev.paytr.com/islem-dokumu>, as published in August 2026.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TransactionRow {
    /// Sale or refund.
    pub kind: Option<TransactionKind>,
    /// The order id: `siparis_no`.
    pub order: Option<String>,
    /// The day: `islem_tarihi`.
    pub date: Option<ReplyDate>,
    /// The amount of the transaction: `islem_tutari`. Above zero for refunds too.
    pub amount: Option<SignedMoney>,
    /// What was paid: `odeme_tutari`. Above zero for refunds too.
    pub paid: Option<SignedMoney>,
    /// What is left after deductions: `net_tutar`. It may be negative.
    pub net_amount: Option<SignedMoney>,
    /// What PayTR keeps: `kesinti_tutari`.
    pub deduction: Option<SignedMoney>,
    /// The rate of the deduction: `kesinti_orani`.
    pub deduction_rate: Option<Percent>,
    /// 1 for a single payment, else 2 to 12: `taksit`.
    pub installments: Option<u8>,
    /// The instalment program of the card: `kart_marka`.
    pub card_program: Option<CardProgram>,
    /// The masked card number: `kart_no`.
    pub masked_pan: Option<String>,
    /// By card or by bank transfer: `odeme_tipi`.
    pub paid_by: Option<PaidBy>,
    raw: RawJson,
}

impl TransactionRow {
    /// The whole row.
    #[must_use]
    pub fn raw(&self) -> &RawJson {
        &self.raw
    }
}

impl fmt::Debug for TransactionRow {
    /// Does not show the card.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransactionRow")
            .field("kind", &self.kind)
            .field("order", &self.order)
            .field("date", &self.date)
            .field("amount", &self.amount)
            .finish_non_exhaustive()
    }
}

impl Endpoint for TransactionReport {
    const PATH: &'static str = "/rapor/islem-dokumu";
    const EFFECT: Effect = Effect::ReadOnly;
    const TIMEOUT: Duration = Duration::from_secs(90);
    const SIGNED: &'static [&'static str] = report::RANGE_SIGNED;
    type Reply = Report<TransactionRow>;

    fn form(&self, credentials: &Credentials) -> Result<Form, InvalidRequest> {
        let rule = "not before start_date and at most 3 days after it";
        report::check_seconds(self.from, self.to, i64::from(Self::MAX_DAYS), rule)?;
        let dummy = self.dummy.then_some("1");
        Ok(report::ranged_form(
            credentials,
            &self.from,
            &self.to,
            dummy,
        ))
    }

    fn decode(&self, body: &[u8]) -> Result<Answer<Report<TransactionRow>>, DecodeError> {
        let rows = Rows {
            scope: "transaction-report",
            marks: &["islem_tipi", "siparis_no"],
            not_in: &[],
            read: row,
        };
        rows.decode(body)
    }
}

fn row(row: JsonReply) -> Result<TransactionRow, DecodeError> {
    let currency = row.currency("para_birimi")?;
    let money = |name| row.signed_money(name, currency);
    Ok(TransactionRow {
        kind: row.code("islem_tipi"),
        order: row.filled("siparis_no"),
        date: row.date("islem_tarihi"),
        amount: money("islem_tutari")?,
        paid: money("odeme_tutari")?,
        net_amount: money("net_tutar")?,
        deduction: money("kesinti_tutari")?,
        deduction_rate: row.percent("kesinti_orani"),
        installments: row.installments("taksit"),
        card_program: row.code("kart_marka"),
        masked_pan: row.filled("kart_no"),
        paid_by: row.code("odeme_tipi"),
        raw: row.into_raw(),
    })
}
