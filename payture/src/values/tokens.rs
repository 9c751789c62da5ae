use std::fmt;

use crate::commands::InvalidRequest;
use crate::secret::Secret;

/// No message of a bank or a phone is near this, in bytes.
const MOST: usize = 64 * 1024;

macro_rules! opaque {
    ($(#[$doc:meta])+ $name:ident, $field:literal) => {
        $(#[$doc])+
        #[derive(Clone)]
        pub struct $name(Secret);

        impl $name {
            /// Takes the text as it came.
            ///
            /// # Errors
            ///
            /// [`InvalidRequest`] when it is empty, longer than 64 KiB, or has semicolons or control
            /// characters. The error never contains it.
            pub fn new(text: impl Into<String>) -> Result<Self, InvalidRequest> {
                let text = Secret::new(text);
                check($field, text.expose())?;
                Ok(Self(text))
            }

            pub(crate) fn expose(&self) -> &str {
                self.0.expose()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

opaque! {
    /// The bank's signed word that the cardholder proved who they are. The bank's page makes the browser
    /// post it to the shop.
    PaRes, "PaRes"
}

opaque! {
    /// What a phone's wallet gave for a payment: base64 of Apple's `paymentData`, Google's `token` or
    /// Samsung's `paymentCredential`.
    PayToken, "PayToken"
}

opaque! {
    /// Names one 3-D Secure attempt: `ThreeDSKey` in an answer, `MD` in the forms of the browser.
    ThreeDsKey, "MD"
}

impl ThreeDsKey {
    /// The text, to find the order again when the browser comes back with it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.expose()
    }
}

fn check(field: &'static str, text: &str) -> Result<(), InvalidRequest> {
    if text.is_empty() || text.len() > MOST {
        return Err(InvalidRequest::Length {
            field,
            min: 1,
            max: MOST,
        });
    }
    if text.contains(';') || text.chars().any(char::is_control) {
        return Err(InvalidRequest::Shape {
            field,
            rule: "no semicolons and no control characters",
        });
    }
    Ok(())
}
