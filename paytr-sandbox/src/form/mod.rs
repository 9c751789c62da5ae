//! The posted fields, read as PHP 8.2 reads them: PayTR is written in it.

mod multipart;
mod redacted;
mod slips;

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;

pub(crate) use redacted::redacted_json;

/// The fields, urlencoded or multipart: PayTR takes both, its PHP samples post multipart.
///
/// No `Debug`: it holds tokens and people's data.
#[derive(Clone)]
pub(crate) struct PostedForm(Arc<[(String, String)]>);

/// Why no field of a body can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unreadable {
    #[error("the body is JSON; PayTR takes a form: application/x-www-form-urlencoded")]
    Json,
    #[error(
        "the Content-Type of a multipart form has to name its boundary: let the HTTP client write \
         that header"
    )]
    NoBoundary,
    #[error("the body has no part behind the boundary that its Content-Type names")]
    NoPart,
    #[error("a part of the multipart form has no Content-Disposition with a name")]
    NoName,
    #[error("the body is longer than 1 MiB, or it broke off")]
    TooLong,
}

impl PostedForm {
    /// Reads a body by its content type.
    pub(crate) fn read(content_type: Option<&str>, body: &[u8]) -> Result<Self, Unreadable> {
        let content_type = content_type.unwrap_or_default();
        let media_type = content_type.split(';').next().unwrap_or_default();
        let is_multipart = media_type
            .trim()
            .eq_ignore_ascii_case("multipart/form-data");
        let fields = if is_multipart {
            multipart::fields(content_type, body)?
        } else if is_json(media_type, body) {
            return Err(Unreadable::Json);
        } else {
            form_urlencoded::parse(body).into_owned().collect()
        };
        let named = fields.into_iter();
        let named = named.map(|(name, value)| (php_name(&name), value));
        Ok(Self(named.collect()))
    }

    /// The value of a field; of a repeated one the last, as PHP reads it.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut fields = self.0.iter().rev();
        let (_, value) = fields.find(|(known, _)| known == name)?;
        Some(value)
    }

    /// The value as it goes into a signed message: a missing field is empty.
    pub(crate) fn signed(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    #[cfg(test)]
    pub(crate) fn of(fields: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self(fields.iter().map(owned).collect())
    }
}

/// By its content type, or by how it begins: no form begins so.
fn is_json(media_type: &str, body: &[u8]) -> bool {
    let media_type = media_type.trim().to_ascii_lowercase();
    let begins = body.trim_ascii_start().first();
    media_type.ends_with("/json")
        || media_type.ends_with("+json")
        || matches!(begins, Some(b'{' | b'['))
}

/// What PHP makes of the name of a field: no blank before it, and `_` for blanks and dots in it.
fn php_name(name: &str) -> String {
    name.trim_start_matches(' ').replace([' ', '.'], "_")
}

/// It was read before its endpoint was called, so that an unreadable one is answered for all of them
/// in one place.
impl<S: Sync> FromRequestParts<S> for PostedForm {
    type Rejection = (StatusCode, &'static str);

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let read = parts.extensions.get::<Self>().cloned();
        let unread = "paytr-sandbox: this endpoint reads no form";
        read.ok_or((StatusCode::INTERNAL_SERVER_ERROR, unread))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_known_by_its_type_and_by_how_it_begins() {
        for (content_type, body) in [
            (Some("application/json; charset=utf-8"), "a=1"),
            (Some("application/vnd.api+json"), ""),
            (Some("application/x-www-form-urlencoded"), " {\"a\":1}"),
            (None, "[]"),
        ] {
            let read = PostedForm::read(content_type, body.as_bytes());
            assert_eq!(read.err(), Some(Unreadable::Json), "{body}");
        }
        assert!(PostedForm::read(None, b"%7B=1").is_ok());
    }

    #[test]
    fn names_are_read_as_php_reads_them() {
        let form = PostedForm::read(None, b"+merchant.oid=A1&user+ip=1&a=1&a=2")
            .unwrap_or_else(|_| PostedForm::of(&[]));
        assert_eq!(form.get("merchant_oid"), Some("A1"));
        assert_eq!(form.get("user_ip"), Some("1"));
        assert_eq!(form.get("a"), Some("2"));
        assert_eq!(form.get("b"), None);
    }
}
