use async_trait::async_trait;

use super::{PaytureClient, PaytureError};
use crate::Interface;
use crate::answer::DecodeError;
use crate::errors::ErrorClass;
use crate::replies::OrderStatus;
use crate::settlement::{StateError, StateSource};
use crate::values::OrderId;

/// Asks for states through a client.
#[derive(Debug, Clone)]
pub struct ClientStateSource {
    client: PaytureClient,
    interface: Interface,
}

impl ClientStateSource {
    pub(super) fn new(client: PaytureClient, interface: Interface) -> Self {
        Self { client, interface }
    }
}

#[async_trait]
impl StateSource for ClientStateSource {
    async fn state(&self, order: &OrderId) -> Result<OrderStatus, StateError> {
        let answer = self.client.state(self.interface, order).await;
        answer.map_err(|error| match error {
            PaytureError::Refused(refusal) if refusal.code.class() == ErrorClass::State => {
                StateError::NotThere(refusal.code)
            }
            PaytureError::Undecodable {
                cause: DecodeError::OtherOrder,
                ..
            } => StateError::OtherOrder,
            error => StateError::Unavailable(error.into()),
        })
    }
}
