use actix_web::HttpResponse;
use paytr_flow::FlowResponse;

use crate::reply::status;

/// The same answer in actix's type.
pub(super) fn respond(answer: FlowResponse) -> HttpResponse {
    let mut response = HttpResponse::build(status(answer.status));
    for header in answer.headers {
        response.append_header(header);
    }
    // A header that is not one turns the answer into a 500: a broken promise does not look like success.
    response.body(answer.body)
}
