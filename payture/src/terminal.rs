use std::fmt;
use std::sync::Arc;

use paid_once::{Currency, Money, OrderKey};

use crate::Environment;
use crate::commands::InvalidRequest;
use crate::inner::InnerVariant;
use crate::values::{OrderId, Secret};

/// Readers of answers take at most 19 digits.
const MOST_MINOR_UNITS: u64 = i64::MAX.cast_unsigned();

/// A merchant's terminal: where it is, its name, its password and its currency.
///
/// The currency is never on the wire, in either direction. It is a property of the terminal, so it is
/// bound to it here: amounts in another currency are refused before anything is sent. The password is
/// the terminal's, never a customer's; it is wiped from memory on drop and appears in no `Debug`, error
/// or log.
///
/// A merchant with eWallet usually has several terminals: for adding cards, for payments with a
/// security code, for recurring payments. Make one of these for each.
///
/// ```
/// use payture::{Currency, Environment, Terminal};
///
/// let terminal = Terminal::new(Environment::sandbox(), "MyTerminal", "pA5s7word", Currency::RUB)?;
/// assert_eq!(
///     format!("{terminal:?}"),
///     r#"Terminal { environment: "sandbox3.payture.com", name: "MyTerminal", currency: RUB, .. }"#
/// );
/// # Ok::<_, payture::TerminalError>(())
/// ```
#[derive(Clone)]
pub struct Terminal(Arc<Parts>);

#[derive(Clone)]
struct Parts {
    environment: Environment,
    name: TerminalName,
    password: Secret,
    currency: Currency,
    inner: InnerVariant,
}

impl Terminal {
    /// Checks and takes what Payture's support sent.
    ///
    /// # Errors
    ///
    /// [`TerminalError`] when the name or the password is blank, padded or a placeholder. The error
    /// never contains the password.
    pub fn new(
        environment: Environment,
        name: impl AsRef<str>,
        password: impl Into<String>,
        currency: Currency,
    ) -> Result<Self, TerminalError> {
        let password = Secret::new(password);
        check_password(password.expose())?;
        Ok(Self(Arc::new(Parts {
            environment,
            name: TerminalName::new(name.as_ref())?,
            password,
            currency,
            inner: InnerVariant::default(),
        })))
    }

    /// The same terminal with another way to write the inner format. Only for a terminal that is seen
    /// to misread the default.
    #[must_use]
    pub fn with_inner_variant(&self, inner: InnerVariant) -> Self {
        let parts = Parts {
            inner,
            ..(*self.0).clone()
        };
        Self(Arc::new(parts))
    }

    /// Where it is.
    #[must_use]
    pub fn environment(&self) -> &Environment {
        &self.0.environment
    }

    /// Its name: the value of `Key` and `VWID`.
    #[must_use]
    pub fn name(&self) -> &TerminalName {
        &self.0.name
    }

    /// The currency of all its amounts.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.0.currency
    }

    /// How it writes the inner format.
    #[must_use]
    pub fn inner_variant(&self) -> InnerVariant {
        self.0.inner
    }

    pub(crate) fn password(&self) -> &str {
        self.0.password.expose()
    }

    /// The merchant of this terminal's order keys: environment and terminal.
    #[must_use]
    pub fn namespace(&self) -> String {
        format!("{}/{}", self.0.environment.label(), self.0.name)
    }

    /// An order's key in a store: environment, terminal and order id. A payment in the sandbox never
    /// settles an order in production, whatever its id.
    #[must_use]
    pub fn order_key(&self, order: &OrderId) -> OrderKey {
        #[expect(
            clippy::expect_used,
            reason = "all three parts are narrower than an order key"
        )]
        OrderKey::new(self.namespace(), order.as_str()).expect("the parts fit an order key")
    }

    /// The digits of an amount: minor units of the terminal's currency, above zero.
    pub(crate) fn amount(&self, amount: Money) -> Result<String, InvalidRequest> {
        if amount.currency() != self.currency() {
            return Err(InvalidRequest::Currency {
                terminal: self.currency(),
            });
        }
        if !(1..=MOST_MINOR_UNITS).contains(&amount.minor_units()) {
            return Err(InvalidRequest::Range {
                field: "Amount",
                min: 1,
                max: MOST_MINOR_UNITS,
            });
        }
        Ok(amount.minor_units().to_string())
    }
}

impl fmt::Debug for Terminal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Terminal")
            .field("environment", &self.environment().label())
            .field("name", &self.name().as_str())
            .field("currency", &format_args!("{}", self.currency()))
            .finish_non_exhaustive()
    }
}

/// Texts that templates carry where a password belongs.
const PLACEHOLDERS: [&str; 6] = [
    "password",
    "changeme",
    "change-me",
    "your_password",
    "<password>",
    "secret",
];

fn check_password(password: &str) -> Result<(), TerminalError> {
    if password.trim().is_empty() {
        return Err(TerminalError::Blank { what: "password" });
    }
    if password.trim() != password || password.chars().any(char::is_control) {
        return Err(TerminalError::Padded { what: "password" });
    }
    if PLACEHOLDERS.contains(&&*password.to_ascii_lowercase()) {
        return Err(TerminalError::Placeholder { what: "password" });
    }
    // It travels inside DATA too, where nothing can protect the separator.
    if password.contains(';') {
        return Err(TerminalError::Separator);
    }
    Ok(())
}

/// Values that cannot belong to a terminal. Never contains a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TerminalError {
    /// Empty or only blanks.
    #[error("the terminal's {what} is blank: copy it from Payture's letter")]
    Blank {
        /// Which value.
        what: &'static str,
    },
    /// Blanks or line breaks around it or in it.
    #[error("the terminal's {what} has blanks or line breaks: copy it again without them")]
    Padded {
        /// Which value.
        what: &'static str,
    },
    /// A text from a sample.
    #[error("the terminal's {what} is a placeholder: put the value from Payture's letter there")]
    Placeholder {
        /// Which value.
        what: &'static str,
    },
    /// The separator of the inner format, which no encoding protects.
    #[error(
        "the terminal's password has a semicolon, which its requests cannot carry: ask for another"
    )]
    Separator,
    /// Not the name of a terminal.
    #[error("the terminal's name is 1 to 64 ASCII letters, digits, `-`, `_` and `.`")]
    Name,
}

/// The name of a terminal: 1 to 64 ASCII letters, digits, `-`, `_` and `.`.
///
/// Payture documents no grammar; every known name fits this one.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TerminalName(String);

impl TerminalName {
    /// Checks and takes a name.
    ///
    /// # Errors
    ///
    /// [`TerminalError`].
    pub fn new(name: &str) -> Result<Self, TerminalError> {
        if name.trim().is_empty() {
            return Err(TerminalError::Blank { what: "name" });
        }
        if name.trim() != name {
            return Err(TerminalError::Padded { what: "name" });
        }
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if name.len() > 64 || !name.bytes().all(allowed) {
            return Err(TerminalError::Name);
        }
        Ok(Self(name.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TerminalName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for TerminalName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TerminalName({self})")
    }
}
