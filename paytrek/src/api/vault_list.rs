use std::fmt;

use url::Url;

use super::{Answer, Call, Decoded, Effect, InvalidRequest, Request, StoredCard, check};
use crate::json::Object;
use crate::{DecodeError, Host};

const PATH: &str = "/api/v2/vault/";

/// Lists stored cards, a page at a time: `GET /api/v2/vault/`.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct ListStoredCards {
    user: Option<String>,
    label: Option<String>,
    page: Option<PageLink>,
}

impl ListStoredCards {
    /// Every stored card of the merchant.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// Only those of one user.
    #[must_use]
    pub fn of_user(mut self, user: impl Into<String>) -> Self {
        self.user = Some(user.into());
        self
    }

    /// Only those with this label.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// The page behind a link of another page.
    #[must_use]
    pub fn page(link: &PageLink) -> Self {
        Self {
            page: Some(link.clone()),
            ..Self::default()
        }
    }
}

impl fmt::Debug for ListStoredCards {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListStoredCards").finish_non_exhaustive()
    }
}

impl Request for ListStoredCards {
    type Reply = StoredCardPage;
    const EFFECT: Effect = Effect::ReadOnly;
    const SUCCESS: &'static [u16] = &[200];

    fn call(&self) -> Result<Call, InvalidRequest> {
        check::maybe_text("card_user_id", self.user.as_deref())?;
        check::maybe_text("card_label", self.label.as_deref())?;
        if let Some(link) = &self.page {
            return Ok(Call::get(link.0.to_string()));
        }
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("card_user_id", &self.user), ("card_label", &self.label)] {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        let query = query.finish();
        let mark = if query.is_empty() { "" } else { "?" };
        Ok(Call::get(format!("{PATH}{mark}{query}")))
    }

    fn decode(&self, answer: Answer<'_>) -> Result<Decoded<StoredCardPage>, DecodeError> {
        let object = Object::parse(answer.body)?;
        let cards = object.objects("results");
        Ok(Decoded::Success(StoredCardPage {
            count: object.needed("count")?,
            next: PageLink::of(&object, "next", answer.host)?,
            previous: PageLink::of(&object, "previous", answer.host)?,
            cards: cards.iter().map(StoredCard::of).collect::<Result<_, _>>()?,
        }))
    }
}

/// A page of stored cards.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredCardPage {
    /// How many there are in all.
    pub count: u64,
    /// The page after this one.
    pub next: Option<PageLink>,
    /// The page before this one.
    pub previous: Option<PageLink>,
    /// The cards.
    pub cards: Vec<StoredCard>,
}

/// Where another page is: on the same host, in the same list.
#[derive(Clone, PartialEq, Eq)]
pub struct PageLink(Box<str>);

impl PageLink {
    /// A link that leaves the host or the list is refused: the credentials would go with it.
    fn of(
        object: &Object<'_>,
        name: &'static str,
        host: &Host,
    ) -> Result<Option<Self>, DecodeError> {
        let Some(text) = object.text(name) else {
            return Ok(None);
        };
        let url = Url::parse(&text).ok().filter(|url| {
            let at_home = url.origin().ascii_serialization() == host.as_str();
            let anonymous = url.username().is_empty() && url.password().is_none();
            at_home && anonymous && url.path() == PATH
        });
        let url = url.ok_or(DecodeError::Value { name })?;
        let query = url
            .query()
            .map_or(String::new(), |query| format!("?{query}"));
        Ok(Some(Self(format!("{PATH}{query}").into())))
    }
}

impl fmt::Debug for PageLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PageLink(..)")
    }
}
