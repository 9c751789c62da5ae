//! From a notification body to a disposition.
//!
//! Two families: a [`CallbackGate`] settles messages about money, a [`NoticeGate`] hands over notices
//! that settle nothing. Frameworks take both as a [`MountPoint`].

mod callback_gate;
mod claimed;
mod limits;
mod links;
mod mount;
mod notice_gate;
mod verified;
mod watch;

pub use callback_gate::{CallbackGate, LinkGate};
pub use claimed::ClaimedCallback;
pub use limits::CallbackLimits;
pub use links::{LinkPrices, Links};
pub use mount::{Handled, MountPoint};
pub use notice_gate::{
    AdmittedNotice, CashoutResultGate, EftNoticeGate, NoticeGate, PlatformResultGate,
    TransferResultGate,
};
pub use verified::{LinkPayment, VerifiedPayment};
