use paid_once::{Currency, Mode, Money};

use super::hash_field::cut_hash;
use super::pairs::{cut_pair, cut_short_value, cut_value, decode, next_pair};
use super::payment::ReadFields;
use super::{GrammarError, PaymentStatus, UnreadableField};
use crate::amount;
use crate::credentials::Signature;

/// The raw values of one body that matter here.
pub(super) struct BodyFields<'a> {
    pub(super) merchant_oid: &'a [u8],
    pub(super) status: &'a [u8],
    pub(super) total_amount: &'a [u8],
    pub(super) hash: &'a [u8],
    /// What the hash says; `None` if it is outside its grammar.
    pub(super) signature: Option<Signature>,
    currency: &'a [u8],
    payment_amount: &'a [u8],
    test_mode: &'a [u8],
    /// The first unsigned field that is there twice, or under a name in disguise.
    odd: Option<UnreadableField>,
}

/// The money of a success, with its unsigned parts.
pub(super) struct CallbackMoney {
    pub(super) total: Money,
    pub(super) principal: Option<Money>,
    /// What could not be read. The money then stands for nothing but a record.
    pub(super) unreadable: Option<UnreadableField>,
}

/// A field that PayTR posts.
enum Posted {
    Read(Known),
    /// It decides nothing here.
    Other,
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

    /// The field as one that PayTR does not sign; `None` for a signed one.
    fn unsigned(self) -> Option<UnreadableField> {
        match self {
            Self::Currency => Some(UnreadableField::Currency),
            Self::PaymentAmount => Some(UnreadableField::PaymentAmount),
            Self::TestMode => Some(UnreadableField::TestMode),
            Self::MerchantOid | Self::Status | Self::TotalAmount | Self::Hash => None,
        }
    }

    /// The field whose name and `=` the text starts with, and the text after them.
    ///
    /// Compares with the few names there are instead of looking for the `=` first: this runs for
    /// every notification, and most of its fields are known ones.
    #[inline]
    fn at_start(text: &[u8]) -> Option<(Posted, &[u8])> {
        let (field, after) = match text.first()? {
            b'm' => match text.strip_prefix(b"merchant_oid=") {
                Some(after) => (Self::MerchantOid, after),
                None => return Some((Posted::Other, text.strip_prefix(b"merchant_id=")?)),
            },
            b's' => (Self::Status, text.strip_prefix(b"status=")?),
            b'h' => (Self::Hash, text.strip_prefix(b"hash=")?),
            b'c' => (Self::Currency, text.strip_prefix(b"currency=")?),
            b'p' => match text.strip_prefix(b"payment_amount=") {
                Some(after) => (Self::PaymentAmount, after),
                None => return Some((Posted::Other, text.strip_prefix(b"payment_type=")?)),
            },
            b't' => match text.strip_prefix(b"total_amount=") {
                Some(after) => (Self::TotalAmount, after),
                None => (Self::TestMode, text.strip_prefix(b"test_mode=")?),
            },
            b'i' => return Some((Posted::Other, text.strip_prefix(b"installment_count=")?)),
            _ => return None,
        };
        Some((Posted::Read(field), after))
    }
}

/// Names that decide what the hash is compared with: PayTR writes them plainly and with `=`.
const SIGNED_NAMES: [&str; 5] = ["merchant_oid", "status", "total_amount", "hash", LINK_FIELD];

/// A field of link notifications only. Both kinds share one message shape, so it must never pass here.
const LINK_FIELD: &str = "callback_id";

