//! Why a handler does not run, and what then becomes of the request's body.

use std::cell::Cell;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{HttpResponse, ResponseError};
use paytr_core::Disposition;

use crate::reply::{plain_text, reply, status};

/// Why a handler with a [`Notification`](crate::Notification) or a
/// [`VerifiedCallback`](crate::VerifiedCallback) does not run.
///
/// Not always an error: a payment that was settled before is answered `OK` without the handler. The
/// answer is that of [`Disposition::reply`], and the disposition is in its extensions.
#[derive(Debug)]
pub struct NotificationRejection {
    reason: Reason,
    unread: Unread,
}

#[derive(Debug, Clone, Copy)]
enum Reason {
    /// With what to say about it.
    NoGate(&'static str),
    Decided(Disposition),
}

impl NotificationRejection {
    pub(crate) fn no_gate(text: &'static str, unread: Payload) -> Self {
        Self::new(Reason::NoGate(text), unread)
    }

    pub(crate) fn decided(disposition: Disposition, unread: Payload) -> Self {
        Self::new(Reason::Decided(disposition), unread)
    }

    fn new(reason: Reason, unread: Payload) -> Self {
        Self {
            reason,
            unread: Unread::new(unread),
        }
    }

    /// The status of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self.reason {
            Reason::NoGate(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Reason::Decided(disposition) => status(disposition.reply().status),
        }
    }

    /// The text of the answer.
    #[must_use]
    pub fn body_text(&self) -> &'static str {
        match self.reason {
            Reason::NoGate(text) => text,
            Reason::Decided(disposition) => disposition.reply().body,
        }
    }

    /// What became of the notification; `None` when the application has no gate.
    #[must_use]
    pub fn disposition(&self) -> Option<Disposition> {
        match self.reason {
            Reason::NoGate(_) => None,
            Reason::Decided(disposition) => Some(disposition),
        }
    }
}

impl fmt::Display for NotificationRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.body_text())
    }
}

impl std::error::Error for NotificationRejection {}

impl ResponseError for NotificationRejection {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn error_response(&self) -> HttpResponse {
        let response = match self.reason {
            Reason::NoGate(text) => plain_text(self.status(), text),
            Reason::Decided(disposition) => reply(disposition),
        };
        self.unread.stay_in(response)
    }
}

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
