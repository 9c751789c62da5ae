use super::{Notification, NotificationFormula};
use crate::callback::NotificationKind;
use crate::{Credentials, Signature, SignedPart};

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

    fn hash<'a>(credentials: &Credentials, value: impl Fn(&'static str) -> &'a str) -> Signature {
        credentials.sign(&[
            SignedPart::Field(value("merchant_oid").as_bytes()),
            SignedPart::Salt,
            SignedPart::Field(value("status").as_bytes()),
            SignedPart::Field(value("total_amount").as_bytes()),
        ])
    }
}
