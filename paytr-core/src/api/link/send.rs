use std::fmt;

use super::LinkId;
use crate::Credentials;
use crate::api::field_rule::{Shape, obey};
use crate::api::{Answer, DecodeError, Effect, Endpoint, FieldRule, Form, InvalidRequest};
use crate::reply::JsonReply;

/// Sends a payment link by SMS.
///
/// `POST /odeme/api/link/send-sms`. Source: PayTR, Link API, SMS and e-mail. `Debug` does not show the
/// number.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `link` | `id` | text | documented |
/// | `phone` | `cell_phone` | 11 digits that start with 05 | documented |
///
/// Source: <https://dev.paytr.com/link-api/linkle-api-sms-and-email>, as published in August 2026.
#[derive(Clone, PartialEq, Eq)]
pub struct SendLinkSms {
    /// The link.
    pub link: LinkId,
    /// Whom to: 11 digits that start with `05`.
    pub phone: String,
}

/// Sends a payment link by e-mail.
///
/// `POST /odeme/api/link/send-email`. Source: PayTR, Link API, SMS and e-mail. `Debug` does not show
/// the address.
///
/// # On the wire
///
/// | field | name | unit and range | evidence |
/// |---|---|---|---|
/// | `link` | `id` | text | documented |
/// | `email` | `email` | up to 100 characters | documented |
///
/// Source: <https://dev.paytr.com/link-api/linkle-api-sms-and-email>, as published in August 2026.
#[derive(Clone, PartialEq, Eq)]
pub struct SendLinkEmail {
    /// The link.
    pub link: LinkId,
    /// Whom to: at most 100 ASCII characters.
    pub email: String,
}

impl Endpoint for SendLinkSms {
    const PATH: &'static str = "/odeme/api/link/send-sms";
    const EFFECT: Effect = Effect::Changes;
    const SIGNED: &'static [&'static str] = &["id", "merchant_id", "cell_phone"];
    const RULES: &'static [FieldRule] = &[FieldRule::new("cell_phone", Shape::MobilePhone)];
    type Reply = ();

    fn form(&self, credentials: &Credentials) -> Result<Form, InvalidRequest> {
        let form = head(&self.link, credentials)
            .field("cell_phone", self.phone.clone())
            .field("debug_on", "1");
        Ok(obey(Self::RULES, form)?.sign(credentials, Self::SIGNED))
    }

    fn decode(&self, body: &[u8]) -> Result<Answer<()>, DecodeError> {
        decode(body)
    }
}

impl Endpoint for SendLinkEmail {
    const PATH: &'static str = "/odeme/api/link/send-email";
    const EFFECT: Effect = Effect::Changes;
    const SIGNED: &'static [&'static str] = &["id", "merchant_id", "email"];
    const RULES: &'static [FieldRule] = &[FieldRule::new("email", Shape::Email)];
    type Reply = ();

    fn form(&self, credentials: &Credentials) -> Result<Form, InvalidRequest> {
        let form = head(&self.link, credentials)
            .field("email", self.email.clone())
            .field("debug_on", "1");
        Ok(obey(Self::RULES, form)?.sign(credentials, Self::SIGNED))
    }

    fn decode(&self, body: &[u8]) -> Result<Answer<()>, DecodeError> {
        decode(body)
    }
}

fn head(link: &LinkId, credentials: &Credentials) -> Form {
    Form::new()
        .field("merchant_id", credentials.merchant_id().to_string())
        .field("id", link.to_string())
}

fn decode(body: &[u8]) -> Result<Answer<()>, DecodeError> {
    let reply = JsonReply::parse(body)?;
    match reply.status()?.as_str() {
        "success" => Ok(Answer::Success(())),
        "failed" | "error" => Ok(Answer::Refused(reply.refusal("link"))),
        _ => Err(DecodeError::Value { name: "status" }),
    }
}

impl fmt::Debug for SendLinkSms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendLinkSms")
            .field("link", &self.link)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for SendLinkEmail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendLinkEmail")
            .field("link", &self.link)
            .finish_non_exhaustive()
    }
}
