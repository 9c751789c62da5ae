//! Cards that PayTR keeps for the shop's users.
//!
//! A card is stored by a payment on the shop's own page with
//! [`CardStorage`](super::CardStorage); the tokens come with its notification, unsigned. Two tokens
//! name a card: `utoken` the user, `ctoken` the card. Neither is signed in a payment, so the shop is the
//! one that checks whose card it is: take `utoken` from the account of the user who is logged in, and
//! accept only a `ctoken` that is in the list of that user.
//!
//! | request | who posts it |
//! |---|---|
//! | [`StoredCards`], [`DeleteStoredCard`] | the server |
//! | [`StoredCardPayment`] | the buyer's browser: with 3-D Secure, or when the CVV is needed |
//! | [`StoredCardCharge`] | the server, once or as a subscription, without 3-D Secure and CVV |

mod charge;
mod delete;
mod list;
mod payment;

pub use charge::{ChargeKind, ChargeOutcome, ChargeReply, Retry, StoredCardCharge};
pub use delete::DeleteStoredCard;
pub use list::{CardToken, CvvInput, StoredCard, StoredCards, UserToken};
pub use payment::StoredCardPayment;
