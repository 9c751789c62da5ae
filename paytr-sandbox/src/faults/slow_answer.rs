use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use super::Fault;
use crate::shared::Shared;

/// Lets a planned request wait for its answer: what it does is done, and others may see it before the
/// answer comes.
pub(crate) async fn answer_slowly(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let faults = shared.faults.in_next_request();
    let response = next.run(request).await;
    for fault in faults {
        if let Fault::SlowAnswer { by } = fault {
            let now = shared.clock.now();
            let until = now.checked_add(by).unwrap_or(now);
            shared.clock.sleep_until(until).await;
        }
    }
    response
}
