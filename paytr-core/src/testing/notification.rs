use std::fmt;
use std::marker::PhantomData;

use serde_json::Value;

use crate::Credentials;
use crate::api::EftBank;
use crate::callback::NotificationKind;
use crate::credentials::SignedPart;

/// The fields of a notification of one kind, as PayTR would post them.
///
/// See [`PaymentNotification`], [`LinkNotification`], [`EftNotification`], [`TransferNotification`] and
/// [`CashoutNotification`](super::CashoutNotification). `Debug` shows names only.
#[derive(Clone, PartialEq, Eq)]
#[must_use]
pub struct Notification<K> {
    fields: Vec<(String, String)>,
    kind: PhantomData<K>,
}

/// What PayTR signs in a notification of one kind.
pub trait NotificationFormula {
    /// The kind.
    const KIND: NotificationKind;

    /// What the hash covers, in the order it is joined: names of fields, `merchant_id` for the merchant's own
    /// id, and [`MERCHANT_SALT`] where the salt goes.
    const SIGNED: &'static [&'static str];
}

/// Where the salt goes in [`NotificationFormula::SIGNED`].
pub const MERCHANT_SALT: &str = "merchant_salt";

impl<K: NotificationFormula> Notification<K> {
    /// Any fields, also wrong, missing and repeated ones.
    pub fn from_fields<N: Into<String>, V: Into<String>>(
        fields: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let fields = fields.into_iter();
        Self {
            fields: fields
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
            kind: PhantomData,
        }
    }

    /// Adds a field; a repeated name is repeated.
    pub fn field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }

    /// Adds the hash over the signed fields as they are now. One that is not there is signed as nothing.
    pub fn sign(self, credentials: &Credentials) -> Self {
        // PayTR removes the backslashes of this field before it signs.
        let trans_ids = self.value("trans_ids").replace('\\', "");
        let part = |name: &&'static str| match *name {
            MERCHANT_SALT => SignedPart::Salt,
            "merchant_id" => SignedPart::Field(credentials.merchant_id().as_str().as_bytes()),
            "trans_ids" => SignedPart::Field(trans_ids.as_bytes()),
            name => SignedPart::Field(self.value(name).as_bytes()),
        };
        let message: Vec<_> = K::SIGNED.iter().map(part).collect();
        let hash = credentials.sign(&message).to_base64();
        self.field("hash", hash)
    }

    /// The fields in order.
    #[must_use]
    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
    }

    /// The urlencoded body.
    #[must_use]
    pub fn to_body(&self) -> String {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.fields)
            .finish()
    }

    fn value(&self, name: &str) -> &str {
        let mut values = self.fields.iter().filter(|(known, _)| known == name);
        values.next().map_or("", |(_, value)| value)
    }
}

impl<K: NotificationFormula> fmt::Debug for Notification<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Notification({}) ", K::KIND)?;
        let names = self.fields.iter().map(|(name, _)| name);
        f.debug_list().entries(names).finish()
    }
}

/// A payment notification.
///
/// Besides the constructors' fields PayTR documents `currency`, `payment_amount`, `payment_type`,
/// `installment_count`, `test_mode`, `failed_reason_code`, `failed_reason_msg`, `utoken` and `ctoken`,
/// and is recorded to send `merchant_id`.
pub type PaymentNotification = Notification<Payment>;

/// The formula of payment notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payment;

impl Notification<Payment> {
    /// A success with a total in minor units.
    pub fn success(merchant_oid: impl Into<String>, total_amount: u64) -> Self {
        Self::new(merchant_oid, "success", total_amount.to_string())
    }

    /// A failure with total 0 and a reason code.
    pub fn failed(merchant_oid: impl Into<String>, reason_code: impl Into<String>) -> Self {
        Self::new(merchant_oid, "failed", "0").field("failed_reason_code", reason_code)
    }

