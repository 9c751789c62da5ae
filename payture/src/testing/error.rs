use std::io;

use paid_once::BoxError;

/// The fake cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FakeStartError {
    /// No port to listen at.
    #[error("the fake cannot listen on loopback")]
    Listen(#[source] io::Error),
    /// The HTTP client for notifications could not be set up.
    #[error("the HTTP client could not be set up")]
    HttpClient(#[source] BoxError),
    /// Not an absolute http or https address.
    #[error("the address of notifications is http or https with a host")]
    NotifyUrl,
}

/// Something that cannot be done in the fake now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FakeActionError {
    /// Nobody opened such an order.
    #[error("the fake knows no such order")]
    UnknownOrder,
    /// The order has no page that waits for a card.
    #[error("the order has no page that waits for a card")]
    NoPage,
}
