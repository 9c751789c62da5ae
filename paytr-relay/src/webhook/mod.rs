//! What the app gets: a message by the scheme of [Standard Webhooks](https://www.standardwebhooks.com).
//!
//! * [`WebhookSecret`] and [`Signer`]: the three headers.
//! * `message`: the body, and the id, which is the same for each try of one payment.

mod event;
mod message;
mod secret;

pub(crate) use event::{Event, payment};
pub(crate) use message::Message;
pub use secret::{Signer, WebhookSecret, WebhookSecretError};
