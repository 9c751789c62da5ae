//! Values that Payture gives a shape to. Each is checked when it is made, so that a request cannot carry
//! a wrong one.

mod card;
mod card_id;
mod customer;
mod order_id;
mod phone;
mod return_url;
mod session_id;
mod text;
mod tokens;

pub use card::{Card, SecureCode};
pub use card_id::CardId;
pub use customer::Customer;
pub use order_id::OrderId;
#[cfg(feature = "testing")]
pub(crate) use order_id::random_guid;
pub use phone::Phone;
pub use return_url::ReturnUrl;
pub use session_id::SessionId;
pub use text::DisplayTotal;
pub use tokens::{PaRes, PayToken, ThreeDsKey};
