use std::fmt;
use std::time::Duration;

use crate::Credentials;
use crate::api::report::Rows;
use crate::api::{Answer, DecodeError, Effect, Endpoint, Form, InvalidRequest, Report};
use crate::reply::JsonReply;
use crate::wire::{Date, RawJson, SignedMoney};

/// Asks which orders are in the payout of one day.
///
/// `POST /rapor/odeme-detayi`. Source: PayTR, Ödeme Rapor Servisi, Ödeme Detayı. PayTR does not
/// document where the rows stand.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `date` | `date` | `YYYY-MM-DD` | documented |
///
/// Source: <https://dev.paytr.com/odeme-rapor-servisi/odeme-detayi>, as published in August 2026.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PaymentDetail {
    /// The day of the payout.
    pub date: Date,
}

impl PaymentDetail {
    /// The payout of a day.
    #[must_use]
    pub fn new(date: Date) -> Self {
        Self { date }
    }
}

/// One order in a payout.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `order` | `merchant_oid` | the order id | documented |
/// | `amount` | `payment`, or `amount` of a marketplace | major units | documented |
/// | `iban` | `merchant_iban`, or the first part of `transfer` | an IBAN | documented |
/// | `name` | `merchant_name`, or the rest of `transfer` | a name | documented |
///
/// Source: <https://dev.paytr.com/odeme-rapor-servisi/odeme-detayi>, as published in August 2026.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DetailRow {
    /// The order id: `merchant_oid`.
    pub order: Option<String>,
    /// What was paid out: `payment`, or `amount` for a marketplace.
    pub amount: Option<SignedMoney>,
    /// The receiving account: `merchant_iban`, or the first part of a marketplace's `transfer`.
    pub iban: Option<String>,
    /// Its holder: `merchant_name`, or the second part of a marketplace's `transfer`.
    pub name: Option<String>,
    raw: RawJson,
}

impl DetailRow {
    /// The whole row.
    #[must_use]
    pub fn raw(&self) -> &RawJson {
        &self.raw
    }
}

impl fmt::Debug for DetailRow {
    /// Shows neither the account nor its holder.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DetailRow")
            .field("order", &self.order)
            .field("amount", &self.amount)
            .finish_non_exhaustive()
    }
}

impl Endpoint for PaymentDetail {
    const PATH: &'static str = "/rapor/odeme-detayi";
    const EFFECT: Effect = Effect::ReadOnly;
    const TIMEOUT: Duration = Duration::from_secs(90);
    const SIGNED: &'static [&'static str] = &["merchant_id", "date"];
    type Reply = Report<DetailRow>;

    fn form(&self, credentials: &Credentials) -> Result<Form, InvalidRequest> {
        Ok(Form::new()
            .field("merchant_id", credentials.merchant_id().to_string())
            .field("date", self.date.to_string())
            .sign(credentials, Self::SIGNED))
    }

    fn decode(&self, body: &[u8]) -> Result<Answer<Report<DetailRow>>, DecodeError> {
        let rows = Rows {
            scope: "payment-detail",
            marks: &["merchant_oid"],
            not_in: &[],
            read: row,
        };
        rows.decode(body)
    }
}

fn row(row: JsonReply) -> Result<DetailRow, DecodeError> {
    let currency = row.currency("currency")?;
    let amount = match row.signed_money("payment", currency)? {
        Some(amount) => Some(amount),
        None => row.signed_money("amount", currency)?,
    };
    // A marketplace has "IBAN, NAME" in one text.
    let transfer = row.filled("transfer").unwrap_or_default();
    let (iban, name) = transfer.split_once(',').unwrap_or((&transfer, ""));
    let part = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    Ok(DetailRow {
        order: row.filled("merchant_oid"),
        amount,
        iban: row.filled("merchant_iban").or_else(|| part(iban)),
        name: row.filled("merchant_name").or_else(|| part(name)),
        raw: row.into_raw(),
    })
}
