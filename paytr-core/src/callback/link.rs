use std::fmt;
use std::str::FromStr;

use paid_once::{Currency, Mode, Money, OrderKey, Outcome, Payment};

use super::body_fields::{mode, money};
use super::pairs::{KnownFields, wrong};
use super::{CallbackError, UnreadableField, Unsigned};
use crate::credentials::{KeyIndex, MerchantId, SignedPart};
use crate::{IdForm, Keyring, MerchantOid, amount};

/// The notification of a paid link, whose grammar, form and hash were checked.
///
/// PayTR posts it to the `callback_link` given when the link was made, for successful payments only.
/// A product link may be paid many times: each payment has a `merchant_oid` of its own, made by PayTR,
/// and all of them the shop's one `callback_id`. Source: PayTR, Link API, callback.
///
/// # What the hash says
///
/// It covers `callback_id`, `merchant_oid`, `status` and `total_amount`; everything else is
/// [`unsigned`](Self::unsigned). PayTR joins the first two without a separator, in the place where a
/// payment notification has its order id alone. So the hash says neither where one id ends nor which
/// of the two kinds it was made for. Both are decided by the [`IdForm`]:
///
/// * all ids of a form have one length, so the joined text can be cut at one place only;
/// * no order id begins with the prefix of the links, so the notification of an order fits no link.
///   Give orders and links prefixes of which none begins with the other.
///
/// The other way round, a link notification without its `callback_id` is a well-signed payment of the
/// order whose id is both ids joined. No shop ever opened it, so it is refused as unknown.
///
/// ```
/// use paytr_core::testing::LinkNotification;
/// use paytr_core::{Credentials, IdForm, Keyring};
/// use paytr_core::callback::LinkCallback;
///
/// let credentials = Credentials::new("123456", "aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a")?;
/// let links = IdForm::new("LINK")?;
/// let callback_id = links.make();
/// let body = LinkNotification::success(&callback_id, "PAYTR1767600000", 1_445)
///     .sign(&credentials)
///     .to_body();
/// let callback = LinkCallback::verify(&Keyring::new(credentials), &links, body.as_bytes())?;
/// assert_eq!(callback.callback_id().as_str(), callback_id);
/// assert_eq!(callback.total_amount(), 1_445);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `callback_id` | `callback_id`, signed | 1 to 64 letters and digits, of the shop | documented |
/// | `merchant_oid` | `merchant_oid`, signed | 1 to 64 ASCII letters and digits, of PayTR | documented |
/// | `status` | `status`, signed | `success`; a failure is not told | documented |
/// | `total_amount` | `total_amount`, signed | minor units | documented |
/// | `hash` | `hash` | Base64 of 32 bytes | documented |
/// | `payment_amount` | `payment_amount` | minor units | documented |
/// | `payment_type` | `payment_type` | `card`, `bex`, … | documented |
/// | `currency` | `currency` | TL, USD, EUR, GBP or RUB | documented |
/// | `merchant_id` | `merchant_id` | digits | documented |
/// | `test_mode` | `test_mode` | 1, or absent | documented |
///
/// Source: <https://dev.paytr.com/link-api/linkle-api-callback>, as published in August 2026.
#[derive(Clone)]
pub struct LinkCallback {
    body: Box<[u8]>,
    callback_id: CallbackId,
    merchant_oid: MerchantOid,
    total: Money,
    mode: Mode,
    unreadable: Option<UnreadableField>,
    key_index: KeyIndex,
}

const NAMES: [&str; 8] = [
    "callback_id",
    "merchant_oid",
    "status",
    "total_amount",
    "hash",
    "currency",
    "payment_amount",
    "test_mode",
];

/// The fields that the hash covers, and the hash.
const SIGNED: [&str; 5] = [
    "callback_id",
    "merchant_oid",
    "status",
    "total_amount",
    "hash",
];

/// Stands between the merchant and the `callback_id` in the namespace of link payments.
const NAMESPACE: &str = ":link:";

impl LinkCallback {
    /// Checks the grammar of a notification body, the form of its `callback_id`, then its hash
    /// against all keys.
    ///
    /// # Errors
    ///
    /// [`CallbackError`]; the body is then not to be believed in any part.
    pub fn verify(keyring: &Keyring, form: &IdForm, body: &[u8]) -> Result<Self, CallbackError> {
        let fields = KnownFields::split(body, NAMES, None)?;
        let raw_id = fields.required("callback_id")?;
        let callback_id = std::str::from_utf8(raw_id).ok();
        let callback_id = callback_id.filter(|id| form.fits(id));
        let callback_id = callback_id.and_then(|id| CallbackId::new(id).ok());
        let callback_id = callback_id.ok_or(wrong("callback_id"))?;
        let order = fields.required("merchant_oid")?;
        if !MerchantOid::fits(order) {
            return Err(wrong("merchant_oid").into());
        }
        let status = fields.required("status")?;
        if status != b"success" {
            return Err(wrong("status").into());
        }
        let raw_total = fields.required("total_amount")?;
        let total = amount::parse_minor(raw_total).ok_or(wrong("total_amount"))?;
        let signature = fields.signature()?;
        let money = money(
            total,
            fields.get("currency").unwrap_or_default(),
            fields.get("payment_amount").unwrap_or_default(),
            fields.odd,
        );
        let message = [
            SignedPart::Field(raw_id),
            SignedPart::Field(order),
            SignedPart::Salt,
            SignedPart::Field(status),
            SignedPart::Field(raw_total),
        ];
        let key_index = keyring.verify(&message, &signature);
        let merchant_oid = MerchantOid::of_fitting(order);
        Ok(Self {
            key_index: key_index.ok_or(CallbackError::BadHash)?,
            callback_id,
            merchant_oid: merchant_oid.map_err(|_| wrong("merchant_oid"))?,
            total: money.total,
            unreadable: money.unreadable,
            mode: mode(fields.get("test_mode").unwrap_or_default()),
            body: body.into(),
        })
    }

