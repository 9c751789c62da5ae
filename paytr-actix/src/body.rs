use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::web::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use tokio::time::timeout;

/// Why a body could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyFault {
    TooLarge,
    TooSlow,
    Broken,
}

/// Reads a whole body within these limits, whatever the application's `PayloadConfig` says.
pub(crate) async fn read(
    payload: &mut Payload,
    max_body: usize,
    deadline: Duration,
) -> Result<Bytes, BodyFault> {
    let whole = timeout(deadline, collect(payload, max_body)).await;
    whole.unwrap_or(Err(BodyFault::TooSlow))
}

async fn collect(payload: &mut Payload, max_body: usize) -> Result<Bytes, BodyFault> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| BodyFault::Broken)?;
        if chunk.len() > max_body.saturating_sub(body.len()) {
            return Err(BodyFault::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}
