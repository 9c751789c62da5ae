//! One request of somebody who was let in.

use paytr_core::paid_once::OrderKey;
use paytr_core::{Language, Money, OrderState};

use super::page::Fact;
use super::request::{Fields, Head};
use super::route::Route;
use super::trouble::Trouble;
use super::words::Words;
use super::{Operator, Parts, origin};
use crate::response::MAX_BODY;
use crate::{FlowResponse, language, pages};

/// A request, read.
pub(super) struct Visit<'a> {
    parts: &'a Parts,
    operator: &'a Operator,
    head: Head<'a>,
    route: Option<Route>,
    query: Fields,
    asked_language: Option<Language>,
    language: Language,
}

/// Longest note, in characters.
const MAX_NOTE: usize = 1_000;

impl<'a> Visit<'a> {
    pub(super) fn new(parts: &'a Parts, operator: &'a Operator, head: Head<'a>) -> Self {
        let asked_language = language::in_query(head.query);
        let accepted = (head.header)("accept-language");
        let other = parts.flow.parts().other_language;
        let below = head.path.strip_prefix(parts.path.as_str());
        Self {
            parts,
            operator,
            head,
            route: below.and_then(Route::of),
            query: Fields::parse(head.query.unwrap_or_default().as_bytes()),
            asked_language,
            language: language::choose(asked_language, accepted.as_deref(), other),
        }
    }

    pub(super) fn parts(&self) -> &'a Parts {
        self.parts
    }

    pub(super) fn operator(&self) -> &'a Operator {
        self.operator
    }

    pub(super) fn route(&self) -> Option<&Route> {
        self.route.as_ref()
    }

    pub(super) fn shop(&self) -> &'a str {
        &self.parts.flow.parts().title
    }

    /// The merchant whose orders the flow delivers and refunds.
    pub(super) fn merchant(&self) -> &'a str {
        self.parts.flow.gate().merchant_id().as_str()
    }

    /// A field of the query.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.query.get(name)
    }

    pub(super) fn language(&self) -> Language {
        self.language
    }

    pub(super) fn words(&self) -> &'static Words {
        Words::of(self.language)
    }

    pub(super) fn other_language(&self) -> Language {
        match self.language {
            Language::Turkish => Language::English,
            Language::English => Language::Turkish,
        }
    }

    pub(super) fn amount(&self, money: Money) -> String {
        pages::amount(money, self.language)
    }

    /// A link, which carries the language on when the query named one.
    pub(super) fn link(&self, route: &Route, query: &[(&str, &str)]) -> String {
        let language = self.asked_language.map(Language::code);
        let language = language.map(|code| ("lang", code));
        self.address(&route.path(), query.iter().copied().chain(language))
    }

    /// The path of a page, for a form whose fields become its query.
    pub(super) fn path_of(&self, route: &Route) -> String {
        self.address(&route.path(), std::iter::empty())
    }

    /// This very page in another language; where it cannot be shown, the page before it.
    pub(super) fn here_in(&self, language: Language) -> String {
        let here = self.route.clone().unwrap_or(Route::Overview);
        let shown = if here.takes("GET") { here } else { here.back() };
        let fields = self.query.iter().filter(|(name, _)| *name != "lang");
        self.address(&shown.path(), fields.chain([("lang", language.code())]))
    }

    fn address<'b>(&self, path: &str, query: impl Iterator<Item = (&'b str, &'b str)>) -> String {
        let flow = self.parts.flow.parts();
        let address = flow.paths.link(&format!("{}{path}", self.parts.path));
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(query)
            .finish();
        if query.is_empty() {
            address
        } else {
            format!("{address}?{query}")
        }
    }

    /// Sends the browser on to a page that shows what was done.
    pub(super) fn go_to(&self, route: &Route, query: &[(&str, &str)]) -> FlowResponse {
        FlowResponse::see_other(self.link(route, query))
    }

    /// Whether the flow can deliver and refund this order.
    pub(super) fn is_ours(&self, order: &OrderKey) -> bool {
        order.merchant() == self.merchant()
    }

    /// The order of this id, in the namespace that the query names, else in the flow's own.
    pub(super) fn order_key(&self, order_id: &str) -> Result<OrderKey, Trouble> {
        let merchant = self.query("merchant").unwrap_or(self.merchant());
        OrderKey::new(merchant, order_id).map_err(|_| Trouble::NotFound)
    }

    /// The link to something of an order, with its namespace when that is another one.
    pub(super) fn order_link(&self, order: &OrderKey, to: fn(String) -> Route) -> String {
        let route = to(order.order_id().to_owned());
        if self.is_ours(order) {
            self.link(&route, &[])
        } else {
            self.link(&route, &[("merchant", order.merchant())])
        }
    }

    /// Order id and, where it is another one, namespace.
    pub(super) fn order_facts(&self, order: &OrderKey) -> Vec<Fact> {
        let words = self.words();
        let mut facts = vec![Fact::new(words.order, order.order_id())];
        if !self.is_ours(order) {
            facts.push(Fact::new(words.namespace, order.merchant()));
        }
        facts
    }

    pub(super) fn state_text(&self, state: &OrderState) -> &'static str {
        super::words::state(state, self.language)
    }

    pub(super) fn issue_token(&self, purpose: &str) -> String {
        self.parts.tokens.issue(self.operator, purpose)
    }

    /// Reads a form, if a page of this shop sent it.
    pub(super) fn read_form(&self, body: &[u8]) -> Result<Fields, Trouble> {
        let content_type = self.head.text("content-type").unwrap_or_default();
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Trouble::NotAForm);
        }
        if body.len() > MAX_BODY {
            return Err(Trouble::NotAForm);
        }
        if !origin::is_own(&self.head, self.parts.flow.parts().paths.origin()) {
            return Err(Trouble::ForeignOrigin);
        }
        Ok(Fields::parse(body))
    }

    /// Takes a form's token: from here on the form counts as sent.
    pub(super) fn take_token(&self, form: &Fields, purpose: &str) -> Result<(), Trouble> {
        let token = form.get("token").unwrap_or_default();
        let accepted = self.parts.tokens.accept(token, self.operator, purpose);
        accepted.map_err(|problem| {
            tracing::warn!(problem = ?problem, "a form of the back office is refused");
            Trouble::Token(problem)
        })
    }

    /// The note of a form, which may be empty.
    pub(super) fn note(form: &Fields) -> Result<&str, Trouble> {
        let note = form.get("note").unwrap_or_default();
        if note.chars().count() > MAX_NOTE {
            return Err(Trouble::LongNote);
        }
        Ok(note)
    }
}

/// What a page answers.
pub(super) type Answer = Result<FlowResponse, Trouble>;

/// Splits off what shows that there is another page.
pub(super) fn page_of<T>(mut found: Vec<T>, length: u32) -> (Vec<T>, bool) {
    let length = length as usize;
    let has_next = found.len() > length;
    found.truncate(length);
    (found, has_next)
}
