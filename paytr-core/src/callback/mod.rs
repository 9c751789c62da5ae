//! Notifications: what PayTR posts to the shop.
//!
//! Grammar comes before crypto: one occurrence per field, a closed set of states, digits only in
//! totals, letters and digits in order ids, a hash of 44 base64 characters. Then the hash is compared
//! in constant time. Only after that anything is looked up, stored or logged.
//!
//! PayTR signs `merchant_oid`, `status` and `total_amount`, and nothing else. Every other field is
//! reachable only through [`PaymentCallback::unsigned`]. Source: PayTR, iFrame API step 2.

mod body_fields;
mod error;
mod pairs;
mod payment;
mod request_head;
mod signed_fields;
mod unsigned;

pub use error::{CallbackError, GrammarError};
pub use payment::{PaymentCallback, PaymentStatus};
pub use request_head::RequestHead;
pub use signed_fields::SignedFields;
pub use unsigned::Unsigned;
