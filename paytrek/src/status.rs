//! What Paytrek calls the states of things. Every set is open: an unknown name is kept, never refused.

use std::fmt;

/// Declares an open enum: known names and `Other`, compared exactly.
macro_rules! open_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$known_doc:meta])* $known:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$known_doc])* $known,)+
            /// A name that the documentation does not have.
            Other(Box<str>),
        }

        impl $name {
            /// Reads Paytrek's name, exactly as it is spelled.
            #[must_use]
            pub fn from_text(text: &str) -> Self {
                match text {
                    $($text => Self::$known,)+
                    other => Self::Other(other.into()),
                }
            }

            /// Paytrek's name.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$known => $text,)+
                    Self::Other(text) => text,
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

open_enum! {
    /// The status of a sale.
    ///
    /// The documentation calls `Paid`, `Ready to Send`, `Authorized` and `PreAuthorized` together
    /// "successfully charged". That is too coarse for handing out goods: see
    /// [`Settlement`](crate::Settlement).
    SaleStatus {
        /// It exists; nothing was charged.
        Created = "Created",
        /// It is charged.
        Paid = "Paid",
        /// It is charged and waits to be transferred to the merchant.
        ReadyToSend = "Ready to Send",
        /// In the documented list of successes, without a word on whether the money moved.
        Authorized = "Authorized",
        /// The money is held and moves only when it is captured; also a sale in fraud review.
        PreAuthorized = "PreAuthorized",
        /// Not charged. Not documented; seen after a failed 3-D Secure attempt.
        Declined = "Declined",
    }
}

open_enum! {
    /// The status of one payment of a subscription plan. Only the first two are documented.
    SubscriptionStatus {
        /// It will be charged on its date.
        Active = "Active",
        /// It will not be charged.
        Cancelled = "Cancelled",
        /// It was charged. Assumed: the word that sales use.
        Paid = "Paid",
        /// It was charged and waits to be transferred. Assumed: the words that sales use.
        ReadyToSend = "Ready to Send",
    }
}

open_enum! {
    /// What the fraud check decided about a try.
    FraudDecision {
        /// Nothing suspicious.
        Accept = "ACCEPT",
        /// A person must look; the sale is held as a pre-authorisation.
        Review = "REVIEW",
    }
}

open_enum! {
    /// What a transaction of a sale is.
    TransactionKind {
        /// A try to charge.
        Sale = "Sale",
    }
}
