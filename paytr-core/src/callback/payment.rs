use std::fmt;

use paid_once::{FailureReason, Mode, Money, Payment};

use super::pairs::{SeenNames, decode, decode_exactly, pairs};
use super::{CallbackError, GrammarError, Unsigned};
use crate::{KeyIndex, Keyring, MerchantId, MerchantOid, Signature, SignedPart, amount};

/// The fields that the hash covers, and the hash.
pub(super) const SIGNED_NAMES: [&str; 4] = ["merchant_oid", "status", "total_amount", "hash"];

/// A field of link notifications only. Both kinds share one message shape, so it must never pass here.
const LINK_FIELD: &[u8] = b"callback_id";

/// A payment notification whose grammar and hash were checked.
///
/// The hash covers `merchant_oid`, `status` and `total_amount`; everything else is
/// [`unsigned`](Self::unsigned). Source: PayTR, iFrame API step 2.
///
/// ```
/// use paytr_core::{Credentials, Keyring, PaymentCallback};
///
/// let credentials = Credentials::new("123456", "aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a")?;
/// let body = b"merchant_oid=SIPARIS0001&status=success&total_amount=3456&currency=TL\
///              &hash=4B%2Fw%2BFYL%2BR%2FkQtmTzJpW0BVLqpItTNufqOyiYQf240E%3D";
/// let callback = PaymentCallback::verify(&Keyring::new(credentials), body)?;
/// assert_eq!(callback.merchant_oid(), "SIPARIS0001");
/// assert_eq!(callback.total_amount(), 3_456);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct PaymentCallback {
    body: Box<[u8]>,
    merchant_oid: MerchantOid,
    status: PaymentStatus,
    total_amount: u64,
    mode: Mode,
    principal: Option<Money>,
    total: Money,
    key_index: KeyIndex,
}

/// The `status` of a payment notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentStatus {
    /// `success`.
    Success,
    /// `failed`.
    Failed,
}

/// The signed fields and the hash of a notification, percent-decoded, for callers that parse forms
/// themselves. [`PaymentCallback::verify`] does all of it.
#[derive(Clone, Copy)]
pub struct SignedFields<'a> {
    /// `merchant_oid`.
    pub merchant_oid: &'a [u8],
    /// `status`.
    pub status: &'a [u8],
    /// `total_amount`.
    pub total_amount: &'a [u8],
    /// `hash`.
    pub hash: &'a [u8],
}

impl SignedFields<'_> {
    /// Checks grammar and hash: the verdict on its own.
    ///
    /// # Errors
    ///
    /// [`CallbackError`] when a field breaks its grammar or no key made the hash.
    pub fn verify(&self, keyring: &Keyring) -> Result<KeyIndex, CallbackError> {
        let checked = self.check()?;
        checked.verify(self, keyring)
    }

    fn check(&self) -> Result<CheckedFields, GrammarError> {
        let wrong = |name| GrammarError::Value { name };
        let merchant_oid = std::str::from_utf8(self.merchant_oid)
            .ok()
            .and_then(|id| MerchantOid::new(id).ok())
            .ok_or(wrong("merchant_oid"))?;
        // Read strictly: a status of another length would move the boundary to the total.
        let status = match self.status {
            b"success" => PaymentStatus::Success,
            b"failed" => PaymentStatus::Failed,
            _ => return Err(wrong("status")),
        };
        let total_amount = amount::parse_minor(self.total_amount).ok_or(wrong("total_amount"))?;
        let signature = Signature::from_base64(self.hash).map_err(|_| wrong("hash"))?;
        Ok(CheckedFields {
            merchant_oid,
            status,
            total_amount,
            signature,
        })
    }
}

struct CheckedFields {
    merchant_oid: MerchantOid,
    status: PaymentStatus,
    total_amount: u64,
    signature: Signature,
}

impl CheckedFields {
    fn verify(
        &self,
        fields: &SignedFields<'_>,
        keyring: &Keyring,
    ) -> Result<KeyIndex, CallbackError> {
        let message = [
            SignedPart::Field(fields.merchant_oid),
            SignedPart::Salt,
            SignedPart::Field(fields.status),
            SignedPart::Field(fields.total_amount),
        ];
        keyring
            .verify(&message, &self.signature)
            .ok_or(CallbackError::BadHash)
    }
}

impl PaymentCallback {
    /// Checks the grammar of a notification body, then its hash against all keys.
    ///
    /// # Errors
    ///
    /// [`CallbackError`]; the body is then not to be believed in any part.
    pub fn verify(keyring: &Keyring, body: &[u8]) -> Result<Self, CallbackError> {
        let parts = BodyParts::split(body)?;
        let hash = decode_exactly::<44>(parts.hash).ok_or(GrammarError::Value { name: "hash" })?;
        let fields = SignedFields {
            merchant_oid: parts.merchant_oid,
            status: parts.status,
            total_amount: parts.total_amount,
            hash: &hash,
        };
        let checked = fields.check()?;
        let key_index = checked.verify(&fields, keyring)?;
        let money = parts.money(&checked)?;
        Ok(Self {
            body: body.into(),
            merchant_oid: checked.merchant_oid,
            status: checked.status,
            total_amount: checked.total_amount,
            mode: parts.mode(),
            principal: money.principal,
            total: money.total,
            key_index,
        })
    }

