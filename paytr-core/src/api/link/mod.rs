//! Payment links: pages at PayTR that need no shop.
//!
//! Their payments are told to the [`CallbackTarget`] of the link, not to the store's notification URL,
//! and hashed by another formula. A request that makes or sends a link is sent once: a second try would
//! make a second link, or a second message.
//!
//! Limits: a name of 4 to 200 characters, a price of 1.00 or more, 1 to 12 instalments, 10 links per
//! deletion, a callback address of 400 characters without a port.

mod create;
mod delete;
mod send;

pub use create::{CallbackTarget, CreateLink, CreatedLink, LinkKind};
pub use delete::{DeleteLinks, DeletedLinks, LinkId};
pub use send::{SendLinkEmail, SendLinkSms};
