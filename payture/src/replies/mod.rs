//! What successful commands answer. Each keeps the whole [`Answer`](crate::answer::Answer), with the
//! attributes that nobody documented.

mod accepted;
mod cards;
mod customer;
mod operation;
mod order_status;
mod session;
mod step;

pub use accepted::Accepted;
pub use cards::{AddedCard, CardChange, CardList, StoredCard};
pub use customer::CustomerReply;
pub use operation::{Charged, Refunded, Released};
pub use order_status::{OrderStatus, PayStatusReply};
pub use session::{PageUrlError, Session, SessionType};
pub use step::Step;
