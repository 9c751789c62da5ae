use super::{Notification, NotificationFormula};
use crate::callback::NotificationKind;
use crate::{Credentials, Signature, SignedPart};

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

    fn hash<'a>(credentials: &Credentials, value: impl Fn(&'static str) -> &'a str) -> Signature {
        credentials.sign(&[
            SignedPart::Field(value("callback_id").as_bytes()),
            SignedPart::Field(value("merchant_oid").as_bytes()),
            SignedPart::Salt,
            SignedPart::Field(value("status").as_bytes()),
            SignedPart::Field(value("total_amount").as_bytes()),
        ])
    }
}
