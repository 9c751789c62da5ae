use std::fmt;
use std::ops::Range;

use paid_once::{Currency, FailureReason, Mode, Money, OrderKey, Payment};

use super::body_fields::BodyFields;
use super::{CallbackError, GrammarError, UnreadableField, Unsigned};
use crate::credentials::{KeyIndex, MerchantId, Signature, SignedPart};
use crate::{Keyring, MerchantOid, amount};

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
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `merchant_oid` | `merchant_oid`, signed | 1 to 64 ASCII letters and digits | recorded |
/// | `status` | `status`, signed | `success` or `failed` | recorded |
/// | `total_amount` | `total_amount`, signed | minor units; no money at a failure | recorded |
/// | `hash` | `hash` | Base64 of 32 bytes | recorded |
/// | `failed_reason_code` | `failed_reason_code` | a number as text, at a failure | documented |
/// | `failed_reason_msg` | `failed_reason_msg` | text, at a failure | documented |
/// | `test_mode` | `test_mode` | 1, or absent | recorded |
/// | `payment_type` | `payment_type` | `card`, `eft`, `bex`, or empty at a failure | recorded |
/// | `currency` | `currency` | TL, USD, EUR, GBP or RUB; absent for a bank transfer | recorded |
/// | `payment_amount` | `payment_amount` | minor units, what was asked for | recorded |
/// | `installment_count` | `installment_count` | 1 for one payment, or 2 to 12 | recorded |
/// | `merchant_id` | `merchant_id` | digits | recorded |
/// | `utoken` | `utoken`, `ctoken` | text, when a card was stored | documented |
///
/// Source, as published in August 2026:
/// <https://dev.paytr.com/iframe-api/iframe-api-2-adim>,
/// <https://dev.paytr.com/direkt-api/direkt-api-2-adim>,
/// <https://dev.paytr.com/havale-eft-iframe-api/havale-eft-iframe-api-2-adim>.
#[derive(Clone)]
pub struct PaymentCallback {
    body: Box<[u8]>,
    merchant_oid: Range<usize>,
    read: ReadBody,
}

/// The fields that the hash covers, and the hash.
const SIGNED: [&str; 4] = ["merchant_oid", "status", "total_amount", "hash"];

/// The `status` of a payment notification.
///
/// On the wire: `status`, `success` or `failed`. Recorded; documented:
/// <https://dev.paytr.com/iframe-api/iframe-api-2-adim>, August 2026.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentStatus {
    /// `success`.
    Success,
    /// `failed`.
    Failed,
}

impl PaymentCallback {
    /// Checks the grammar of a notification body, then its hash against all keys, and keeps the body.
    ///
    /// # Errors
    ///
    /// [`CallbackError`]; the body is then not to be believed in any part.
    pub fn verify(keyring: &Keyring, body: &[u8]) -> Result<Self, CallbackError> {
        Ok(PaymentCallbackRef::verify(keyring, body)?.to_owned())
    }

    /// The same without the body's ownership.
    #[must_use]
    #[inline]
    pub fn borrowed(&self) -> PaymentCallbackRef<'_> {
        let merchant_oid = self.body.get(self.merchant_oid.clone());
        PaymentCallbackRef {
            body: &self.body,
            merchant_oid: merchant_oid.unwrap_or_default(),
            read: self.read,
        }
    }

    /// The order id: 1 to 64 ASCII letters and digits. Signed.
    #[must_use]
    pub fn merchant_oid(&self) -> &str {
        self.borrowed().merchant_oid()
    }

    /// Success or failure. Signed.
    #[must_use]
    pub fn status(&self) -> PaymentStatus {
        self.read.status
    }

    /// What PayTR collected, in minor units. Signed. On a failure it is not an amount of money.
    #[must_use]
    pub fn total_amount(&self) -> u64 {
        self.read.total_amount
    }

    /// Which key of the keyring signed it.
    #[must_use]
    pub fn key_index(&self) -> KeyIndex {
        self.read.key_index
    }

    /// The fields that are not signed.
    #[must_use]
    pub fn unsigned(&self) -> Unsigned<'_> {
        Unsigned::new(&self.body, &SIGNED)
    }

    /// The unsigned field that decides something and cannot be read. Such a payment must not be delivered:
    /// a [`CallbackGate`](crate::CallbackGate) refuses it and records it for review.
    #[must_use]
    pub fn unreadable(&self) -> Option<UnreadableField> {
        self.read.unreadable
    }

    /// What the notification claims, for the gate.
    ///
    /// The total is the signed one. Its currency, the mode and the requested amount are unsigned:
    /// the gate compares them with the shop's records, so they can make it refuse, never accept. With an
    /// [unreadable](Self::unreadable) field the total is in no currency, so that no gate accepts it.
    #[must_use]
    pub fn payment(&self, merchant: &MerchantId) -> Payment {
        self.borrowed().payment(merchant)
    }

    /// The same as far as it can be read, for the record of a review.
    pub(crate) fn payment_as_read(&self, merchant: &MerchantId) -> Payment {
        self.borrowed().claim(merchant, self.read.total)
    }
}

