use std::fmt;

use super::ReplyBody;
use super::transport::RawReply;
use crate::api::PaymentError;

/// Paytrek said no.
///
/// The shape of a refused request's body is not documented (`error` or `errors` in it, by other clients):
/// the beginning of it is kept as it came. It is shown nowhere, because it may repeat what was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The HTTP status: 200 when the reply itself says no.
    pub status: u16,
    /// The code and the messages, as far as Paytrek tells.
    pub error: PaymentError,
    /// The beginning of the body.
    pub body: ReplyBody,
}

impl Refusal {
    pub(super) fn new(reply: &RawReply, error: PaymentError) -> Self {
        Self {
            status: reply.status,
            error,
            body: ReplyBody::of(reply),
        }
    }
}

impl std::error::Error for Refusal {}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Paytrek refused the request (HTTP {})", self.status)?;
        match self.error.code.as_ref().filter(|code| code.is_shown()) {
            Some(code) => match code.merchant_message() {
                Some(meaning) => write!(f, ": {code}, {meaning}"),
                None => write!(f, ": {code}"),
            },
            None => Ok(()),
        }
    }
}
