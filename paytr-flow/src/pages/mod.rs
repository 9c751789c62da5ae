//! The pages: paying, and what came of it.
//!
//! Templates are in `templates/`. They have no text of their own; the words are in `texts`, the
//! headers in `frame`.

mod frame;
mod landing;
mod pay_page;
mod texts;

use askama::Template;
use paytr_core::Language;

pub(crate) use frame::{Nonce, random_bytes};
pub use landing::Landing;
pub(crate) use texts::amount;

use crate::response::RETRY_AFTER;
use crate::{FlowResponse, PurchaseFlow, language};
use frame::Frame;
use texts::Notice;

/// A request for a page, as it came.
#[derive(Debug, Clone, Copy, Default)]
pub struct PageRequest<'a> {
    /// The query without its question mark. Of it, `lang` and `oid` are read.
    pub query: Option<&'a str>,
    /// The `Accept-Language` header.
    pub accept_language: Option<&'a [u8]>,
}

impl PageRequest<'_> {
    fn language(self, flow: &PurchaseFlow) -> Language {
        let other = flow.parts().other_language;
        language::choose(self.asked_language(), self.accept_language, other)
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

/// A page that only says something: no such order, not now.
#[derive(Template)]
#[template(path = "notice.html")]
struct NoticePage<'a> {
    frame: Frame<'a>,
    notice: &'static Notice,
}

impl PurchaseFlow {
    /// There is no such order, or none with a payment page.
    fn unknown_order_page(&self, request: PageRequest<'_>) -> FlowResponse {
        self.notice_page(404, request, |frame| &frame.texts.unknown_order)
    }

    /// The ledger cannot be read now.
    fn unavailable_page(&self, request: PageRequest<'_>) -> FlowResponse {
        self.notice_page(503, request, |frame| &frame.texts.unavailable)
            .with_header("retry-after", RETRY_AFTER)
    }

    /// A result page without an order. It says nothing about any payment.
    fn neutral_page(&self, request: PageRequest<'_>) -> FlowResponse {
        self.notice_page(200, request, |frame| &frame.texts.neutral)
    }

    fn notice_page(
        &self,
        status: u16,
        request: PageRequest<'_>,
        pick: impl Fn(&Frame<'_>) -> &'static Notice,
    ) -> FlowResponse {
        let language = request.language(self);
        let frame = Frame::new(self, language);
        let notice = pick(&frame);
        let policy = frame::reading_policy(&frame.nonce, self.parts().client.base_url().as_str());
        frame::respond(status, &NoticePage { frame, notice }, policy, language)
    }
}
