use std::fmt;
use std::str::FromStr;

use crate::api::InvalidRequest;

/// Makes a type for one of PayTR's card tokens.
macro_rules! card_token {
    ($(#[$about:meta])* $name:ident, $field:literal) => {
        $(#[$about])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(Box<str>);

        impl $name {
            /// Takes a token as PayTR gave it: 1 to 255 characters, none of them blank. Its alphabet
            /// is not documented.
            ///
            /// # Errors
            ///
            /// [`InvalidRequest`] for anything else.
            pub fn new(token: &str) -> Result<Self, InvalidRequest> {
                check_token($field, token)?;
                Ok(Self(token.into()))
            }

            /// The token, for the shop's own records.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidRequest;

            fn from_str(token: &str) -> Result<Self, InvalidRequest> {
                Self::new(token)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

card_token! {
    /// A `utoken`: one of the shop's users at PayTR, and all cards stored for them.
    ///
    /// It comes with the notification of the first stored card. Keep it beside the user's account and
    /// take it from there, never from a request: whoever names another user's token sees and pays with
    /// their cards. `Debug` does not show it.
    UserToken, "utoken"
}

card_token! {
    /// A `ctoken`: one stored card.
    ///
    /// It comes with the notification and in the card list. Look it up in the list of the user who
    /// asks, never trust it alone. `Debug` does not show it.
    CardToken, "ctoken"
}

fn check_token(field: &'static str, token: &str) -> Result<(), InvalidRequest> {
    let is_long = token.chars().count() > 255;
    if token.is_empty() || is_long {
        return Err(InvalidRequest::Length {
            field,
            min: 1,
            max: 255,
        });
    }
    if token.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(InvalidRequest::Shape {
            field,
            rule: "a token as PayTR gave it, without blanks",
        });
    }
    Ok(())
}
