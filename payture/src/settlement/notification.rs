use std::fmt;

use super::{HintError, fields_of};
use crate::answer::minor_units;
use crate::values::OrderId;

/// More than any notification has, in bytes.
const MOST_BYTES: usize = 16 * 1024;

/// A notification: an unsigned hint that something happened. Nothing in it is proven.
///
/// A customer's password that Payture may send along is thrown away at once. `Debug` shows the event
/// only.
#[derive(Clone, PartialEq, Eq)]
pub struct Notification {
    event: Event,
    fields: Vec<(String, String)>,
}

impl Notification {
    /// Reads a body: a form of at most 16 KiB, UTF-8, no field twice, with `Notification`.
    ///
    /// # Errors
    ///
    /// [`HintError`].
    pub fn parse(body: &[u8]) -> Result<Self, HintError> {
        if body.len() > MOST_BYTES {
            return Err(HintError::TooLong);
        }
        let mut fields = fields_of(body)?;
        fields.retain(|(name, _)| !name.eq_ignore_ascii_case("VWUserPsw"));
        let mut names = fields.iter().filter(|(name, _)| name == "Notification");
        let (_, event) = names.next().ok_or(HintError::Missing {
            name: "Notification",
        })?;
        Ok(Self {
            event: Event::from_wire(event),
            fields,
        })
    }

    /// What it is about.
    #[must_use]
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// The order whose state it makes sense to ask for, if there is one: the event may mean a payment,
    /// and nothing in the notification says otherwise.
    #[must_use]
    pub fn trigger(&self) -> Option<OrderId> {
        let says_no = self.success() == Some(false);
        if !self.event.may_mean_paid() || says_no {
            return None;
        }
        self.order_id()
    }

    /// The order it names, if it can be one.
    #[must_use]
    pub fn order_id(&self) -> Option<OrderId> {
        OrderId::new(self.get("OrderId")?).ok()
    }

    /// What it says about success. Proves nothing.
    #[must_use]
    pub fn success(&self) -> Option<bool> {
        self.get("Success")
            .map(|text| text.eq_ignore_ascii_case("True"))
    }

    /// The amount it names, in minor units. Never compare this one: the amount that counts is the one
    /// of `GetState`.
    #[must_use]
    pub fn claimed_amount(&self) -> Option<u64> {
        minor_units(self.get("Amount")?)
    }

    /// The terminal it names.
    #[must_use]
    pub fn merchant_contract(&self) -> Option<&str> {
        self.get("MerchantContract")
    }

    /// When it happened: a text, since at least three spellings are in use.
    #[must_use]
    pub fn transaction_date(&self) -> Option<&str> {
        self.get("TransactionDate")
    }

    /// The value of a field, unless it is missing or empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut values = self.fields.iter().filter(|(known, _)| known == name);
        values
            .next()
            .map(|(_, value)| &**value)
            .filter(|value| !value.is_empty())
    }
}

impl fmt::Debug for Notification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = !matches!(self.event, Event::Other(_));
        f.debug_struct("Notification")
            .field(
                "event",
                &if known {
                    self.event.as_str()
                } else {
                    "unknown"
                },
            )
            .field("fields", &self.fields.len())
            .finish_non_exhaustive()
    }
}

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
