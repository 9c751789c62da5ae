use paytr_core::Credentials;
use paytr_sandbox::{Courier, ShopReply};

use super::body;
use crate::cli::DoctorArgs;
use crate::commands::trigger::new_id;
use crate::exit::Failure;

/// The address that is examined, and what is needed for it.
pub(super) struct Patient {
    url: String,
    courier: Courier,
    /// A failed payment with a right hash that spells `+`, `/` and `=`.
    pub(super) signed: String,
    /// The same with a wrong hash.
    pub(super) badly_signed: String,
    /// The same without one.
    pub(super) unsigned: String,
    /// Whether the shop knows the order.
    pub(super) order_is_known: bool,
}

impl Patient {
    pub(super) fn new(
        args: &DoctorArgs,
        credentials: &Credentials,
        courier: Courier,
    ) -> Result<Self, Failure> {
        let signed = match &args.order_id {
            Some(order) => body::failed(order, credentials),
            None => body::with_telling_hash(|| new_id("DOCTOR"), credentials)?,
        };
        Ok(Self {
            url: args.url.clone(),
            courier,
            badly_signed: body::with_wrong_hash(&signed),
            unsigned: body::without_hash(&signed),
            signed,
            order_is_known: args.order_id.is_some(),
        })
    }

    pub(super) fn is_https(&self) -> bool {
        self.url.starts_with("https://")
    }

    /// Whether only this machine can reach it.
    pub(super) fn is_local(&self) -> bool {
        let rest = self.url.strip_prefix("http://").unwrap_or_default();
        let host = rest.split(['/', ':', '?']).next().unwrap_or_default();
        host == "localhost" || host.starts_with("127.") || rest.starts_with("[::1]")
    }

    pub(super) async fn post(&self, body: &str) -> Result<ShopReply, Failure> {
        let reply = self.courier.deliver(&self.url, body.to_owned()).await;
        reply.map_err(|error| Failure::invalid_input(&error))
    }

    pub(super) async fn get(&self) -> Result<ShopReply, Failure> {
        let reply = self.courier.send("GET", &self.url, None, Vec::new()).await;
        reply.map_err(|error| Failure::invalid_input(&error))
    }
}
