//! `GET /pay/{oid}`: the page with PayTR's iframe.

use askama::Template;
use paytr_core::api::PageDesign;
use paytr_core::paid_once::OrderRecord;
use paytr_core::{MerchantOid, OrderState};

use super::frame::{self, Frame};
use super::{PageRequest, texts};
use crate::pay::Session;
use crate::{FlowResponse, PurchaseFlow};

#[derive(Template)]
#[template(path = "pay.html")]
struct PayPage<'a> {
    frame: Frame<'a>,
    merchant_oid: &'a str,
    amount: Option<String>,
    iframe_url: String,
    resizer_url: String,
    provider: &'a str,
    order_url: String,
    ok_url: String,
}

impl PurchaseFlow {
    /// The payment page of an order.
    ///
    /// An order that is paid, delivered or not, or whose payment waits for a person, answers with a
    /// redirect to its result. 404 for an order that this flow did not open, that has no page, or whose
    /// page is dead because it was closed.
    pub async fn pay_page(&self, oid: &str, request: PageRequest<'_>) -> FlowResponse {
        let (oid, record) = match self.find(oid).await {
            Ok(Some(found)) => found,
            Ok(None) => return self.unknown_order_page(request),
            Err(_) => return self.unavailable_page(request),
        };
        match record.state {
            OrderState::Paid { .. } | OrderState::Undelivered(_) | OrderState::Review => {
                let result = self.parts().paths.ok_link(&oid, request.asked_language());
                return FlowResponse::see_other(result);
            }
            OrderState::Closed => return self.unknown_order_page(request),
            _ => {}
        }
        match record.session.as_deref().and_then(Session::read) {
            Some(session) => self.frame_page(&oid, &record, &session, request),
            None => self.unknown_order_page(request),
        }
    }

    fn frame_page(
        &self,
        oid: &MerchantOid,
        record: &OrderRecord,
        session: &Session,
        request: PageRequest<'_>,
    ) -> FlowResponse {
        let language = request.language(self);
        let flow = self.parts();
        let provider = flow.client.base_url().as_str();
        // PayTR asks for this mark with the new design only.
        let version = match flow.design {
            PageDesign::Classic => "",
            PageDesign::V2 | PageDesign::V2Dark => "?v2",
        };
        let page = PayPage {
            frame: Frame::new(self, language),
            merchant_oid: oid.as_str(),
            amount: record
                .expected
                .amount()
                .map(|total| texts::amount(total, language)),
            iframe_url: session.iframe_url(provider),
            resizer_url: format!("{provider}/js/iframeResizer.min.js{version}"),
            provider,
            order_url: flow.paths.order_link(oid),
            ok_url: flow.paths.ok_link(oid, request.asked_language()),
        };
        let policy = frame::paying_policy(&page.frame.nonce, provider);
        frame::respond(200, &page, policy, language)
    }
}
