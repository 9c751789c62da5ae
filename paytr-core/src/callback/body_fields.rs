use paid_once::{Currency, Mode, Money};

use super::pairs::{SeenNames, cut_pair, cut_value, decode, next_pair};
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

    /// The field whose name and `=` the text starts with, and the text after them.
    ///
    /// Compares with the few names there are instead of looking for the `=` first: this runs for
    /// every notification, and most of its fields are known ones.
    #[inline]
    fn at_start(text: &[u8]) -> Option<(Self, &[u8])> {
        Some(match text.first()? {
            b'm' => (Self::MerchantOid, text.strip_prefix(b"merchant_oid=")?),
            b's' => (Self::Status, text.strip_prefix(b"status=")?),
            b'h' => (Self::Hash, text.strip_prefix(b"hash=")?),
            b'c' => (Self::Currency, text.strip_prefix(b"currency=")?),
            b'p' => (Self::PaymentAmount, text.strip_prefix(b"payment_amount=")?),
            b't' => match text.strip_prefix(b"total_amount=") {
                Some(after) => (Self::TotalAmount, after),
                None => (Self::TestMode, text.strip_prefix(b"test_mode=")?),
            },
            _ => return None,
        })
    }
}

/// Names that PayTR writes plainly and with `=`.
const PLAIN_NAMES: [&str; 8] = [
    "merchant_oid",
    "status",
    "total_amount",
    "hash",
    "currency",
    "payment_amount",
    "test_mode",
    LINK_FIELD,
];

/// A field of link notifications only. Both kinds share one message shape, so it must never pass here.
const LINK_FIELD: &str = "callback_id";

impl<'a> BodyFields<'a> {
    /// Finds the fields; each name may be there once, also those that are not read here.
    #[inline]
    pub(super) fn split(body: &'a [u8]) -> Result<Self, GrammarError> {
        let mut values = [None; Known::COUNT];
        let mut others = SeenNames::new();
        let mut rest = next_pair(body);
        while !rest.is_empty() {
            let Some((known, after)) = Known::at_start(rest) else {
                let (name, _value, after) = cut_pair(rest);
                check_other(name)?;
                others.add(name)?;
                rest = next_pair(after);
                continue;
            };
            let (value, after) = cut_value(after);
            let place = values.get_mut(known as usize);
            if place.is_none_or(|place| place.replace(value).is_some()) {
                return Err(GrammarError::Repeated);
            }
            rest = next_pair(after);
        }
        let [
            oid,
            status,
            total,
            hash,
            currency,
            payment_amount,
            test_mode,
        ] = values;
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
    #[inline]
    pub(super) fn money(&self, read: &ReadFields) -> Result<CallbackMoney, GrammarError> {
        if read.status == PaymentStatus::Failed {
            return Ok(CallbackMoney {
                total: Money::new(read.total_amount, Currency::TRY),
                principal: None,
            });
        }
        money(read.total_amount, self.currency, self.payment_amount)
    }

    /// Live or test.
    pub(super) fn mode(&self) -> Mode {
        mode(self.test_mode)
    }
}

/// The money of a success: the signed total with the unsigned currency and requested amount.
#[inline]
pub(super) fn money(
    total_amount: u64,
    currency: &[u8],
    payment_amount: &[u8],
) -> Result<CallbackMoney, GrammarError> {
    let currency = std::str::from_utf8(currency)
        .ok()
        .and_then(amount::parse_currency)
        .ok_or(GrammarError::Value { name: "currency" })?;
    let principal = match payment_amount {
        [] => None,
        digits => Some(amount::parse_minor(digits).ok_or(GrammarError::Value {
            name: "payment_amount",
        })?),
    };
    Ok(CallbackMoney {
        total: Money::new(total_amount, currency),
        principal: principal.map(|minor_units| Money::new(minor_units, currency)),
    })
}

/// Anything but an absent, empty or plain `0` counts as a test: the careful reading.
#[inline]
pub(super) fn mode(test_mode: &[u8]) -> Mode {
    match test_mode {
        [] | b"0" => Mode::Live,
        _ => Mode::Test,
    }
}

/// Refuses the names that must not be here: the one of link notifications, a known one in escapes
/// (it is there to be read twice), a known one without `=`.
fn check_other(name: &[u8]) -> Result<(), GrammarError> {
    let decoded = decode(name);
    let mut known = PLAIN_NAMES.into_iter();
    let Some(plain) = known.find(|plain| plain.as_bytes() == &*decoded) else {
        return Ok(());
    };
    Err(if plain.as_bytes() != name {
        GrammarError::DisguisedName
    } else if plain == LINK_FIELD {
        GrammarError::Foreign { name: plain }
    } else {
        GrammarError::Value { name: plain }
    })
}
