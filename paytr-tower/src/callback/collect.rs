use bytes::Bytes;
use http_body::Body;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use paytr_core::callback::{CallbackError, GrammarError};
use paytr_core::{BoxError, CallbackLimits, Disposition};
use tokio::time::timeout;

/// Reads a whole body within the limits of size and time.
pub(super) async fn collect<B>(body: B, limits: CallbackLimits) -> Result<Bytes, Disposition>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    let limited = Limited::new(body, limits.max_body);
    match timeout(limits.body_deadline, limited.collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Disposition::TooLarge),
        Ok(Err(_)) => Err(CallbackError::Malformed(GrammarError::Incomplete).into()),
        Err(_elapsed) => Err(Disposition::TooSlow),
    }
}
