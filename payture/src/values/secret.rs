//! Texts that are shown to nobody.

use std::fmt;

use zeroize::Zeroizing;

use crate::commands::InvalidRequest;
use crate::inner::InnerFields;

/// A customer of eWallet: login and password, 1 to 50 characters each.
///
/// The password is the customer's `VWUserPsw`, chosen by the shop; it is not the terminal's. `Debug` shows
/// neither: the login is typically an e-mail address.
#[derive(Clone)]
pub struct Customer {
    login: Secret,
    password: Secret,
}

impl Customer {
    /// Checks and takes both.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`], which never contains a value.
    pub fn new(
        login: impl Into<String>,
        password: impl Into<String>,
    ) -> Result<Self, InvalidRequest> {
        let (login, password) = (Secret::new(login), Secret::new(password));
        check_credential("VWUserLgn", login.expose())?;
        check_credential("VWUserPsw", password.expose())?;
        Ok(Self { login, password })
    }

    /// The login.
    #[must_use]
    pub fn login(&self) -> &str {
        self.login.expose()
    }

    /// Both, as every list of inner fields has them.
    pub(crate) fn fields(&self, fields: InnerFields) -> InnerFields {
        fields
            .field("VWUserLgn", self.login.expose())
            .field("VWUserPsw", self.password.expose())
    }
}

fn check_credential(field: &'static str, text: &str) -> Result<(), InvalidRequest> {
    if !(1..=50).contains(&text.chars().count()) {
        return Err(InvalidRequest::Length {
            field,
            min: 1,
            max: 50,
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

impl fmt::Debug for Customer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Customer(..)")
    }
}

/// More than any message of a bank or a phone has, in bytes.
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
                check_token($field, text.expose())?;
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

fn check_token(field: &'static str, text: &str) -> Result<(), InvalidRequest> {
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

/// A text that is never shown and is wiped from memory when it is dropped.
#[derive(Clone)]
pub(crate) struct Secret(Zeroizing<String>);

impl Secret {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text, for a request only.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}
