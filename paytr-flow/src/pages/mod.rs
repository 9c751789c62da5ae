//! The pages: paying, and what came of it.
//!
//! Templates are in `templates/`. They have no text of their own; the words are in `texts`, the
//! headers in `policy`.

mod frame;
mod landing;
mod money;
mod notice;
mod pay_page;
mod policy;
mod texts;

pub use landing::Landing;

use crate::language;
use paytr_core::Language;

/// A request for a page, as it came.
#[derive(Debug, Clone, Copy, Default)]
pub struct PageRequest<'a> {
    /// The query without its question mark. Of it, `lang` and `oid` are read.
    pub query: Option<&'a str>,
    /// The `Accept-Language` header.
    pub accept_language: Option<&'a [u8]>,
}

impl PageRequest<'_> {
    fn language(self) -> Language {
        language::choose(self.asked_language(), self.accept_language)
    }

    /// The language of the query, which links to the next page carry on.
    fn asked_language(self) -> Option<Language> {
        language::in_query(self.query)
    }

    fn oid(self) -> Option<String> {
        let mut fields = form_urlencoded::parse(self.query?.as_bytes());
        fields
            .find(|(name, _)| name == "oid")
            .map(|(_, oid)| oid.into_owned())
    }
}
