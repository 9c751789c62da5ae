//! PayTR's error codes: what they mean in both languages, and what to do.
//!
//! A code means one thing in one table only: 003 is the token in a status inquiry and the amount in a
//! refund. Live texts differ from the published ones, so only codes are compared.
//!
//! | table | codes of | type |
//! |---|---|---|
//! | [`ErrorTable::Payment`] | `failed_reason_code` of a notification | [`PaymentFailure`] |
//! | [`ErrorTable::Refund`] | `err_no` of a refund | [`RefundFailure`] |
//! | [`ErrorTable::Status`] | `err_no` of a status inquiry | [`StatusFailure`] |
//! | [`ErrorTable::Transfer`] | `err_no` of platform transfers, returned transfers and cashouts | [`TransferFailure`] |
//!
//! The Turkish text is what PayTR publishes; the advice is this library's. The other services
//! publish no table.
//!
//! ```
//! use paytr_core::errors::{ErrorTable, RefundFailure};
//!
//! let failure = RefundFailure::from("009");
//! assert_eq!(failure, RefundFailure::MoreThanRemaining);
//! println!("{}: {}", failure.english().unwrap(), failure.what_to_do().unwrap());
//!
//! // A new code is kept and has no meaning yet.
//! assert_eq!(RefundFailure::from("777").code(), "777");
//! assert_eq!(RefundFailure::from("777").meaning(), None);
//!
//! let table: ErrorTable = "status".parse()?;
//! assert_eq!(table.find("003").unwrap().turkish, "paytr_token gonderilmedi veya gecersiz");
//! # Ok::<_, paytr_core::errors::UnknownTable>(())
//! ```
//!
//! Source: PayTR, Hata Kodları, and the notification pages for the payment codes.

mod meaning;
mod payment;
mod refund;
mod table;
mod transfer;

pub use meaning::ErrorMeaning;
use meaning::error_table;
pub use payment::PaymentFailure;
pub use refund::{RefundFailure, StatusFailure};
pub use table::{ErrorTable, UnknownTable};
pub use transfer::TransferFailure;
