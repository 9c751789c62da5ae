use super::{Notification, NotificationFormula};
use crate::api::EftBank;
use crate::callback::NotificationKind;
use crate::{Credentials, Signature, SignedPart};

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

    fn hash<'a>(credentials: &Credentials, value: impl Fn(&'static str) -> &'a str) -> Signature {
        credentials.sign(&[
            SignedPart::Field(value("merchant_oid").as_bytes()),
            SignedPart::Field(value("bank").as_bytes()),
            SignedPart::Salt,
        ])
    }
}