    /// The shop's own id of the link. Signed.
    #[must_use]
    pub fn callback_id(&self) -> &CallbackId {
        &self.callback_id
    }

    /// PayTR's id of this one payment, for refunds and status inquiries. Signed.
    #[must_use]
    pub fn merchant_oid(&self) -> &str {
        self.merchant_oid.as_str()
    }

    /// What PayTR collected, in minor units. Signed; its currency is not.
    #[must_use]
    pub fn total_amount(&self) -> u64 {
        self.total.minor_units()
    }

    /// Which key of the keyring signed it.
    #[must_use]
    pub fn key_index(&self) -> KeyIndex {
        self.key_index
    }

    /// The fields that are not signed.
    #[must_use]
    pub fn unsigned(&self) -> Unsigned<'_> {
        Unsigned::new(&self.body, &SIGNED)
    }

    /// The unsigned field that decides something and cannot be read. Such a payment must not be delivered:
    /// a [`LinkGate`](crate::gate::LinkGate) refuses it and records it for review.
    #[must_use]
    pub fn unreadable(&self) -> Option<UnreadableField> {
        self.unreadable
    }

    /// The key of this one payment in a store: in a namespace of its link, where no order of the shop
    /// can be.
    #[must_use]
    pub fn order_key(&self, merchant: &MerchantId) -> OrderKey {
        Self::key(merchant, &self.callback_id, &self.merchant_oid)
    }

    /// The key of one payment of a link.
    pub(crate) fn key(merchant: &MerchantId, link: &CallbackId, oid: &MerchantOid) -> OrderKey {
        let namespace = format!("{merchant}{NAMESPACE}{link}");
        #[expect(
            clippy::expect_used,
            reason = "20 digits, 6 characters and 64 letters fit a namespace"
        )]
        OrderKey::new(namespace, oid.as_str()).expect("all ids fit an order key")
    }

    /// The link in a key made by [`order_key`](Self::order_key).
    pub(crate) fn link_of(order: &OrderKey) -> Option<CallbackId> {
        let (_merchant, callback_id) = order.merchant().split_once(NAMESPACE)?;
        CallbackId::new(callback_id).ok()
    }

    /// What the notification claims, for the gate.
    ///
    /// The total is the signed one. Its currency and the mode are unsigned: the gate compares them
    /// with the shop's records, so they can make it refuse, never accept. The unsigned
    /// `payment_amount` is left out: where the buyer chooses the quantity or the amount, there is
    /// nothing to compare it with. With an [unreadable](Self::unreadable) field the total is in no
    /// currency, so that no gate accepts it.
    #[must_use]
    pub fn payment(&self, merchant: &MerchantId) -> Payment {
        let mut payment = self.payment_as_read(merchant);
        if self.unreadable.is_some() {
            let total = Money::new(self.total_amount(), Currency::XXX);
            payment.outcome = Outcome::Paid { total };
        }
        payment
    }

    /// The same as far as it can be read, for the record of a review.
    pub(crate) fn payment_as_read(&self, merchant: &MerchantId) -> Payment {
        Payment::paid(self.order_key(merchant), self.total).with_mode(self.mode)
    }
}

impl fmt::Debug for LinkCallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkCallback")
            .field("callback_id", &self.callback_id)
            .field("merchant_oid", &self.merchant_oid)
            .field("total_amount", &self.total_amount())
            .field("key_index", &self.key_index)
            .finish_non_exhaustive()
    }
}

/// A `callback_id`: 1 to 64 ASCII letters and digits that the shop gives to a payment link.
///
/// On the wire: `callback_id`. Documented: <https://dev.paytr.com/link-api/link-api-create>, August 2026.
///
/// Make it with an [`IdForm`](crate::IdForm): link notifications are accepted in that form only.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallbackId(Box<str>);

impl CallbackId {
    /// Longest id, in characters.
    pub const MAX_LEN: usize = 64;

    /// Checks and takes the id.
    ///
    /// # Errors
    ///
    /// [`CallbackIdError`] when it is empty, too long, or has another character.
    pub fn new(id: &str) -> Result<Self, CallbackIdError> {
        let letters_and_digits = id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let fits = (1..=Self::MAX_LEN).contains(&id.len()) && letters_and_digits;
        fits.then(|| Self(id.into())).ok_or(CallbackIdError)
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CallbackId {
    type Err = CallbackIdError;

    fn from_str(id: &str) -> Result<Self, Self::Err> {
        Self::new(id)
    }
}

impl fmt::Display for CallbackId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for CallbackId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CallbackId({self})")
    }
}

/// The text is not a `callback_id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("callback_id is 1 to 64 ASCII letters and digits")]
pub struct CallbackIdError;
