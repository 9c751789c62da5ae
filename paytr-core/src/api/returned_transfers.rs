use std::fmt;
use std::time::Duration;

use crate::Credentials;
use crate::api::report::{self, Rows};
use crate::api::{Answer, DecodeError, Effect, Endpoint, Form, InvalidRequest, Report};
use crate::reply::JsonReply;
use crate::wire::{DateTime, RawJson, ReplyDate, SignedMoney};

/// Asks for the platform transfers that came back, of up to 31 days.
///
/// `POST /odeme/geri-donen-transfer`, for marketplace stores. Source: PayTR, Platform Transfer,
/// Geri Dönen Ödemeleri Listele. PayTR does not document where the rows stand. The money is sent
/// again with a cashout.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `from` | `start_date` | `YYYY-MM-DD hh:mm:ss`, Turkish time | documented |
/// | `to` | `end_date` | `YYYY-MM-DD hh:mm:ss`, Turkish time; 31 days at most | documented |
/// | `dummy` | `dummy` | 0 or 1 | documented |
///
/// Source, as published in August 2026:
/// <https://dev.paytr.com/platform-transfer-talebi/geri-donen-odemeleri-listele>.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReturnedTransfers {
    /// The first second.
    pub from: DateTime,
    /// The last second: at most 31 days after the first.
    pub to: DateTime,
    /// Asks for invented rows, to try the list out.
    pub dummy: bool,
}

impl ReturnedTransfers {
    /// Longest range, in days.
    pub const MAX_DAYS: u8 = 31;

    /// The list of a range.
    #[must_use]
    pub fn new(from: DateTime, to: DateTime) -> Self {
        Self {
            from,
            to,
            dummy: false,
        }
    }

    /// The lists that together cover a range of any length, oldest first, each second once.
    pub fn windows(from: DateTime, to: DateTime) -> impl Iterator<Item = Self> {
        report::windows_of_seconds(from, to, i64::from(Self::MAX_DAYS))
            .map(|(from, to)| Self::new(from, to))
    }
}

/// One transfer that came back.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `reference` | `ref_no` | text | documented |
/// | `detected` | `date_detected` | a date | documented |
/// | `reimbursed` | `date_reimbursed` | `YYYY-MM-DD` | documented |
/// | `sent` | `transfer_date` | a date | documented |
/// | `amount` | `transfer_amount`, `transfer_currency` | major units | documented |
/// | `name` | `transfer_name` | a name | documented |
/// | `iban` | `transfer_iban` | an IBAN | documented |
///
/// Source, as published in August 2026:
/// <https://dev.paytr.com/platform-transfer-talebi/geri-donen-odemeleri-listele>.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReturnedTransfer {
    /// PayTR's reference. It is reported to equal the `reference` of the transfer's reply; the list
    /// has no `trans_id`.
    pub reference: Option<String>,
    /// When it came back: `date_detected`.
    pub detected: Option<ReplyDate>,
    /// When it was credited: `date_reimbursed`.
    pub reimbursed: Option<ReplyDate>,
    /// When it was sent: `transfer_date`.
    pub sent: Option<ReplyDate>,
    /// How much: `transfer_amount`.
    pub amount: Option<SignedMoney>,
    /// The name it was sent to: `transfer_name`.
    pub name: Option<String>,
    /// The account it was sent to: `transfer_iban`.
    pub iban: Option<String>,
    raw: RawJson,
}

impl ReturnedTransfer {
    /// The whole row.
    #[must_use]
    pub fn raw(&self) -> &RawJson {
        &self.raw
    }
}

impl fmt::Debug for ReturnedTransfer {
    /// Shows neither the account nor its holder.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReturnedTransfer")
            .field("reference", &self.reference)
            .field("amount", &self.amount)
            .field("detected", &self.detected)
            .finish_non_exhaustive()
    }
}

impl Endpoint for ReturnedTransfers {
    const PATH: &'static str = "/odeme/geri-donen-transfer";
    const EFFECT: Effect = Effect::ReadOnly;
    const TIMEOUT: Duration = Duration::from_secs(90);
    const SIGNED: &'static [&'static str] = report::RANGE_SIGNED;
    type Reply = Report<ReturnedTransfer>;

    fn form(&self, credentials: &Credentials) -> Result<Form, InvalidRequest> {
        let rule = "not before start_date and at most 31 days after it";
        report::check_seconds(self.from, self.to, i64::from(Self::MAX_DAYS), rule)?;
        let dummy = self.dummy.then_some("1");
        Ok(report::ranged_form(
            credentials,
            &self.from,
            &self.to,
            dummy,
        ))
    }

    fn decode(&self, body: &[u8]) -> Result<Answer<Report<ReturnedTransfer>>, DecodeError> {
        let rows = Rows {
            scope: "returned-transfers",
            marks: &["ref_no"],
            not_in: &[],
            read: row,
        };
        rows.decode(body)
    }
}

fn row(row: JsonReply) -> Result<ReturnedTransfer, DecodeError> {
    let currency = row.currency("transfer_currency")?;
    Ok(ReturnedTransfer {
        reference: row.filled("ref_no"),
        detected: row.date("date_detected"),
        reimbursed: row.date("date_reimbursed"),
        sent: row.date("transfer_date"),
        amount: row.signed_money("transfer_amount", currency)?,
        name: row.filled("transfer_name"),
        iban: row.filled("transfer_iban"),
        raw: row.into_raw(),
    })
}
