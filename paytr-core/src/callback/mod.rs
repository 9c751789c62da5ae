//! Notifications: what PayTR posts to the shop.
//!
//! Grammar comes before crypto: one occurrence per signed field, a closed set of states, digits only in
//! totals, letters and digits in order ids, a hash of 44 base64 characters. Then the hash is compared
//! in constant time. Only after that anything is looked up, stored or logged.
//!
//! Fields that are not signed are read with more patience, because money has moved once the hash is
//! right. One that is not known may be anything, also twice. One that decides something and cannot be
//! read ([`UnreadableField`]) refuses the payment, with a record for review.
//!
//! There are five kinds, each bound to a mount point of its own and never chosen by a field:
//!
//! | kind | says | signed | settles |
//! |---|---|---|---|
//! | [`PaymentCallback`] | an order was paid, or was not | `merchant_oid`, `status`, `total_amount` | yes |
//! | [`LinkCallback`] | a payment link was paid | the same and `callback_id` | yes |
//! | [`EftNotice`] | a buyer announced a bank transfer; nothing is paid | `merchant_oid`, `bank` | no |
//! | [`TransferResult`] | transfers to sellers were made | `trans_ids` | no |
//! | [`CashoutResult`] | a cashout was worked on | `trans_id`; **not its outcome** | no |
//!
//! The last two arrive at one address; [`PlatformResult`] takes both. Every field that is not signed is
//! reachable only through `unsigned()`.

mod body_fields;
mod cashout;
mod eft;
mod error;
mod hash_field;
mod kind;
mod link;
mod pairs;
mod payment;
mod request_head;
mod transfer;

pub use cashout::{CashoutOutcome, CashoutResult, ClaimedCashout, UnsignedCashout};
pub use eft::{EftNotice, PersonalData};
pub use error::{CallbackError, GrammarError, UnreadableField};
pub(crate) use kind::texts;
pub use kind::{MountTexts, NotificationKind, NotificationKindError};
pub use link::{CallbackId, CallbackIdError, LinkCallback};
pub use pairs::Unsigned;
pub use payment::{PaymentCallback, PaymentCallbackRef, PaymentStatus, SignedFields};
pub use request_head::RequestHead;
pub use transfer::{PlatformResult, TransferResult};
