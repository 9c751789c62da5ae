//! What successful commands answer. Each keeps the whole [`Answer`](crate::answer::Answer), with the
//! attributes that nobody documented.

mod ewallet;
mod operation;
mod order_status;
mod payment;

pub use ewallet::{AddedCard, CardChange, CardList, CustomerReply, StoredCard};
pub use operation::{Charged, Refunded, Released};
pub use order_status::{OrderStatus, PayStatusReply};
pub use payment::{Accepted, PageUrlError, Session, SessionType, Step};