impl<'a> BodyFields<'a> {
    /// Finds the fields. A signed name must be there once, plainly. An unsigned one that is not is
    /// noted, to be decided about once the hash is right; names that are not read here may be anything.
    #[inline]
    pub(super) fn split(body: &'a [u8]) -> Result<Self, GrammarError> {
        let mut values = [None; Known::COUNT];
        let mut signature = None;
        let mut odd = None;
        let mut rest = next_pair(body);
        while !rest.is_empty() {
            let Some((posted, after)) = Known::at_start(rest) else {
                let (name, _value, after) = cut_pair(rest);
                odd = odd.or(check_other(name)?);
                rest = next_pair(after);
                continue;
            };
            let (value, after) = match posted {
                Posted::Read(Known::Hash) => {
                    let (read, value, after) = cut_hash_value(after);
                    signature = read;
                    (value, after)
                }
                Posted::Read(Known::MerchantOid) => cut_value(after),
                _ => cut_short_value(after),
            };
            rest = next_pair(after);
            let Posted::Read(known) = posted else {
                continue;
            };
            let place = values.get_mut(known as usize);
            if place.is_none_or(|place| place.replace(value).is_some()) {
                let repeated = known.unsigned().ok_or(GrammarError::Repeated)?;
                odd = odd.or(Some(repeated));
            }
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
            signature,
            currency: currency.unwrap_or_default(),
            payment_amount: payment_amount.unwrap_or_default(),
            test_mode: test_mode.unwrap_or_default(),
            odd,
        })
    }

    /// The unsigned currency and requested amount. On a failure neither says anything.
    #[inline]
    pub(super) fn money(&self, read: &ReadFields) -> CallbackMoney {
        if read.status == PaymentStatus::Failed {
            return CallbackMoney {
                total: Money::new(read.total_amount, Currency::TRY),
                principal: None,
                unreadable: None,
            };
        }
        money(
            read.total_amount,
            self.currency,
            self.payment_amount,
            self.odd,
        )
    }

    /// Live or test.
    pub(super) fn mode(&self) -> Mode {
        mode(self.test_mode)
    }
}

/// The money of a success: the signed total with the unsigned currency and requested amount, unless
/// one of them is odd or cannot be read. PayTR's own default, the lira, then stands for the currency.
#[inline]
pub(super) fn money(
    total_amount: u64,
    currency: &[u8],
    payment_amount: &[u8],
    odd: Option<UnreadableField>,
) -> CallbackMoney {
    let currency = std::str::from_utf8(currency)
        .ok()
        .and_then(amount::parse_currency);
    let principal = match payment_amount {
        [] => Some(None),
        digits => amount::parse_minor(digits).map(Some),
    };
    let known_currency = currency.unwrap_or(Currency::TRY);
    let unreadable = match (currency, principal) {
        _ if odd.is_some() => odd,
        (None, _) => Some(UnreadableField::Currency),
        (_, None) => Some(UnreadableField::PaymentAmount),
        _ => None,
    };
    CallbackMoney {
        total: Money::new(total_amount, known_currency),
        principal: principal
            .flatten()
            .map(|minor_units| Money::new(minor_units, known_currency)),
        unreadable,
    }
}

/// Anything but an absent, empty or plain `0` counts as a test: the careful reading.
#[inline]
pub(super) fn mode(test_mode: &[u8]) -> Mode {
    match test_mode {
        [] | b"0" => Mode::Live,
        _ => Mode::Test,
    }
}

/// The hash, its raw value, and what follows.
#[inline]
fn cut_hash_value(text: &[u8]) -> (Option<Signature>, &[u8], &[u8]) {
    if let Some((hash, after)) = cut_hash(text)
        && let Some((value, after)) = text.split_at_checked(text.len() - after.len())
    {
        return (Some(hash), value, after);
    }
    let (value, after) = cut_value(text);
    (None, value, after)
}

/// Refuses the names that must not be here: the one of link notifications, a signed one in escapes
/// (it is there to be read twice), a signed one without `=`. The same of an unsigned one is told.
fn check_other(name: &[u8]) -> Result<Option<UnreadableField>, GrammarError> {
    let decoded = decode(name);
    let mut signed = SIGNED_NAMES.into_iter();
    let Some(plain) = signed.find(|plain| plain.as_bytes() == &*decoded) else {
        return Ok(UnreadableField::from_name(&decoded));
    };
    Err(if plain.as_bytes() != name {
        GrammarError::DisguisedName
    } else if plain == LINK_FIELD {
        GrammarError::Foreign { name: plain }
    } else {
        GrammarError::Value { name: plain }
    })
}
