use std::fmt;
use std::time::SystemTime;

use paid_once::{Currency, Money};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::{Answer, Call, Decoded, Effect, InvalidRequest, Request, Transaction};
use crate::json::{Object, RawJson};
use crate::{DecodeError, SaleStatus, SaleToken};

/// Reads a sale: `GET /api/v2/sale/{sale_token}/`. This is the truth about a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadSale {
    /// Which.
    pub sale_token: SaleToken,
}

impl Request for ReadSale {
    type Reply = Sale;
    const EFFECT: Effect = Effect::ReadOnly;
    const SUCCESS: &'static [u16] = &[200];

    fn call(&self) -> Result<Call, InvalidRequest> {
        let path = format!("/api/v2/sale/{}/", self.sale_token.as_str());
        Ok(Call::get(path))
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Decoded<Sale>, DecodeError> {
        let sale = Sale::decode(answer.body)?;
        sale.check_is(&self.sale_token)?;
        Ok(Decoded::Success(sale))
    }
}

/// A sale, as Paytrek describes it.
///
/// The buyer's data and whatever else comes back are in [`raw`](Self::raw) only, and `Debug` shows none of
/// it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sale {
    /// The key to everything about it.
    pub sale_token: SaleToken,
    /// The shop's number of the order, as Paytrek has it. A number is read by its digits.
    pub order_id: String,
    /// What it costs in all.
    pub amount: Money,
    /// What went back to the buyer. `None` when the answer does not say.
    pub refunded_amount: Option<Money>,
    /// How it stands.
    pub status: SaleStatus,
    /// A state of the transfer to the merchant, such as `Ready to Send`. Go by `status`.
    pub financial_status: Option<String>,
    /// Number of instalments.
    pub installment: Option<u32>,
    /// Not documented.
    pub is_locked: Option<bool>,
    /// Every try to charge it.
    pub transactions: Vec<Transaction>,
    /// When it can no longer be paid: one hour after its creation in all examples.
    pub expires_at: Option<SystemTime>,
    /// When it was created.
    pub created_at: Option<SystemTime>,
    /// What time it is at Paytrek.
    pub sys_time: Option<SystemTime>,
    /// May differ from what was asked for.
    pub secure_option: Option<bool>,
    /// May differ from what was asked for.
    pub half_secure: Option<bool>,
    /// Whether the charge only holds the money.
    pub pre_auth: Option<bool>,
    /// Whether the hosted page may be used.
    pub hosted_payment: Option<bool>,
    /// Where the buyer is sent at the end.
    pub return_url: Option<String>,
    /// Always null in the documentation, which says nothing of how it is set or what is sent. Nothing here
    /// builds on it.
    pub callback_url: Option<String>,
    /// The merchant's extra data.
    pub sale_data: Option<SaleData>,
    raw: RawJson,
}

impl Sale {
    /// Reads a sale from the body of a reply.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] when a field that decides about money is missing or cannot be read.
    pub fn decode(body: &[u8]) -> Result<Self, DecodeError> {
        let object = Object::parse(body)?;
        let currency = object.needed_currency("currency")?;
        let money = |name, decimal: crate::Decimal| {
            let money = decimal.money(currency);
            money.map_err(|_| DecodeError::Value { name })
        };
        let refunded = object.decimal("refunded_amount")?;
        Ok(Self {
            sale_token: sale_token(&object)?,
            order_id: object.needed_text("order_id")?,
            amount: money("amount", object.needed_decimal("amount")?)?,
            refunded_amount: refunded
                .map(|refunded| money("refunded_amount", refunded))
                .transpose()?,
            status: SaleStatus::from_text(&object.needed::<String>("status")?),
            financial_status: object.text("financial_status"),
            installment: object.maybe("installment"),
            is_locked: object.maybe("is_locked"),
            transactions: object
                .objects("transactions")
                .iter()
                .map(Transaction::of)
                .collect(),
            expires_at: object.time("expires_at"),
            created_at: object.time("created_at"),
            sys_time: object.epoch_seconds("sys_time"),
            secure_option: object.maybe("secure_option"),
            half_secure: object.maybe("half_secure"),
            pre_auth: object.maybe("pre_auth"),
            hosted_payment: object.maybe("hosted_payment"),
            return_url: object.text("return_url"),
            callback_url: object.text("callback_url"),
            sale_data: object.source("sale_data").map(SaleData::of_reply),
            raw: RawJson::of(body),
        })
    }

