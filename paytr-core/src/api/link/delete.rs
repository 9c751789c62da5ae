use std::fmt;
use std::str::FromStr;

use crate::Credentials;
use crate::api::{Answer, DecodeError, Effect, Endpoint, Form, InvalidRequest};
use crate::reply::JsonReply;
use crate::reply_fields::list_entries;
use crate::wire::{RawJson, scalar_text};

/// Deletes payment links: nobody can pay them any more.
///
/// `POST /odeme/api/link/delete`. Source: PayTR, Link API, Delete.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `links` | `id` | 1 to 10 ids, with commas between them | documented |
///
/// Source: <https://dev.paytr.com/link-api/link-api-delete>, as published in August 2026.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteLinks {
    /// Which: 1 to 10.
    pub links: Vec<LinkId>,
}

/// Which links were deleted. PayTR says it when there was more than one.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `deleted` | `success_deletes` | ids | documented |
/// | `not_deleted` | `failed_deletes` | ids | documented |
///
/// Source: <https://dev.paytr.com/link-api/link-api-delete>, as published in August 2026.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeletedLinks {
    /// Those that are gone.
    pub deleted: Vec<String>,
    /// Those that are not: a success of the whole request does not mean that all are gone.
    pub not_deleted: Vec<String>,
    /// The whole reply.
    pub raw: RawJson,
}

impl Endpoint for DeleteLinks {
    const PATH: &'static str = "/odeme/api/link/delete";
    const EFFECT: Effect = Effect::Changes;
    const SIGNED: &'static [&'static str] = &["id", "merchant_id"];
    type Reply = DeletedLinks;

    fn form(&self, credentials: &Credentials) -> Result<Form, InvalidRequest> {
        if !(1..=10).contains(&self.links.len()) {
            return Err(InvalidRequest::Shape {
                field: "id",
                rule: "1 to 10 links",
            });
        }
        let ids: Vec<_> = self.links.iter().map(LinkId::as_str).collect();
        Ok(Form::new()
            .field("merchant_id", credentials.merchant_id().to_string())
            .field("id", ids.join(","))
            .field("debug_on", "1")
            .sign(credentials, Self::SIGNED))
    }

    fn decode(&self, body: &[u8]) -> Result<Answer<DeletedLinks>, DecodeError> {
        let reply = JsonReply::parse(body)?;
        match reply.status()?.as_str() {
            "success" => Ok(Answer::Success(DeletedLinks {
                deleted: ids(&reply, "success_deletes"),
                not_deleted: ids(&reply, "failed_deletes"),
                raw: reply.into_raw(),
            })),
            "failed" | "error" => Ok(Answer::Refused(reply.refusal("link"))),
            _ => Err(DecodeError::Value { name: "status" }),
        }
    }
}

/// The ids of a list, whose entries are documented no further: a text, or an object with an `id`.
fn ids(reply: &JsonReply, name: &str) -> Vec<String> {
    let entries = reply.get(name).and_then(list_entries);
    let id = |entry| scalar_text(entry).or_else(|| JsonReply::from_value(entry)?.text("id"));
    entries.into_iter().flatten().filter_map(id).collect()
}

/// PayTR's id of a payment link, such as `NB2Zlz3`: the end of `https://www.paytr.com/link/NB2Zlz3`.
///
/// On the wire: `id`, text whose alphabet is not documented. Documented:
/// <https://dev.paytr.com/link-api/link-api-create>, August 2026.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LinkId(Box<str>);

impl LinkId {
    /// Takes an id of 1 to 64 ASCII letters, digits, `-` and `_`. Its alphabet is not documented;
    /// recorded ones are letters and digits. A comma would make two ids of it.
    ///
    /// # Errors
    ///
    /// [`InvalidRequest`] for anything else.
    pub fn new(id: &str) -> Result<Self, InvalidRequest> {
        let is_id = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if !(1..=64).contains(&id.len()) || !id.bytes().all(is_id) {
            return Err(InvalidRequest::Shape {
                field: "id",
                rule: "a link id: 1 to 64 letters and digits",
            });
        }
        Ok(Self(id.into()))
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LinkId {
    type Err = InvalidRequest;

    fn from_str(text: &str) -> Result<Self, InvalidRequest> {
        Self::new(text)
    }
}

impl fmt::Display for LinkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
