use std::fmt;

macro_rules! events {
    ($($name:ident)+) => {
        /// What a notification is about: the field `Notification`, an open set. `Debug` does not show an
        /// unknown one.
        #[derive(Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Event {
            $(
                #[doc = concat!("`", stringify!($name), "`.")]
                $name,
            )+
            /// Any other.
            Other(String),
        }

        impl Event {
            /// Every event that is known.
            pub const KNOWN: &[Self] = &[$(Self::$name),+];

            /// Reads an event, compared without regard to case.
            #[must_use]
            pub fn from_wire(text: &str) -> Self {
                $(if text.eq_ignore_ascii_case(stringify!($name)) {
                    return Self::$name;
                })+
                Self::Other(text.to_owned())
            }

            /// The event as it is on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$name => stringify!($name),)+
                    Self::Other(text) => text,
                }
            }
        }
    };
}

events! {
    EnginePaySuccess EnginePayFail
    EngineBlockSuccess EngineBlockFail EngineBlockPending
    EngineChargeSuccess EngineChargeFail EngineChargePending
    EngineRefundSuccess EngineRefundFail EngineRefundPending
    EngineUnblockSuccess EngineUnblockFail EngineUnblockPending
    CustomerPaySuccess CustomerPayFail
    CustomerAddSuccess CustomerAddFail
    CustomerRefundSuccess CustomerRefundFail CustomerRefundPending
    CustomerSendCode
    MerchantPay AsyncFail
}

impl Event {
    /// Whether it makes sense to ask for the order's state because of it: a payment, a hold or a charge
    /// that succeeded. All others move no order of this shop towards "paid".
    #[must_use]
    pub fn may_mean_paid(&self) -> bool {
        matches!(
            self,
            Self::EnginePaySuccess
                | Self::EngineBlockSuccess
                | Self::EngineChargeSuccess
                | Self::CustomerPaySuccess
        )
    }
}

impl fmt::Debug for Event {
    /// Anybody can send a notification, so the text of an unknown event is not repeated.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Other(_) => "Other(..)",
            known => known.as_str(),
        })
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