    /// Any three signed fields, also wrong ones.
    pub fn new(
        merchant_oid: impl Into<String>,
        status: impl Into<String>,
        total_amount: impl Into<String>,
    ) -> Self {
        Self::from_fields([
            ("merchant_oid", merchant_oid.into()),
            ("status", status.into()),
            ("total_amount", total_amount.into()),
        ])
    }
}

impl NotificationFormula for Payment {
    const KIND: NotificationKind = NotificationKind::Payment;

    const SIGNED: &'static [&'static str] =
        &["merchant_oid", MERCHANT_SALT, "status", "total_amount"];
}

/// The notification of a paid link.
///
/// Besides the constructors' fields PayTR documents `payment_amount`, `payment_type`, `currency`,
/// `merchant_id` and `test_mode`.
pub type LinkNotification = Notification<Link>;

/// The formula of link notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link;

impl Notification<Link> {
    /// A success with a total in minor units. PayTR sends link notifications for successes only.
    pub fn success(
        callback_id: impl Into<String>,
        merchant_oid: impl Into<String>,
        total_amount: u64,
    ) -> Self {
        Self::new(
            callback_id,
            merchant_oid,
            "success",
            total_amount.to_string(),
        )
    }

    /// Any four signed fields, also wrong ones.
    pub fn new(
        callback_id: impl Into<String>,
        merchant_oid: impl Into<String>,
        status: impl Into<String>,
        total_amount: impl Into<String>,
    ) -> Self {
        Self::from_fields([
            ("callback_id", callback_id.into()),
            ("merchant_oid", merchant_oid.into()),
            ("status", status.into()),
            ("total_amount", total_amount.into()),
        ])
    }
}

impl NotificationFormula for Link {
    const KIND: NotificationKind = NotificationKind::Link;

    const SIGNED: &'static [&'static str] = &[
        "callback_id",
        "merchant_oid",
        MERCHANT_SALT,
        "status",
        "total_amount",
    ];
}

/// The notice that a buyer filled in the form of a bank transfer.
pub type EftNotification = Notification<Eft>;

/// The formula of EFT notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Eft;

impl Notification<Eft> {
    /// A notice with `status=info`.
    pub fn new(merchant_oid: impl Into<String>, bank: EftBank) -> Self {
        Self::from_fields([
            ("status", "info".to_owned()),
            ("merchant_oid", merchant_oid.into()),
            ("bank", bank.code().to_owned()),
        ])
    }

    /// Adds what the buyer typed: the day of the transfer, name, phone number and the last five digits
    /// of the national id.
    pub fn sender(
        self,
        payment_sent_date: impl Into<String>,
        user_name: impl Into<String>,
        user_phone: impl Into<String>,
        tc_no_last5: impl Into<String>,
    ) -> Self {
        self.field("payment_sent_date", payment_sent_date)
            .field("user_name", user_name)
            .field("user_phone", user_phone)
            .field("tc_no_last5", tc_no_last5)
    }
}

impl NotificationFormula for Eft {
    const KIND: NotificationKind = NotificationKind::Eft;

    const SIGNED: &'static [&'static str] = &["merchant_oid", "bank", MERCHANT_SALT];
}

/// The notification that platform transfers are completed.
pub type TransferNotification = Notification<Transfer>;

/// The formula of transfer results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transfer;

impl Notification<Transfer> {
    /// A notification of these transfers, as the text of a JSON list.
    pub fn new<I: Into<String>>(trans_ids: impl IntoIterator<Item = I>) -> Self {
        let ids = trans_ids.into_iter().map(|id| Value::String(id.into()));
        Self::of_text(Value::Array(ids.collect()).to_string())
    }

    /// Any text of `trans_ids`, such as one whose quotes are escaped by backslashes.
    pub fn of_text(trans_ids: impl Into<String>) -> Self {
        Self::from_fields([("trans_ids", trans_ids)])
    }
}

impl NotificationFormula for Transfer {
    const KIND: NotificationKind = NotificationKind::Transfer;

    const SIGNED: &'static [&'static str] = &["trans_ids", MERCHANT_SALT];
}
