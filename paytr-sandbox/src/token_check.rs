//! The sandbox's own list of what each token covers, written down from the documentation a second
//! time: a slip in the client's list shows up as a refused token.

use paytr_core::{Credentials, Signature, SignedPart};

use crate::form::PostedForm;

/// The fields of a token in their order; the salt comes last.
pub(crate) struct Formula(&'static [&'static str]);

/// Spec 1.1.
pub(crate) const IFRAME_CARD: Formula = Formula(&[
    "merchant_id",
    "user_ip",
    "merchant_oid",
    "email",
    "payment_amount",
    "user_basket",
    "no_installment",
    "max_installment",
    "currency",
    "test_mode",
]);

/// Spec 1.5.
pub(crate) const IFRAME_EFT: Formula = Formula(&[
    "merchant_id",
    "user_ip",
    "merchant_oid",
    "email",
    "payment_amount",
    "payment_type",
    "test_mode",
]);

/// Spec 7.
pub(crate) const STATUS_INQUIRY: Formula = Formula(&["merchant_id", "merchant_oid"]);

impl Formula {
    /// Whether `paytr_token` of the form is the token over its other fields, as they were posted.
    pub(crate) fn accepts(&self, form: &PostedForm, credentials: &Credentials) -> bool {
        let mut message: Vec<_> = self
            .0
            .iter()
            .map(|name| SignedPart::Field(form.signed(name).as_bytes()))
            .collect();
        message.push(SignedPart::Salt);
        let posted = Signature::from_base64(form.signed("paytr_token").as_bytes());
        posted.is_ok_and(|token| credentials.verify(&message, &token))
    }
}
