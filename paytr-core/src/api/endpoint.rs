use std::time::Duration;

use crate::Credentials;
use crate::api::{DecodeError, FieldRule, Form, InvalidRequest, Refusal};

/// A request of one PayTR endpoint.
///
/// [`form`](Self::form) is the only place that knows its fields: the client posts them and the token
/// is computed over them.
pub trait Endpoint {
    /// The path, from the root of `https://www.paytr.com`.
    const PATH: &'static str;

    /// What sending it changes.
    const EFFECT: Effect;

    /// How long a request may take with its whole reply, unless the client is told otherwise. PayTR's
    /// own samples wait 90 s for refunds and reports, and 20 s for what a buyer waits for.
    const TIMEOUT: Duration = Duration::from_secs(20);

    /// The fields that `paytr_token` covers, in the order they are joined; the salt comes last.
    const SIGNED: &'static [&'static str];

    /// What PayTR takes in each field, in the order it is checked. Empty for requests whose types leave
    /// nothing to check.
    const RULES: &'static [FieldRule] = &[];

    /// The reply on success.
    type Reply;

    /// The exact fields, with `paytr_token` over them.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] when PayTR is known to refuse such values. Nothing is sent then.
    fn form(&self, credentials: &Credentials) -> Result<Form, InvalidRequest>;

    /// Reads a reply.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] when the body is none of the documented or recorded shapes.
    fn decode(&self, body: &[u8]) -> Result<Answer<Self::Reply>, DecodeError>;
}

/// What a readable reply says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer<R> {
    /// Yes.
    Success(R),
    /// No.
    Refused(Refusal),
}

/// What sending a request changes at PayTR.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: it may be repeated.
    ReadOnly,
    /// Something: it is sent once, whatever happens.
    Changes,
}
