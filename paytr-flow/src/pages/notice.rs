//! Pages that only say something: no such order, not now.

use askama::Template;

use super::PageRequest;
use super::frame::{self, Frame};
use super::policy;
use super::texts::Notice;
use crate::response::RETRY_AFTER;
use crate::{FlowResponse, PurchaseFlow};

#[derive(Template)]
#[template(path = "notice.html")]
struct NoticePage<'a> {
    frame: Frame<'a>,
    notice: &'static Notice,
}

impl PurchaseFlow {
    /// There is no such order, or none with a payment page.
    pub(super) fn unknown_order_page(&self, request: PageRequest<'_>) -> FlowResponse {
        self.notice_page(404, request, |frame| &frame.texts.unknown_order)
    }

    /// The ledger cannot be read now.
    pub(super) fn unavailable_page(&self, request: PageRequest<'_>) -> FlowResponse {
        self.notice_page(503, request, |frame| &frame.texts.unavailable)
            .with_header("retry-after", RETRY_AFTER)
    }

    /// A result page without an order. It says nothing about any payment.
    pub(super) fn neutral_page(&self, request: PageRequest<'_>) -> FlowResponse {
        self.notice_page(200, request, |frame| &frame.texts.neutral)
    }

    fn notice_page(
        &self,
        status: u16,
        request: PageRequest<'_>,
        pick: impl Fn(&Frame<'_>) -> &'static Notice,
    ) -> FlowResponse {
        let language = request.language();
        let frame = Frame::new(self, language);
        let notice = pick(&frame);
        let policy = policy::reading(&frame.nonce, self.parts().client.base_url().as_str());
        frame::respond(status, &NoticePage { frame, notice }, policy, language)
    }
}
