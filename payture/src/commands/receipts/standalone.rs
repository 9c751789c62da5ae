use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::cheque::{AdditionalMessage, CheckClose};
use super::{Cheque, Position, ReceiptCommand};
use crate::Terminal;
use crate::answer::DecodeError;
use crate::commands::{Effect, InvalidRequest};

/// What a receipt without a payment is for, by Payture's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReceiptType {
    /// 1: income.
    Income,
    /// 2: refund of an income.
    Refund,
    /// Any other number.
    Other(u8),
}

impl ReceiptType {
    fn number(self) -> u8 {
        match self {
            Self::Income => 1,
            Self::Refund => 2,
            Self::Other(number) => number,
        }
    }
}

/// Makes a receipt without a payment: `POST /apicheque/Create`.
#[derive(Clone)]
pub struct CreateReceipt {
    id: String,
    inn: String,
    kind: ReceiptType,
    cheque: Cheque,
}

impl CreateReceipt {
    /// `id` is the shop's own and unique: the same one again answers `Conflict`. `inn` is the merchant's
    /// tax number, 10 or 12 digits.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] when one of them cannot be one.
    pub fn new(
        id: impl Into<String>,
        inn: impl Into<String>,
        kind: ReceiptType,
        cheque: Cheque,
    ) -> Result<Self, InvalidRequest> {
        let (id, inn) = (id.into(), inn.into());
        super::status::check_id(&id)?;
        let is_number = inn.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number || ![10, 12].contains(&inn.len()) {
            return Err(InvalidRequest::Shape {
                field: "INN",
                rule: "10 or 12 digits",
            });
        }
        Ok(Self {
            id,
            inn,
            kind,
            cheque,
        })
    }
}

impl ReceiptCommand for CreateReceipt {
    type Reply = ReceiptReply;

    fn name(&self) -> &'static str {
        "Create"
    }

    fn effect(&self) -> Effect {
        Effect::Changes
    }

    fn body(&self, terminal: &Terminal) -> Result<String, InvalidRequest> {
        let cheque = &self.cheque;
        let body = Body {
            key: terminal.name().as_str(),
            password: terminal.password(),
            message: cheque.message.as_deref(),
            additional_messages: &cheque.additional_messages,
            template_tag: cheque.template_tag.as_deref(),
            template_lang: cheque.template_lang.as_deref(),
            group: cheque.group.as_deref(),
            cheque: Receipt {
                id: &self.id,
                inn: &self.inn,
                group: cheque.group.as_deref(),
                content: Content {
                    kind: self.kind.number(),
                    positions: &cheque.positions,
                    check_close: &cheque.check_close,
                    customer_contact: cheque.customer_contact.as_deref(),
                },
            },
        };
        cheque.to_json()?;
        serde_json::to_string(&body).map_err(|_| InvalidRequest::Shape {
            field: "Cheque",
            rule: "values that JSON can carry",
        })
    }

    fn decode(&self, body: &[u8]) -> Result<ReceiptReply, DecodeError> {
        ReceiptReply::decode(body)
    }
}

/// What the letter says stands beside the receipt, not in it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    key: &'a str,
    password: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    additional_messages: &'a [AdditionalMessage],
    #[serde(skip_serializing_if = "Option::is_none")]
    template_tag: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    template_lang: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'a str>,
    cheque: Receipt<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Receipt<'a> {
    id: &'a str,
    #[serde(rename = "INN")]
    inn: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'a str>,
    content: Content<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Content<'a> {
    #[serde(rename = "Type")]
    kind: u8,
    positions: &'a [Position],
    check_close: &'a CheckClose,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_contact: Option<&'a str>,
}

impl fmt::Debug for CreateReceipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreateReceipt")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("cheque", &self.cheque)
            .finish_non_exhaustive()
    }
}

/// What `Create` answers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReceiptReply {
    /// Whether it was accepted.
    pub success: bool,
    /// `Accepted`, `Conflict`, `BadRequest`, …: an open set.
    pub status: super::ReceiptState,
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
    status: Option<String>,
}

impl ReceiptReply {
    fn decode(body: &[u8]) -> Result<Self, DecodeError> {
        let wire: Wire = serde_json::from_slice(body).map_err(|_| DecodeError::NotJson)?;
        let status = wire.status.ok_or(DecodeError::Missing { name: "Status" })?;
        Ok(Self {
            success: wire.success,
            status: super::ReceiptState::from_wire(&status),
            error_code: wire.err_code.as_ref().and_then(super::status::text),
        })
    }
}
