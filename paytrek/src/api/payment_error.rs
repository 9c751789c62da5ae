use std::fmt;

use crate::json::Object;
use crate::{ErrorCode, Language};

/// Why something did not succeed, in Paytrek's words.
///
/// The texts may hold anything, so `Debug` shows the code only.
#[derive(Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct PaymentError {
    /// The code, if there is one.
    pub code: Option<ErrorCode>,
    /// Paytrek's message for the merchant.
    pub message: Option<String>,
    /// Paytrek's message for the buyer. Not documented; seen in transactions.
    pub customer_message: Option<String>,
}

impl PaymentError {
    /// What to tell the buyer: the documented advice for the code, otherwise Paytrek's own message.
    #[must_use]
    pub fn tell_customer(&self, language: Language) -> Option<&str> {
        let documented = self
            .code
            .as_ref()
            .and_then(|code| code.customer_message(language));
        documented.or(self.customer_message.as_deref())
    }

    /// Whether money may have moved in spite of the error.
    #[must_use]
    pub fn leaves_outcome_open(&self) -> bool {
        self.code
            .as_ref()
            .is_some_and(|code| code.class().leaves_outcome_open())
    }

    /// `{code, message, customer_message}`.
    pub(super) fn of_object(object: &Object<'_>) -> Self {
        Self {
            code: object.text("code").map(|code| ErrorCode::new(&code)),
            message: object.text("message"),
            customer_message: object.text("customer_message"),
        }
    }

    /// `error_code` and `error_message` beside other fields, or a `paytrek_error` object.
    pub(crate) fn beside(object: &Object<'_>) -> Self {
        let inner = object.object("paytrek_error");
        let inner = inner.as_ref().map(Self::of_object).unwrap_or_default();
        let code = object.text("error_code").map(|code| ErrorCode::new(&code));
        Self {
            code: code.or(inner.code),
            message: object.text("error_message").or(inner.message),
            customer_message: inner.customer_message,
        }
    }

    /// The same, unless nothing is said at all.
    pub(super) fn beside_if_any(object: &Object<'_>) -> Option<Self> {
        Some(Self::beside(object)).filter(|error| *error != Self::default())
    }
}

impl fmt::Debug for PaymentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaymentError")
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}