    /// The order id: 1 to 64 ASCII letters and digits. Signed.
    #[must_use]
    pub fn merchant_oid(&self) -> &str {
        self.merchant_oid.as_str()
    }

    /// Success or failure. Signed.
    #[must_use]
    pub fn status(&self) -> PaymentStatus {
        self.status
    }

    /// What PayTR collected, in minor units. Signed. On a failure it is not an amount of money.
    #[must_use]
    pub fn total_amount(&self) -> u64 {
        self.total_amount
    }

    /// Which key of the keyring signed it.
    #[must_use]
    pub fn key_index(&self) -> KeyIndex {
        self.key_index
    }

    /// The fields that are not signed.
    #[must_use]
    pub fn unsigned(&self) -> Unsigned<'_> {
        Unsigned::new(&self.body)
    }

    /// What the notification claims, for the gate.
    ///
    /// The total is the signed one. Its currency, the mode and the requested amount are unsigned:
    /// the gate compares them with the shop's records, so they can make it refuse, never accept.
    #[must_use]
    pub fn payment(&self, merchant: &MerchantId) -> Payment {
        let order = self.merchant_oid.order_key(merchant);
        let payment = match self.status {
            PaymentStatus::Success => Payment::paid(order, self.total),
            PaymentStatus::Failed => Payment::failed(order, self.failure_reason()),
        };
        payment.with_mode(self.mode).with_requested(self.principal)
    }

    fn failure_reason(&self) -> FailureReason {
        let unsigned = self.unsigned();
        FailureReason {
            code: unsigned.failed_reason_code().map(Into::into),
            message: unsigned.failed_reason_msg().map(Into::into),
        }
    }
}

impl fmt::Debug for PaymentCallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaymentCallback")
            .field("merchant_oid", &self.merchant_oid())
            .field("status", &self.status)
            .field("total_amount", &self.total_amount)
            .field("key_index", &self.key_index)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for SignedFields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignedFields(..)")
    }
}

/// The raw values of one body that matter here.
struct BodyParts<'a> {
    merchant_oid: &'a [u8],
    status: &'a [u8],
    total_amount: &'a [u8],
    hash: &'a [u8],
    currency: &'a [u8],
    payment_amount: &'a [u8],
    test_mode: &'a [u8],
}

struct CallbackMoney {
    total: Money,
    principal: Option<Money>,
}

impl<'a> BodyParts<'a> {
    fn split(body: &'a [u8]) -> Result<Self, GrammarError> {
        let mut seen = SeenNames::new();
        let [mut oid, mut status, mut total, mut hash] = [None; 4];
        let [mut currency, mut payment_amount, mut test_mode] = [&[][..]; 3];
        for (name, value) in pairs(body) {
            seen.add(name)?;
            match name {
                b"merchant_oid" => oid = Some(value),
                b"status" => status = Some(value),
                b"total_amount" => total = Some(value),
                b"hash" => hash = Some(value),
                b"currency" => currency = value,
                b"payment_amount" => payment_amount = value,
                b"test_mode" => test_mode = value,
                LINK_FIELD => {
                    return Err(GrammarError::Foreign {
                        name: "callback_id",
                    });
                }
                other => refuse_disguise(other)?,
            }
        }
        let missing = |name| GrammarError::Missing { name };
        let merchant_oid = oid.ok_or(missing("merchant_oid"))?;
        Ok(Self {
            merchant_oid,
            status: status.ok_or(missing("status"))?,
            total_amount: total.ok_or(missing("total_amount"))?,
            hash: hash.ok_or(missing("hash"))?,
            currency,
            payment_amount,
            test_mode,
        })
    }

    /// The unsigned currency and requested amount. On a failure neither says anything.
    fn money(&self, checked: &CheckedFields) -> Result<CallbackMoney, GrammarError> {
        if checked.status == PaymentStatus::Failed {
            return Ok(CallbackMoney {
                total: Money::new(checked.total_amount, paid_once::Currency::TRY),
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
            total: Money::new(checked.total_amount, currency),
            principal: principal.map(|minor_units| Money::new(minor_units, currency)),
        })
    }

    /// Anything but an absent, empty or plain `0` counts as a test: the careful reading.
    fn mode(&self) -> Mode {
        match self.test_mode {
            [] | b"0" => Mode::Live,
            _ => Mode::Test,
        }
    }
}

/// PayTR writes its names plainly. A known name in escapes is there to be read twice.
fn refuse_disguise(name: &[u8]) -> Result<(), GrammarError> {
    if !name.iter().any(|byte| matches!(byte, b'%' | b'+')) {
        return Ok(());
    }
    let plain = decode(name);
    let known = [
        "merchant_oid",
        "status",
        "total_amount",
        "hash",
        "currency",
        "payment_amount",
        "test_mode",
        "callback_id",
    ];
    if known.iter().any(|known| known.as_bytes() == &*plain) {
        return Err(GrammarError::DisguisedName);
    }
    Ok(())
}
