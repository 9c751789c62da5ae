use axum::body::Body;
use axum::response::Response;
use http::StatusCode;
use paytr_flow::FlowResponse;

/// The same answer in axum's type.
pub(super) fn respond(answer: FlowResponse) -> Response {
    let mut response = Response::builder().status(answer.status);
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(answer.body)).unwrap_or_else(|_| {
        // The flow promises valid statuses and headers; a broken promise must not look like success.
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response
    })
}
