//! Values that Payture gives a shape to. Each is checked when it is made, so that a request cannot carry
//! a wrong one.

mod card;
mod ids;
mod page;
mod secret;

pub use card::{Card, SecureCode};
#[cfg(feature = "testing")]
pub(crate) use ids::random_guid;
pub use ids::{CardId, OrderId, SessionId};
pub use page::{DisplayTotal, Phone, ReturnUrl};
pub(crate) use secret::Secret;
pub use secret::{Customer, PaRes, PayToken, ThreeDsKey};
