/// Why a body is not a genuine notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallbackError {
    /// It breaks the grammar of a notification.
    #[error("the notification is malformed")]
    Malformed(#[from] GrammarError),
    /// The hash is not the one of its signed fields under any key of the keyring.
    #[error("the hash of the notification does not match")]
    BadHash,
}

/// How a body breaks the grammar. Names fields, never shows a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GrammarError {
    /// A field that must be there is not.
    #[error("{name} is missing")]
    Missing {
        /// The field.
        name: &'static str,
    },
    /// A field is there more than once.
    #[error("a field is repeated")]
    Repeated,
    /// A field's value is outside its grammar.
    #[error("{name} is not what PayTR sends there")]
    Value {
        /// The field.
        name: &'static str,
    },
    /// A field that belongs to another kind of notification.
    #[error("{name} does not belong in this kind of notification")]
    Foreign {
        /// The field.
        name: &'static str,
    },
    /// The name of a field is percent-encoded where PayTR writes it plainly.
    #[error("the name of a field is disguised by percent-encoding")]
    DisguisedName,
    /// The connection ended before the body did.
    #[error("the body broke off")]
    Incomplete,
    /// More fields than any notification has.
    #[error("the body has too many fields")]
    TooLong,
}