impl fmt::Debug for PaymentCallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.borrowed().fmt_as("PaymentCallback", f)
    }
}

/// A [`PaymentCallback`] that still lies in the body it came in: the verdict without an allocation.
///
/// ```
/// use paytr_core::callback::{CallbackError, PaymentCallbackRef};
/// use paytr_core::Keyring;
///
/// /// The order and its total in minor units, of a body that PayTR signed.
/// fn paid<'a>(keyring: &Keyring, body: &'a [u8]) -> Result<(&'a str, u64), CallbackError> {
///     let callback = PaymentCallbackRef::verify(keyring, body)?;
///     Ok((callback.merchant_oid(), callback.total_amount()))
/// }
/// ```
#[derive(Clone, Copy)]
pub struct PaymentCallbackRef<'a> {
    body: &'a [u8],
    merchant_oid: &'a [u8],
    read: ReadBody,
}

/// What a body says beside its order id.
#[derive(Clone, Copy)]
struct ReadBody {
    status: PaymentStatus,
    total_amount: u64,
    mode: Mode,
    principal: Option<Money>,
    total: Money,
    unreadable: Option<UnreadableField>,
    key_index: KeyIndex,
}

impl<'a> PaymentCallbackRef<'a> {
    /// Checks the grammar of a notification body, then its hash against all keys. Allocates nothing.
    ///
    /// # Errors
    ///
    /// [`CallbackError`]; the body is then not to be believed in any part.
    pub fn verify(keyring: &Keyring, body: &'a [u8]) -> Result<Self, CallbackError> {
        let body_fields = BodyFields::split(body)?;
        let signed = SignedFields {
            merchant_oid: body_fields.merchant_oid,
            status: body_fields.status,
            total_amount: body_fields.total_amount,
            hash: body_fields.hash,
        };
        let read = signed.read(body_fields.signature)?;
        let money = body_fields.money(&read);
        let key_index = signed.verify_hash(&read.signature, keyring)?;
        Ok(Self {
            body,
            merchant_oid: body_fields.merchant_oid,
            read: ReadBody {
                status: read.status,
                total_amount: read.total_amount,
                mode: body_fields.mode(),
                principal: money.principal,
                total: money.total,
                unreadable: money.unreadable,
                key_index,
            },
        })
    }

    /// The same with a copy of the body.
    #[must_use]
    pub fn to_owned(self) -> PaymentCallback {
        // The id was cut out of the body.
        let start = self.merchant_oid.as_ptr().addr() - self.body.as_ptr().addr();
        PaymentCallback {
            body: self.body.into(),
            merchant_oid: start..start + self.merchant_oid.len(),
            read: self.read,
        }
    }

