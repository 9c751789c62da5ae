//! Forged notifications for tests: the twin of [`PaymentCallback::verify`](crate::PaymentCallback).
//!
//! ```
//! use paytr_core::{Credentials, Keyring, PaymentCallback, testing::PaymentNotification};
//!
//! let credentials = Credentials::new("123456", "aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a")?;
//! let body = PaymentNotification::success("SIPARIS0001", 3_456)
//!     .field("currency", "TL")
//!     .sign(&credentials)
//!     .to_body();
//! let callback = PaymentCallback::verify(&Keyring::new(credentials), body.as_bytes())?;
//! assert_eq!(callback.total_amount(), 3_456);
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```

use std::fmt;

use crate::{Credentials, SignedPart};

/// The fields of a payment notification, as PayTR would post them.
#[derive(Clone, PartialEq, Eq)]
#[must_use]
pub struct PaymentNotification {
    fields: Vec<(String, String)>,
}

impl PaymentNotification {
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
        let fields = vec![
            ("merchant_oid".to_owned(), merchant_oid.into()),
            ("status".to_owned(), status.into()),
            ("total_amount".to_owned(), total_amount.into()),
        ];
        Self { fields }
    }

    /// Adds a field; a repeated name is repeated.
    pub fn field(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }

    /// Adds the hash over the signed fields as they are now.
    pub fn sign(self, credentials: &Credentials) -> Self {
        let hash = credentials.sign(&[
            SignedPart::Field(self.value("merchant_oid").as_bytes()),
            SignedPart::Salt,
            SignedPart::Field(self.value("status").as_bytes()),
            SignedPart::Field(self.value("total_amount").as_bytes()),
        ]);
        let hash = hash.to_base64();
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

impl fmt::Debug for PaymentNotification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PaymentNotification")
            .field(&self.value("merchant_oid"))
            .finish()
    }
}
