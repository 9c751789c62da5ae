use std::cell::Cell;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::HttpResponse;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::Payload;
use actix_web::web::Bytes;

/// A request's body that is refused, read to its end or not.
///
/// If such a body is held while the answer is sent, actix closes the connection. If it is dropped
/// before, actix goes on reading its chunks to their end, however many there are and however slowly
/// they come. So it stays in the answer.
pub(crate) struct Unread(Cell<Payload>);

impl Unread {
    pub(crate) fn new(payload: Payload) -> Self {
        Self(Cell::new(payload))
    }

    pub(crate) fn stay_in(&self, response: HttpResponse) -> HttpResponse {
        match self.0.replace(Payload::None) {
            Payload::None => response,
            unread => response.map_body(|_, body| {
                BoxBody::new(Holding {
                    body,
                    _unread: unread,
                })
            }),
        }
    }
}

impl fmt::Debug for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unread").finish_non_exhaustive()
    }
}

/// The body of an answer, and the body of the request.
struct Holding {
    body: BoxBody,
    _unread: Payload,
}

impl MessageBody for Holding {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}