    /// The currency of all its amounts.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.amount.currency()
    }

    /// The whole answer.
    #[must_use]
    pub fn raw(&self) -> &RawJson {
        &self.raw
    }

    pub(crate) fn check_is(&self, asked: &SaleToken) -> Result<(), DecodeError> {
        same_sale(asked, &self.sale_token)
    }
}

impl fmt::Debug for Sale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sale")
            .field("sale_token", &self.sale_token)
            .field("order_id", &self.order_id)
            .field("amount", &self.amount)
            .field("refunded_amount", &self.refunded_amount)
            .field("status", &self.status)
            .field("transactions", &self.transactions)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// Extra data of the merchant's that travel with a sale and come back with it: a JSON object.
///
/// ```
/// use paytrek::api::SaleData;
/// use std::collections::BTreeMap;
///
/// let data = SaleData::new(&BTreeMap::from([("branch", "Kadıköy")]))?;
/// assert_eq!(data.as_json(), r#"{"branch":"Kadıköy"}"#);
/// # Ok::<_, paytrek::api::InvalidRequest>(())
/// ```
#[derive(Clone)]
pub struct SaleData(Box<RawValue>);

impl SaleData {
    /// Takes anything that serialises to a JSON object.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] when it does not.
    pub fn new(data: &impl Serialize) -> Result<Self, InvalidRequest> {
        let raw = serde_json::value::to_raw_value(data).ok();
        raw.filter(|raw| raw.get().starts_with('{'))
            .map(Self)
            .ok_or(InvalidRequest::Shape {
                field: "sale_data",
                rule: "something that serialises to a JSON object",
            })
    }

    fn of_reply(raw: &RawValue) -> Self {
        Self(raw.to_owned())
    }

    pub(super) fn raw(&self) -> &RawValue {
        &self.0
    }

    /// The JSON text.
    #[must_use]
    pub fn as_json(&self) -> &str {
        self.0.get()
    }

    /// The data as a type of the merchant's; `None` when they have another shape.
    #[must_use]
    pub fn read<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_str(self.0.get()).ok()
    }
}

impl PartialEq for SaleData {
    fn eq(&self, other: &Self) -> bool {
        self.as_json() == other.as_json()
    }
}

impl Eq for SaleData {}

impl fmt::Debug for SaleData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SaleData(..)")
    }
}

/// A request that moves the money of a sale whose token the shop has.
///
/// When its answer is lost, the sale is read and says whether it took effect. It is never sent again.
pub trait MovesMoney: Request {
    /// Whose money.
    fn sale_token(&self) -> &SaleToken;

    /// Whether the sale, read afterwards, shows that the request took effect.
    fn happened(&self, sale: &Sale) -> Happened;
}

/// Whether a request whose answer was lost took effect, as far as the sale shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    /// It did.
    Yes,
    /// Not so far. It may still be on its way: read the sale again before anything is tried anew.
    NotSoFar,
    /// The sale does not tell. A person must look.
    Unclear,
}

/// The `sale_token` of an answer.
pub(super) fn sale_token(object: &Object<'_>) -> Result<SaleToken, DecodeError> {
    let text: String = object.needed("sale_token")?;
    SaleToken::new(&text).map_err(|_| DecodeError::Value { name: "sale_token" })
}

/// Refuses an answer about another sale than the one that was asked about.
pub(super) fn same_sale(asked: &SaleToken, answered: &SaleToken) -> Result<(), DecodeError> {
    if asked == answered {
        Ok(())
    } else {
        Err(DecodeError::Other { name: "sale_token" })
    }
}
