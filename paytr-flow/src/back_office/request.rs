//! What an adapter hands over, and how it is read.

use std::fmt;

use super::Operator;

/// The head of a request, nothing decoded.
#[derive(Clone, Copy)]
pub struct Head<'a> {
    /// The method, such as `GET`.
    pub method: &'a str,
    /// The whole path as it was sent, percent signs and all, without the query.
    pub path: &'a str,
    /// The query without its question mark.
    pub query: Option<&'a str>,
    /// The first value of the header with this lower-case name.
    pub header: &'a (dyn Fn(&str) -> Option<Vec<u8>> + Send + Sync),
}

impl Head<'_> {
    /// A header whose value is text.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        (self.header)(name).and_then(|value| String::from_utf8(value).ok())
    }
}

/// It may hold a password, so `Debug` shows method and path only.
impl fmt::Debug for Head<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Head")
            .field("method", &self.method)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// A request of somebody who was let in.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// Who asks: what [`BackOffice::admit`](super::BackOffice::admit) said of this very head.
    pub operator: Operator,
    /// The head.
    pub head: Head<'a>,
    /// The whole body, at most [`MAX_BODY`](crate::MAX_BODY) bytes; empty for a `GET`.
    pub body: &'a [u8],
}

/// The fields of a query or a form. Of two with one name the first counts.
#[derive(Clone, Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    pub(super) fn parse(encoded: &[u8]) -> Self {
        Self(form_urlencoded::parse(encoded).into_owned().collect())
    }

    /// The field, unless it is missing or blank.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut values = self.0.iter().filter(|(known, _)| known == name);
        let value = values.next().map(|(_, value)| value.trim());
        value.filter(|value| !value.is_empty())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.0.iter();
        pairs.map(|(name, value)| (name.as_str(), value.as_str()))
    }
}