    /// See [`PaymentCallback::merchant_oid`].
    #[must_use]
    pub fn merchant_oid(&self) -> &'a str {
        // Letters and digits, as the grammar wants them.
        std::str::from_utf8(self.merchant_oid).unwrap_or_default()
    }

    /// See [`PaymentCallback::status`].
    #[must_use]
    pub fn status(&self) -> PaymentStatus {
        self.read.status
    }

    /// See [`PaymentCallback::total_amount`].
    #[must_use]
    pub fn total_amount(&self) -> u64 {
        self.read.total_amount
    }

    /// See [`PaymentCallback::key_index`].
    #[must_use]
    pub fn key_index(&self) -> KeyIndex {
        self.read.key_index
    }

    /// See [`PaymentCallback::unsigned`].
    #[must_use]
    pub fn unsigned(&self) -> Unsigned<'a> {
        Unsigned::new(self.body, &SIGNED)
    }

    /// See [`PaymentCallback::unreadable`].
    #[must_use]
    pub fn unreadable(&self) -> Option<UnreadableField> {
        self.read.unreadable
    }

    /// See [`PaymentCallback::payment`].
    #[must_use]
    pub fn payment(&self, merchant: &MerchantId) -> Payment {
        match self.read.unreadable {
            Some(_) => self.claim(merchant, Money::new(self.read.total_amount, Currency::XXX)),
            None => self.claim(merchant, self.read.total),
        }
    }

    fn claim(&self, merchant: &MerchantId, total: Money) -> Payment {
        #[expect(
            clippy::expect_used,
            reason = "both ids are narrower than an order key"
        )]
        let order = OrderKey::new(merchant.as_str(), self.merchant_oid())
            .expect("both ids fit an order key");
        let payment = match self.read.status {
            PaymentStatus::Success => Payment::paid(order, total),
            PaymentStatus::Failed => Payment::failed(order, self.failure_reason()),
        };
        payment
            .with_mode(self.read.mode)
            .with_requested(self.read.principal)
    }

    fn failure_reason(&self) -> FailureReason {
        let unsigned = self.unsigned();
        FailureReason {
            code: unsigned.failed_reason_code().map(Into::into),
            message: unsigned.failed_reason_msg().map(Into::into),
        }
    }

    fn fmt_as(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(name)
            .field("merchant_oid", &self.merchant_oid())
            .field("status", &self.read.status)
            .field("total_amount", &self.read.total_amount)
            .field("key_index", &self.read.key_index)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for PaymentCallbackRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_as("PaymentCallbackRef", f)
    }
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
    /// Checks grammar and hash: the verdict on its own. Allocates nothing.
    ///
    /// # Errors
    ///
    /// [`CallbackError`] when a field breaks its grammar or no key made the hash.
    pub fn verify(&self, keyring: &Keyring) -> Result<KeyIndex, CallbackError> {
        let read = self.read(Signature::from_base64(self.hash).ok())?;
        self.verify_hash(&read.signature, keyring)
    }

    /// Checks the grammar of all but the hash, which was read before.
    #[inline]
    fn read(&self, signature: Option<Signature>) -> Result<ReadFields, GrammarError> {
        let wrong = |name| GrammarError::Value { name };
        if !MerchantOid::fits(self.merchant_oid) {
            return Err(wrong("merchant_oid"));
        }
        // Read strictly: a status of another length would move the boundary to the total.
        let status = match self.status {
            b"success" => PaymentStatus::Success,
            b"failed" => PaymentStatus::Failed,
            _ => return Err(wrong("status")),
        };
        let total_amount = amount::parse_minor(self.total_amount).ok_or(wrong("total_amount"))?;
        let signature = signature.ok_or(wrong("hash"))?;
        Ok(ReadFields {
            status,
            total_amount,
            signature,
        })
    }

    /// Checks the hash of fields whose grammar was checked.
    #[inline]
    fn verify_hash(
        &self,
        signature: &Signature,
        keyring: &Keyring,
    ) -> Result<KeyIndex, CallbackError> {
        let message = [
            SignedPart::Field(self.merchant_oid),
            SignedPart::Salt,
            SignedPart::Field(self.status),
            SignedPart::Field(self.total_amount),
        ];
        keyring
            .verify(&message, signature)
            .ok_or(CallbackError::BadHash)
    }
}

/// What well-formed fields say.
pub(super) struct ReadFields {
    pub(super) status: PaymentStatus,
    pub(super) total_amount: u64,
    signature: Signature,
}

impl fmt::Debug for SignedFields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignedFields(..)")
    }
}
