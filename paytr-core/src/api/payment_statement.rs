use std::fmt;
use std::time::Duration;

use crate::Credentials;
use crate::api::report::{self, Rows};
use crate::api::{Answer, DecodeError, Effect, Endpoint, Form, InvalidRequest, Report};
use crate::reply::JsonReply;
use crate::wire::{Date, RawJson, ReplyDate, SignedMoney};

/// Asks for the payouts to the shop of up to 31 days, summed up per day.
///
/// `POST /rapor/odeme-dokumu`. Source: PayTR, Ödeme Rapor Servisi, Ödeme Özeti.
///
/// PayTR documents neither where the rows stand nor how its block of coming payouts,
/// `future_payments`, is built. That block is in [`Report::raw`].
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `from` | `start_date` | `YYYY-MM-DD` | documented |
/// | `to` | `end_date` | `YYYY-MM-DD`; 31 days at most | documented |
///
/// Source: <https://dev.paytr.com/odeme-rapor-servisi/odeme-ozeti>, as published in August 2026.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PaymentStatement {
    /// The first day.
    pub from: Date,
    /// The last day: at most 31 days after the first.
    pub to: Date,
}

impl PaymentStatement {
    /// Longest range, in days.
    pub const MAX_DAYS: u8 = 31;

    /// The statement of a range.
    #[must_use]
    pub fn new(from: Date, to: Date) -> Self {
        Self { from, to }
    }

    /// The statements that together cover a range of any length, oldest first, each day once.
    pub fn windows(from: Date, to: Date) -> impl Iterator<Item = Self> {
        report::windows_of_days(from, to, i32::from(Self::MAX_DAYS))
            .map(|(from, to)| Self::new(from, to))
    }
}

/// One payout to the shop.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `date` | `date_paid` | `YYYY-MM-DD` | documented |
/// | `sales` | `sales` | major units | documented |
/// | `refunds` | `return` | major units | documented |
/// | `net` | `net` | major units | documented |
/// | `iban` | `merchant_iban` | an IBAN | documented |
///
/// Source: <https://dev.paytr.com/odeme-rapor-servisi/odeme-ozeti>, as published in August 2026.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatementRow {
    /// The day of the payout: `date_paid`.
    pub date: Option<ReplyDate>,
    /// Sales in it: `sales`.
    pub sales: Option<SignedMoney>,
    /// Refunds in it: `return`.
    pub refunds: Option<SignedMoney>,
    /// What was paid out: `net`.
    pub net: Option<SignedMoney>,
    /// The receiving account: `merchant_iban`.
    pub iban: Option<String>,
    raw: RawJson,
}

impl StatementRow {
    /// The whole row.
    #[must_use]
    pub fn raw(&self) -> &RawJson {
        &self.raw
    }
}

impl fmt::Debug for StatementRow {
    /// Does not show the account.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StatementRow")
            .field("date", &self.date)
            .field("sales", &self.sales)
            .field("refunds", &self.refunds)
            .field("net", &self.net)
            .finish_non_exhaustive()
    }
}

impl Endpoint for PaymentStatement {
    const PATH: &'static str = "/rapor/odeme-dokumu";
    const EFFECT: Effect = Effect::ReadOnly;
    const TIMEOUT: Duration = Duration::from_secs(90);
    const SIGNED: &'static [&'static str] = report::RANGE_SIGNED;
    type Reply = Report<StatementRow>;

    fn form(&self, credentials: &Credentials) -> Result<Form, InvalidRequest> {
        let rule = "not before start_date and at most 31 days after it";
        report::check_days(self.from, self.to, i64::from(Self::MAX_DAYS), rule)?;
        Ok(report::ranged_form(credentials, &self.from, &self.to, None))
    }

    fn decode(&self, body: &[u8]) -> Result<Answer<Report<StatementRow>>, DecodeError> {
        let rows = Rows {
            scope: "payment-statement",
            marks: &["date_paid"],
            not_in: &["future_payments"],
            read: row,
        };
        rows.decode(body)
    }
}

fn row(row: JsonReply) -> Result<StatementRow, DecodeError> {
    let currency = row.currency("currency")?;
    let money = |name| row.signed_money(name, currency);
    Ok(StatementRow {
        date: row.date("date_paid"),
        sales: money("sales")?,
        refunds: money("return")?,
        net: money("net")?,
        iban: row.filled("merchant_iban"),
        raw: row.into_raw(),
    })
}
