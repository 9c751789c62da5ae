use paid_once::{Currency, Mode, Money};

use super::pairs::{SeenNames, decode, pairs};
use super::signed_fields::ReadFields;
use super::{GrammarError, PaymentStatus};
use crate::amount;

/// The raw values of one body that matter here.
pub(super) struct BodyFields<'a> {
    pub(super) merchant_oid: &'a [u8],
    pub(super) status: &'a [u8],
    pub(super) total_amount: &'a [u8],
    pub(super) hash: &'a [u8],
    currency: &'a [u8],
    payment_amount: &'a [u8],
    test_mode: &'a [u8],
}

/// The money of a success, with its unsigned parts.
pub(super) struct CallbackMoney {
    pub(super) total: Money,
    pub(super) principal: Option<Money>,
}

/// The fields that are read here.
#[derive(Clone, Copy)]
enum Known {
    MerchantOid,
    Status,
    TotalAmount,
    Hash,
    Currency,
    PaymentAmount,
    TestMode,
}

impl Known {
    const COUNT: usize = 7;

    fn from_name(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"merchant_oid" => Self::MerchantOid,
            b"status" => Self::Status,
            b"total_amount" => Self::TotalAmount,
            b"hash" => Self::Hash,
            b"currency" => Self::Currency,
            b"payment_amount" => Self::PaymentAmount,
            b"test_mode" => Self::TestMode,
            _ => return None,
        })
    }
}

/// A field of link notifications only. Both kinds share one message shape, so it must never pass here.
const LINK_FIELD: &str = "callback_id";

impl<'a> BodyFields<'a> {
    /// Finds the fields; each name may be there once, also those that are not read here.
    pub(super) fn split(body: &'a [u8]) -> Result<Self, GrammarError> {
        let mut values = [None; Known::COUNT];
        let mut others = SeenNames::new();
        for (name, value) in pairs(body) {
            let Some(known) = Known::from_name(name) else {
                refuse_disguise(name)?;
                others.add(name)?;
                continue;
            };
            let place = values.get_mut(known as usize);
            if place.is_none_or(|place| place.replace(value).is_some()) {
                return Err(GrammarError::Repeated);
            }
        }
        let [oid, status, total, hash, currency, payment_amount, test_mode] = values;
        let missing = |name| GrammarError::Missing { name };
        Ok(Self {
            merchant_oid: oid.ok_or(missing("merchant_oid"))?,
            status: status.ok_or(missing("status"))?,
            total_amount: total.ok_or(missing("total_amount"))?,
            hash: hash.ok_or(missing("hash"))?,
            currency: currency.unwrap_or_default(),
            payment_amount: payment_amount.unwrap_or_default(),
            test_mode: test_mode.unwrap_or_default(),
        })
    }

    /// The unsigned currency and requested amount. On a failure neither says anything.
    pub(super) fn money(&self, read: &ReadFields) -> Result<CallbackMoney, GrammarError> {
        if read.status == PaymentStatus::Failed {
            return Ok(CallbackMoney {
                total: Money::new(read.total_amount, Currency::TRY),
                principal: None,
            });
        }
        let currency = std::str::from_utf8(self.currency)
            .ok()
            .and_then(amount::parse_currency)
            .ok_or(GrammarError::Value { name: "currency" })?;
        let principal = match self.payment_amount {
            [] => None,
            digits => Some(amount::parse_minor(digits).ok_or(GrammarError::Value {
                name: "payment_amount",
            })?),
        };
        Ok(CallbackMoney {
            total: Money::new(read.total_amount, currency),
            principal: principal.map(|minor_units| Money::new(minor_units, currency)),
        })
    }

    /// Anything but an absent, empty or plain `0` counts as a test: the careful reading.
    pub(super) fn mode(&self) -> Mode {
        match self.test_mode {
            [] | b"0" => Mode::Live,
            _ => Mode::Test,
        }
    }
}

/// PayTR writes its names plainly. A known name in escapes is there to be read twice.
fn refuse_disguise(name: &[u8]) -> Result<(), GrammarError> {
    if name == LINK_FIELD.as_bytes() {
        return Err(GrammarError::Foreign { name: LINK_FIELD });
    }
    let plain = decode(name);
    let is_disguised = *plain != *name
        && (Known::from_name(&plain).is_some() || *plain == *LINK_FIELD.as_bytes());
    if is_disguised {
        return Err(GrammarError::DisguisedName);
    }
    Ok(())
}
