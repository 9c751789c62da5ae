use serde::Deserialize;
use serde_json::{Value, json};

use super::ReceiptCommand;
use crate::Terminal;
use crate::answer::DecodeError;
use crate::commands::{Effect, InvalidRequest};

macro_rules! receipt_states {
    ($($name:ident $doc:literal;)+) => {
        /// How a receipt stands: an open set, compared without regard to case.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum ReceiptState {
            $(#[doc = $doc] $name,)+
            /// Any other.
            Other(String),
        }

        impl ReceiptState {
            pub(super) fn from_wire(text: &str) -> Self {
                $(if text.eq_ignore_ascii_case(stringify!($name)) {
                    return Self::$name;
                })+
                Self::Other(text.to_owned())
            }
        }
    };
}

receipt_states! {
    Accepted "Taken, to be made.";
    Created "Made.";
    Conflict "There is one with this id already: ask for its status.";
    BadRequest "The data is wrong.";
    Unauthorized "The terminal or its password is refused.";
    NotFound "There is none with this id.";
    Timeout "Out of time: ask for its status before anything else.";
    ServiceUnavailable "Out of order: ask again later.";
    Unknown "Not known: ask for its status.";
}

/// Asks how a receipt stands: `POST /apicheque/Status`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptStatus {
    id: String,
}

impl ReceiptStatus {
    /// Asks about this receipt.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] when the id cannot be one.
    pub fn new(id: impl Into<String>) -> Result<Self, InvalidRequest> {
        let id = id.into();
        check_id(&id)?;
        Ok(Self { id })
    }
}

impl ReceiptCommand for ReceiptStatus {
    type Reply = ReceiptStatusReply;

    fn name(&self) -> &'static str {
        "Status"
    }

    fn effect(&self) -> Effect {
        Effect::ReadOnly
    }

    fn body(&self, terminal: &Terminal) -> Result<String, InvalidRequest> {
        let body = json!({
            "Key": terminal.name().as_str(),
            "Password": terminal.password(),
            "Id": self.id,
        });
        Ok(body.to_string())
    }

    fn decode(&self, body: &[u8]) -> Result<ReceiptStatusReply, DecodeError> {
        let wire: Wire = serde_json::from_slice(body).map_err(|_| DecodeError::NotJson)?;
        let states = wire.cheques.unwrap_or_default();
        Ok(ReceiptStatusReply {
            success: wire.success,
            receipts: states
                .into_iter()
                .map(|cheque| ReceiptState::from_wire(&cheque.status))
                .collect(),
            error_code: wire.err_code.as_ref().and_then(text),
        })
    }
}

/// What `Status` answers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReceiptStatusReply {
    /// Whether the question was answered.
    pub success: bool,
    /// How the receipts with this id stand.
    pub receipts: Vec<ReceiptState>,
    /// Payture's code, when there is one.
    pub error_code: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wire {
    success: bool,
    #[serde(default)]
    err_code: Option<Value>,
    #[serde(default)]
    cheques: Option<Vec<WireCheque>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireCheque {
    status: String,
}

/// A code that may be a text, a number or null.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

pub(super) fn check_id(id: &str) -> Result<(), InvalidRequest> {
    if !(1..=64).contains(&id.chars().count()) || id.chars().any(char::is_control) {
        return Err(InvalidRequest::Length {
            field: "Id",
            min: 1,
            max: 64,
        });
    }
    Ok(())
}
