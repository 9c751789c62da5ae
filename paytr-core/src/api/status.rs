use std::fmt;

use paid_once::{Currency, Money};
use serde_json::Value;

use crate::api::field_rule::ORDER_ID;
use crate::api::{Answer, DecodeError, Effect, Endpoint, FieldRule, Form, InvalidRequest};
use crate::reply::JsonReply;
use crate::reply_fields::list_entries;
use crate::wire::{CardProgram, PaidBy, Percent, RawJson, ReplyDate, SignedMoney};
use crate::{Credentials, MerchantOid};

/// Asks how an order stands.
///
/// `POST /odeme/durum-sorgu`. It answers only for orders with a successful payment: a pending, a failed
/// and an unknown order all answer error 004. Source: PayTR, Durum Sorgu.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `order` | `merchant_oid` | 1 to 64 ASCII letters and digits | documented |
///
/// Source: <https://dev.paytr.com/durum-sorgu>, as published in August 2026.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusInquiry {
    /// The order id.
    pub order: MerchantOid,
}

/// What PayTR knows of a paid order. Replies are not signed; only TLS protects them.
///
/// Amounts, the total and the refunds must be readable. The other fields decide nothing: one that
/// cannot be read is `None`, and [`raw`](Self::raw) has it as it came.
///
/// `Debug` shows neither the card nor the whole reply.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `payment_amount` | `payment_amount` | major units, text; a decimal comma occurs | documented |
/// | `payment_total` | `payment_total` | major units; above the amount with a surcharge | documented |
/// | `net_amount` | `net_tutar` | major units; 0.00 for a test payment (recorded) | documented |
/// | `deduction` | `kesinti_tutari` | major units | documented |
/// | `deduction_rate` | `kesinti_orani` | percent | recorded |
/// | `test_mode` | `test_mode` | 0 or 1, as text or number | documented |
/// | `payment_date` | `payment_date` | a date, with or without time; `DD.MM.YYYY` was recorded | documented |
/// | `auth_code` | `auth_code` | text or number | documented |
/// | `auth_date` | `auth_date` | `DD.MM.YYYY`, with or without time | documented |
/// | `paid_by` | `odeme_tipi` | `KART` or `EFT` | documented |
/// | `installments` | `taksit` | 0 for one payment, or 2 to 12 | documented |
/// | `card_program` | `kart_marka` | a program, or empty | documented |
/// | `masked_pan` | `masked_pan` | a masked number, or null | documented |
/// | `returns` | `returns` | see [`StatusReturn`] | documented |
/// | `submerchant_payments` | `submerchant_payments` | marketplaces alone, as it came | documented |
///
/// Source: <https://dev.paytr.com/durum-sorgu>, as published in August 2026.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct OrderStatus {
    /// The amount of the order.
    pub payment_amount: Money,
    /// What the buyer paid: the amount, plus a surcharge for instalments.
    pub payment_total: Money,
    /// What is left after deductions: `net_tutar`. 0.00 in test mode.
    pub net_amount: Option<SignedMoney>,
    /// What PayTR keeps: `kesinti_tutari`. 0.00 in test mode.
    pub deduction: Option<SignedMoney>,
    /// The rate of the deduction: `kesinti_orani`. Recorded, not documented.
    pub deduction_rate: Option<Percent>,
    /// Live (`false`) or test (`true`), if it says so.
    pub test_mode: Option<bool>,
    /// When it was paid.
    pub payment_date: Option<ReplyDate>,
    /// The bank's authorisation code.
    pub auth_code: Option<String>,
    /// When the bank authorised it.
    pub auth_date: Option<ReplyDate>,
    /// By card or by bank transfer: `odeme_tipi`.
    pub paid_by: Option<PaidBy>,
    /// 1 for a single payment, else 2 to 12. PayTR writes `0` for a single payment here, and `1` in
    /// notifications.
    pub installments: Option<u8>,
    /// The instalment program of the card: `kart_marka`.
    pub card_program: Option<CardProgram>,
    /// The masked card number: `455359AAA6747` or `411111****1111`.
    pub masked_pan: Option<String>,
    /// The refunds so far. Empty or absent at PayTR when there are none.
    pub returns: Vec<StatusReturn>,
    /// What went to sellers, for marketplace stores. PayTR does not document the fields of an entry.
    pub submerchant_payments: Option<RawJson>,
    raw: RawJson,
}

impl OrderStatus {
    /// The sum of the refunds so far. After a full refund of an order in instalments it includes the
    /// surcharge, which PayTR gives back by itself (seen in official code, not documented).
    #[must_use]
    pub fn refunded(&self) -> Money {
        let currency = self.payment_total.currency();
        let sum = self.returns.iter().fold(0_u64, |sum, entry| {
            sum.saturating_add(entry.amount.minor_units())
        });
        Money::new(sum, currency)
    }

    /// The most that a further refund may ask for, as far as this reply shows.
    ///
    /// For an order without a surcharge that is exactly what is left. With a surcharge it is an upper
    /// bound: refunds are measured against the order amount, but a listed refund may include a share
    /// of the surcharge. PayTR itself refuses what is too much, with code 009.
    #[must_use]
    pub fn refundable(&self) -> Money {
        let total = self.payment_total.minor_units();
        let left = total.saturating_sub(self.refunded().minor_units());
        let most = left.min(self.payment_amount.minor_units());
        Money::new(most, self.payment_amount.currency())
    }

    /// The whole reply, with fields that are not documented.
    #[must_use]
    pub fn raw(&self) -> &RawJson {
        &self.raw
    }
}

