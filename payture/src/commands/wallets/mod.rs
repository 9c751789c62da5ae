//! The wallets of phones: Apple Pay, Google Pay and Samsung Pay, and the older commands.
//!
//! ```text
//! phone            shop                                Payture
//!   │ token ─────▶ │── MobilePay (PayToken, Amount) ──▶ │
//!   │              │◀─ True · False · 3DS ───────────── │
//!   │              │── GetState ──────────────────────▶ │   decides
//! ```
//!
//! Payture makes up an order id when there is none. These commands always have one: without it a payment
//! could not be gated.

mod legacy;

pub use legacy::{AndroidPay, ApplePay, MasterPass};

use paid_once::Money;

use crate::answer::{Answer, AnswerError};
use crate::commands::command::debug_by_order;
use crate::commands::{Command, Effect, InvalidRequest};
use crate::replies::{Accepted, Step};
use crate::values::{OrderId, PayToken, SecureCode};
use crate::{Form, Interface, Terminal};

/// A token and whose it is.
#[derive(Debug, Clone)]
pub enum WalletToken {
    /// Apple Pay. The token has an amount of its own.
    Apple(PayToken),
    /// Google Pay. The amount must equal the token's.
    Google(PayToken),
    /// Samsung Pay. The token has an amount of its own.
    Samsung(PayToken),
}

impl WalletToken {
    fn token(&self) -> &PayToken {
        match self {
            Self::Apple(token) | Self::Google(token) | Self::Samsung(token) => token,
        }
    }

    /// Apple's and Samsung's tokens decide the amount, that is, the buyer's device does. Payture compares
    /// it with the shop's only when it is told to.
    fn checksum(&self) -> Option<&'static str> {
        match self {
            Self::Apple(_) | Self::Samsung(_) => Some("true"),
            Self::Google(_) => None,
        }
    }
}

macro_rules! mobile {
    ($(#[$doc:meta])+ $name:ident) => {
        $(#[$doc])+
        ///
        /// The amount is always sent, and Payture told to compare it with the token's.
        #[derive(Clone)]
        pub struct $name {
            token: WalletToken,
            order: OrderId,
            amount: Money,
            secure_code: Option<SecureCode>,
        }

        impl $name {
            /// `amount` for `order`, from a token.
            #[must_use]
            pub fn new(order: OrderId, amount: Money, token: WalletToken) -> Self {
                Self {
                    token,
                    order,
                    amount,
                    secure_code: None,
                }
            }

            /// The security code, when the token wraps a plain card.
            #[must_use]
            pub fn secure_code(mut self, code: SecureCode) -> Self {
                self.secure_code = Some(code);
                self
            }
        }

        debug_by_order!($name);

        impl Command for $name {
            type Reply = Step<Accepted>;

            fn interface(&self) -> Interface {
                Interface::Api
            }

            fn name(&self) -> &'static str {
                stringify!($name)
            }

            fn effect(&self) -> Effect {
                Effect::MovesMoney
            }

            fn order(&self) -> Option<&OrderId> {
                Some(&self.order)
            }

            fn form(&self, terminal: &Terminal) -> Result<Form, InvalidRequest> {
                let code = self.secure_code.as_ref().map(SecureCode::expose);
                Form::new()
                    .field("Key", terminal.name().as_str())
                    .field("PayToken", self.token.token().expose())
                    .field("OrderId", self.order.as_str())
                    .optional("Checksum", self.token.checksum())
                    .field("Amount", terminal.amount(self.amount)?)
                    .optional("SecureCode", code)
                    .checked()
            }

            fn read(&self, answer: Answer) -> Result<Self::Reply, AnswerError> {
                Step::read(answer, Accepted::read)
            }
        }
    };
}

mobile! {
    /// A payment in one stage from a phone's wallet: `POST /api/MobilePay`.
    MobilePay
}

mobile! {
    /// A hold from a phone's wallet: `POST /api/MobileBlock`. Its name is documented; its fields are assumed
    /// to be those of `MobilePay`.
    MobileBlock
}
