use paid_once::ReviewReason;

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
    /// A signed field is there more than once.
    #[error("a signed field is repeated")]
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
    /// The name of a signed field is percent-encoded where PayTR writes it plainly.
    #[error("the name of a signed field is disguised by percent-encoding")]
    DisguisedName,
    /// The connection ended before the body did.
    #[error("the body broke off")]
    Incomplete,
}

/// A field that PayTR does not sign, that decides whether a payment may be delivered, and that could not
/// be read: it is there twice, its name is disguised, or its value is outside its grammar.
///
/// The hash was right, so money moved: the payment is refused and recorded for review, never dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnreadableField {
    /// `currency`.
    Currency,
    /// `payment_amount`.
    PaymentAmount,
    /// `test_mode`.
    TestMode,
}

impl UnreadableField {
    /// The name of the field on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Currency => "currency",
            Self::PaymentAmount => "payment_amount",
            Self::TestMode => "test_mode",
        }
    }

    /// What it is recorded for review as.
    #[must_use]
    pub fn reason(self) -> ReviewReason {
        match self {
            Self::Currency => ReviewReason::UnreadableCurrency,
            Self::PaymentAmount => ReviewReason::UnreadableRequested,
            Self::TestMode => ReviewReason::UnreadableMode,
        }
    }

    pub(super) fn from_name(name: &[u8]) -> Option<Self> {
        let all = [Self::Currency, Self::PaymentAmount, Self::TestMode];
        all.into_iter()
            .find(|field| field.name().as_bytes() == name)
    }
}
