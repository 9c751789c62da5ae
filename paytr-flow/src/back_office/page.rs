//! What all pages share: the frame around them, facts, confirmations and messages.

use askama::Template;
use paytr_core::Language;

use super::route::Route;
use super::trouble::Trouble;
use super::visit::Visit;
use super::words::Words;
use crate::FlowResponse;
use crate::pages::Nonce;
use crate::response::RETRY_AFTER;

/// The outer part of a page.
pub(super) struct Frame<'a> {
    pub(super) language: Language,
    pub(super) words: &'static Words,
    pub(super) nonce: Nonce,
    pub(super) shop: &'a str,
    pub(super) operator: &'a str,
    pub(super) links: Vec<NavLink>,
    pub(super) other_language: Language,
    pub(super) other_url: String,
}

/// A page of the navigation.
pub(super) struct NavLink {
    pub(super) text: &'static str,
    pub(super) url: String,
    pub(super) is_current: bool,
}

/// A name and a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fact {
    pub(super) label: &'static str,
    pub(super) value: String,
}

impl Fact {
    pub(super) fn new(label: &'static str, value: impl Into<String>) -> Self {
        let value = value.into();
        Self { label, value }
    }
}

impl<'a> Frame<'a> {
    /// The frame of a page in the section of `current`.
    pub(super) fn new(visit: &Visit<'a>, current: &Route) -> Self {
        let words = visit.words();
        let sections = [
            (words.overview, Route::Overview),
            (words.orders, Route::Orders),
            (words.reviews, Route::Reviews),
            (words.undelivered, Route::Undelivered),
            (words.refunds, Route::Refunds),
            (words.statement, Route::Statement),
        ];
        let links = sections.into_iter().map(|(text, route)| NavLink {
            text,
            url: visit.link(&route, &[]),
            is_current: route == *current,
        });
        let other_language = visit.other_language();
        Self {
            language: visit.language(),
            words,
            nonce: Nonce::new(),
            shop: visit.shop(),
            operator: visit.operator().name(),
            links: links.collect(),
            other_language,
            other_url: visit.here_in(other_language),
        }
    }
}

/// Renders a page. No page has a script, may be framed, or sends a form anywhere but here.
pub(super) fn respond(status: u16, page: &impl Template, frame: &Frame<'_>) -> FlowResponse {
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{}'; form-action 'self'; frame-ancestors 'none'; \
         base-uri 'none'",
        frame.nonce
    );
    match page.render() {
        Ok(body) => FlowResponse::html(status, body)
            .with_header("content-security-policy", policy)
            .with_header("x-robots-tag", "noindex")
            .with_header("content-language", frame.language.code()),
        Err(error) => {
            tracing::error!(error = %error, "a page could not be rendered");
            FlowResponse::error(500, "internal", "internal error")
        }
    }
}

/// A page that asks whether to go on.
#[derive(Template)]
#[template(path = "back_office/confirm.html")]
struct ConfirmPage<'a> {
    frame: Frame<'a>,
    step: Confirmation,
    token: String,
}

/// What a page asks before anything is done.
pub(super) struct Confirmation {
    pub(super) heading: &'static str,
    pub(super) facts: Vec<Fact>,
    pub(super) warning: &'static str,
    pub(super) button: &'static str,
    /// Where the form goes.
    pub(super) action: String,
    /// What the token is for: everything that decides what is done.
    pub(super) purpose: String,
    /// Fields that the form carries, each of them in the purpose too.
    pub(super) hidden: Vec<(&'static str, String)>,
    pub(super) has_note: bool,
    /// Where somebody goes who does not want it.
    pub(super) back: String,
}

/// A page that only says something.
#[derive(Template)]
#[template(path = "back_office/message.html")]
struct MessagePage<'a> {
    frame: Frame<'a>,
    heading: &'static str,
    text: &'static str,
    facts: Vec<Fact>,
    back: String,
}

impl Visit<'_> {
    pub(super) fn confirm_page(&self, section: &Route, step: Confirmation) -> FlowResponse {
        let token = self.issue_token(&step.purpose);
        let page = ConfirmPage {
            frame: Frame::new(self, section),
            step,
            token,
        };
        respond(200, &page, &page.frame)
    }

    /// The page that says why a request is not done.
    pub(super) fn trouble_page(&self, trouble: &Trouble) -> FlowResponse {
        let (language, words) = (self.language(), self.words());
        let (heading, text) = trouble.texts(language);
        let section = self.route().map_or(Route::Overview, Route::section);
        let page = MessagePage {
            frame: Frame::new(self, &section),
            heading,
            text,
            facts: trouble.facts(words, language),
            back: self.link(&self.route().map_or(Route::Overview, Route::back), &[]),
        };
        let response = respond(trouble.status(), &page, &page.frame);
        if trouble.status() == 503 {
            return response.with_header("retry-after", RETRY_AFTER);
        }
        response
    }
}
