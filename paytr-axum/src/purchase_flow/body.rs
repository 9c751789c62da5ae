use axum::body::{Body, Bytes, HttpBody as _};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use paytr_flow::{BODY_DEADLINE, FlowResponse, MAX_BODY};
use tokio::time::timeout;

/// Reads the body of a purchase within the flow's own limits, whatever the application's are.
pub(super) async fn read(body: Body) -> Result<Bytes, FlowResponse> {
    if body.size_hint().lower() > MAX_BODY as u64 {
        return Err(FlowResponse::too_large());
    }
    match timeout(BODY_DEADLINE, Limited::new(body, MAX_BODY).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(FlowResponse::too_large()),
        Ok(Err(_)) => Err(FlowResponse::broken_body()),
        Err(_elapsed) => Err(FlowResponse::too_slow()),
    }
}