impl fmt::Debug for OrderStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OrderStatus")
            .field("payment_amount", &self.payment_amount)
            .field("payment_total", &self.payment_total)
            .field("test_mode", &self.test_mode)
            .field("returns", &self.returns.len())
            .finish_non_exhaustive()
    }
}

impl Endpoint for StatusInquiry {
    const PATH: &'static str = "/odeme/durum-sorgu";
    const EFFECT: Effect = Effect::ReadOnly;
    const SIGNED: &'static [&'static str] = &["merchant_id", "merchant_oid"];
    const RULES: &'static [FieldRule] = &[FieldRule::new("merchant_oid", ORDER_ID)];
    type Reply = OrderStatus;

    fn form(&self, credentials: &Credentials) -> Result<Form, InvalidRequest> {
        Ok(Form::new()
            .field("merchant_id", credentials.merchant_id().to_string())
            .field("merchant_oid", self.order.to_string())
            .sign(credentials, Self::SIGNED))
    }

    fn decode(&self, body: &[u8]) -> Result<Answer<OrderStatus>, DecodeError> {
        let reply = JsonReply::parse(body)?;
        match reply.status()?.as_str() {
            "success" => order_status(reply).map(Answer::Success),
            "error" | "failed" => Ok(Answer::Refused(reply.refusal("status"))),
            _ => Err(DecodeError::Value { name: "status" }),
        }
    }
}

fn order_status(reply: JsonReply) -> Result<OrderStatus, DecodeError> {
    let currency = reply.currency("currency")?;
    // What decides nothing must not make the reply unreadable.
    let informal = |name| reply.signed_money(name, currency).ok().flatten();
    Ok(OrderStatus {
        payment_amount: reply.required_money("payment_amount", currency)?,
        payment_total: reply.required_money("payment_total", currency)?,
        net_amount: informal("net_tutar"),
        deduction: informal("kesinti_tutari"),
        deduction_rate: reply.percent("kesinti_orani"),
        test_mode: reply.flag("test_mode")?,
        payment_date: reply.date("payment_date"),
        auth_code: reply.filled("auth_code"),
        auth_date: reply.date("auth_date"),
        paid_by: reply.code("odeme_tipi"),
        installments: reply.installments("taksit"),
        card_program: reply.code("kart_marka"),
        masked_pan: reply.filled("masked_pan"),
        returns: read_all(&reply, currency)?,
        submerchant_payments: reply.get("submerchant_payments").cloned().map(RawJson::new),
        raw: reply.into_raw(),
    })
}

/// One refund of an order, as a status inquiry lists it.
///
/// PayTR documents every field as optional. A refund without an amount is an error here, so `amount`
/// is always there.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `amount` | `return_amount` | major units, text | documented |
/// | `reference_no` | `reference_no` | the reference of the refund, or empty | documented |
/// | `date` | `return_date` | `YYYY-MM-DD hh:mm:ss`, Turkish time | documented |
/// | `completed` | `date_completed` | `YYYY-MM-DD hh:mm:ss`, Turkish time | documented |
/// | `kind` | `return_type` | text; its values are not documented | documented |
/// | `auth_code` | `return_auth_code` | text | documented |
/// | `bank_reference` | `return_ref_num` | text | documented |
/// | `source` | `return_source` | text; its values are not documented | documented |
///
/// Source: <https://dev.paytr.com/durum-sorgu>, as published in August 2026.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatusReturn {
    /// How much was refunded.
    pub amount: Money,
    /// The shop's reference of the refund, if it gave one.
    pub reference_no: Option<String>,
    /// When it was asked for: `return_date`.
    pub date: Option<ReplyDate>,
    /// When it was completed: `date_completed`.
    pub completed: Option<ReplyDate>,
    /// `return_type`. PayTR does not list its values.
    pub kind: Option<String>,
    /// The bank's authorisation code of the refund: `return_auth_code`.
    pub auth_code: Option<String>,
    /// The bank's reference of the refund: `return_ref_num`.
    pub bank_reference: Option<String>,
    /// Where the refund was asked for: `return_source`. PayTR does not list its values.
    pub source: Option<String>,
    raw: RawJson,
}

impl StatusReturn {
    /// The whole entry, with fields that are not documented.
    #[must_use]
    pub fn raw(&self) -> &RawJson {
        &self.raw
    }
}

impl fmt::Debug for StatusReturn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StatusReturn")
            .field("amount", &self.amount)
            .field("reference_no", &self.reference_no)
            .field("date", &self.date)
            .finish_non_exhaustive()
    }
}

/// Reads `returns`: a list, or an object with numbered keys, as PHP writes a list with holes. A refund
/// without an amount is an error, never zero: money must not be refunded twice because a field was missing.
pub(super) fn read_all(
    reply: &JsonReply,
    currency: Currency,
) -> Result<Vec<StatusReturn>, DecodeError> {
    let unreadable = DecodeError::Value { name: "returns" };
    let entries = match reply.get("returns") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::String(empty)) if empty.is_empty() => return Ok(Vec::new()),
        Some(list) => list_entries(list).ok_or(unreadable)?,
    };
    let entry = |entry| read(JsonReply::from_value(entry).ok_or(unreadable)?, currency);
    entries.into_iter().map(entry).collect()
}

fn read(entry: JsonReply, currency: Currency) -> Result<StatusReturn, DecodeError> {
    Ok(StatusReturn {
        amount: entry.required_money("return_amount", currency)?,
        reference_no: entry.filled("reference_no"),
        date: entry.date("return_date"),
        completed: entry.date("date_completed"),
        kind: entry.filled("return_type"),
        auth_code: entry.filled("return_auth_code"),
        bank_reference: entry.filled("return_ref_num"),
        source: entry.filled("return_source"),
        raw: entry.into_raw(),
    })
}
