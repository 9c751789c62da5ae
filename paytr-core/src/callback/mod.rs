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
mod callback_id;
mod cashout;
mod eft;
mod error;
mod kind;
mod known_fields;
mod link;
mod mount_texts;
mod pairs;
mod payment;
mod platform;
mod request_head;
mod signed_fields;
mod transfer;
mod unsigned;
mod unsigned_cashout;

pub use callback_id::{CallbackId, CallbackIdError};
pub use cashout::CashoutResult;
pub use eft::{EftNotice, PersonalData};
pub use error::{CallbackError, GrammarError, UnreadableField};
pub use kind::{NotificationKind, NotificationKindError};
pub use link::LinkCallback;
pub use mount_texts::MountTexts;
pub(crate) use mount_texts::texts;
pub use payment::{PaymentCallback, PaymentStatus};
pub use platform::PlatformResult;
pub use request_head::RequestHead;
pub use signed_fields::SignedFields;
pub use transfer::TransferResult;
pub use unsigned::Unsigned;
pub use unsigned_cashout::{CashoutOutcome, ClaimedCashout, UnsignedCashout};
