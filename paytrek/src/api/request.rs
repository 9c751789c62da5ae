use std::fmt;

use serde::Serialize;
use zeroize::Zeroizing;

use super::InvalidRequest;
use crate::json::Object;
use crate::{DecodeError, ErrorCode, Host, Language};

/// A request to Paytrek: how it is sent and how its reply is read.
pub trait Request {
    /// What a success brings.
    type Reply;

    /// Whether it may be repeated.
    const EFFECT: Effect;

    /// The HTTP statuses of a success.
    const SUCCESS: &'static [u16];

    /// The call: method, path and body, byte for byte.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] when Paytrek would refuse it. Nothing is sent then.
    fn call(&self) -> Result<Call, InvalidRequest>;

    /// Reads the reply to it.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] when the reply has none of the known shapes, or is about something else than was
    /// asked.
    fn decode(&self, answer: Answer<'_>) -> Result<Decoded<Self::Reply>, DecodeError>;
}

/// Whether a request changes anything at Paytrek.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It only reads: it may be repeated.
    ReadOnly,
    /// It may move money or store a card: it is sent once.
    Changes,
}

/// The HTTP method of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `GET`.
    Get,
    /// `POST`.
    Post,
    /// `PUT`.
    Put,
    /// `DELETE`.
    Delete,
}

/// One HTTP call. The body may have a card in it, and the path a token: `Debug` shows neither.
#[derive(Clone)]
pub struct Call {
    method: Method,
    path: String,
    body: Option<Zeroizing<String>>,
}

impl Call {
    pub(super) fn get(path: String) -> Self {
        Self::bare(Method::Get, path)
    }

    pub(super) fn delete(path: String) -> Self {
        Self::bare(Method::Delete, path)
    }

    fn bare(method: Method, path: String) -> Self {
        Self {
            method,
            path,
            body: None,
        }
    }

    pub(super) fn post(path: &str, body: &impl Serialize) -> Result<Self, InvalidRequest> {
        Self::with_body(Method::Post, path.to_owned(), body)
    }

    pub(super) fn put(path: String, body: &impl Serialize) -> Result<Self, InvalidRequest> {
        Self::with_body(Method::Put, path, body)
    }

    fn with_body(
        method: Method,
        path: String,
        body: &impl Serialize,
    ) -> Result<Self, InvalidRequest> {
        // The structs of this crate always serialise; an error would be theirs.
        let json = serde_json::to_string(body).map_err(|_| InvalidRequest::Shape {
            field: "body",
            rule: "values that JSON can hold",
        })?;
        Ok(Self {
            method,
            path,
            body: Some(Zeroizing::new(json)),
        })
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> Method {
        self.method
    }

    /// The path and the query, starting with a slash.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The JSON, if there is a body.
    #[must_use]
    pub fn body(&self) -> Option<&str> {
        self.body.as_ref().map(|body| body.as_str())
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

/// A reply with a status of success, to be decoded.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    /// The HTTP status.
    pub status: u16,
    /// The whole body.
    pub body: &'a [u8],
    /// Who answered: addresses in the reply are checked against it.
    pub host: &'a Host,
}

impl fmt::Debug for Answer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}

/// What a readable reply says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decoded<T> {
    /// A success.
    Success(T),
    /// `succeeded: false`, from a request whose only answer is yes or no.
    Refused(PaymentError),
}

/// Why something did not succeed, in Paytrek's words.
///
/// The texts may hold anything, so `Debug` shows the code only.
#[derive(Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct PaymentError {
    /// The code, if there is one.
    pub code: Option<ErrorCode>,
    /// Paytrek's message for the merchant.
    pub message: Option<String>,
    /// Paytrek's message for the buyer. Not documented; seen in transactions.
    pub customer_message: Option<String>,
}

impl PaymentError {
    /// What to tell the buyer: the documented advice for the code, otherwise Paytrek's own message.
    #[must_use]
    pub fn tell_customer(&self, language: Language) -> Option<&str> {
        let documented = self
            .code
            .as_ref()
            .and_then(|code| code.customer_message(language));
        documented.or(self.customer_message.as_deref())
    }

    /// Whether money may have moved in spite of the error.
    #[must_use]
    pub fn leaves_outcome_open(&self) -> bool {
        self.code
            .as_ref()
            .is_some_and(|code| code.class().leaves_outcome_open())
    }

    /// `{code, message, customer_message}`.
    pub(super) fn of_object(object: &Object<'_>) -> Self {
        Self {
            code: object.text("code").map(|code| ErrorCode::new(&code)),
            message: object.text("message"),
            customer_message: object.text("customer_message"),
        }
    }

    /// `error_code` and `error_message` beside other fields, or a `paytrek_error` object.
    pub(crate) fn beside(object: &Object<'_>) -> Self {
        let inner = object.object("paytrek_error");
        let inner = inner.as_ref().map(Self::of_object).unwrap_or_default();
        let code = object.text("error_code").map(|code| ErrorCode::new(&code));
        Self {
            code: code.or(inner.code),
            message: object.text("error_message").or(inner.message),
            customer_message: inner.customer_message,
        }
    }

    /// As [`beside`](Self::beside), but `None` when none of these fields is there.
    pub(super) fn beside_if_any(object: &Object<'_>) -> Option<Self> {
        Some(Self::beside(object)).filter(|error| *error != Self::default())
    }
}

impl fmt::Debug for PaymentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaymentError")
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}
