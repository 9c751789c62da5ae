use std::fmt;

use paid_once::{Currency, Money};
use serde_json::{Map, Value};

use crate::api::{Answer, Effect, Endpoint, InvalidRequest};
use crate::reply::JsonReply;
use crate::{Credentials, DecodeError, Form, MerchantOid, amount};

/// Asks how an order stands.
///
/// `POST /odeme/durum-sorgu`. It answers only for orders with a successful payment: a pending, a failed
/// and an unknown order all answer error 004. Source: PayTR, Durum Sorgu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusInquiry {
    /// The order id.
    pub order: MerchantOid,
}

/// What PayTR knows of a paid order. Replies are not signed; only TLS protects them.
///
/// `Debug` shows neither the card nor the whole reply.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct OrderStatus {
    /// The amount of the order.
    pub payment_amount: Money,
    /// What the buyer paid: the amount, plus a surcharge for instalments.
    pub payment_total: Money,
    /// Live (`false`) or test (`true`), if it says so.
    pub test_mode: Option<bool>,
    /// When it was paid, in one of PayTR's date spellings, Turkish time.
    pub payment_date: Option<String>,
    /// `KART` or `EFT`.
    pub payment_type: Option<String>,
    /// `0` for a single payment (a notification says `1`), else `2` to `12`.
    pub installments: Option<String>,
    /// The masked card number.
    pub masked_pan: Option<String>,
    /// The refunds so far. Empty or absent at PayTR when there are none.
    pub returns: Vec<StatusReturn>,
    /// The whole reply, for fields that are not documented.
    pub raw: Map<String, Value>,
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

/// One refund of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatusReturn {
    /// How much was refunded.
    pub amount: Money,
    /// The shop's reference of the refund, if it gave one.
    pub reference_no: Option<String>,
    /// When, in one of PayTR's date spellings.
    pub date: Option<String>,
}

const SIGNED: [&str; 2] = ["merchant_id", "merchant_oid"];

impl Endpoint for StatusInquiry {
    const PATH: &'static str = "/odeme/durum-sorgu";
    const EFFECT: Effect = Effect::ReadOnly;
    type Reply = OrderStatus;

    fn form(&self, credentials: &Credentials) -> Result<Form, InvalidRequest> {
        Ok(Form::new()
            .field("merchant_id", credentials.merchant_id().to_string())
            .field("merchant_oid", self.order.to_string())
            .sign(credentials, &SIGNED))
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
    let currency = reply.text("currency").unwrap_or_default();
    let currency =
        amount::parse_currency(&currency).ok_or(DecodeError::Value { name: "currency" })?;
    let money = |name| money(&reply.required(name)?, currency, name);
    let payment_amount = money("payment_amount")?;
    let payment_total = money("payment_total")?;
    Ok(OrderStatus {
        payment_amount,
        payment_total,
        test_mode: reply.flag("test_mode")?,
        payment_date: reply.text("payment_date"),
        payment_type: reply.text("odeme_tipi"),
        installments: reply.text("taksit"),
        masked_pan: reply.text("masked_pan"),
        returns: returns(&reply, currency)?,
        raw: reply.into_raw(),
    })
}

fn money(text: &str, currency: Currency, name: &'static str) -> Result<Money, DecodeError> {
    amount::parse_major(text)
        .and_then(|minor_units| u64::try_from(minor_units).ok())
        .map(|minor_units| Money::new(minor_units, currency))
        .ok_or(DecodeError::Value { name })
}

/// A refund without an amount is an error, never zero: money must not be refunded twice because a
/// field was missing.
fn returns(reply: &JsonReply, currency: Currency) -> Result<Vec<StatusReturn>, DecodeError> {
    let unreadable = DecodeError::Value { name: "returns" };
    let entries = match reply.get("returns") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(entries)) => entries,
        Some(Value::Object(empty)) if empty.is_empty() => return Ok(Vec::new()),
        Some(Value::String(empty)) if empty.is_empty() => return Ok(Vec::new()),
        Some(_) => return Err(unreadable),
    };
    let entry = |entry: &Value| {
        let entry = JsonReply::from_value(entry).ok_or(unreadable)?;
        let amount = entry.required("return_amount")?;
        Ok(StatusReturn {
            amount: money(&amount, currency, "return_amount")?,
            reference_no: entry.text("reference_no"),
            date: entry.text("return_date"),
        })
    };
    entries.iter().map(entry).collect()
}
