//! `GET /ok` and `GET /fail`: where PayTR sends the buyer's browser.

use askama::Template;
use paytr_core::paid_once::OrderRecord;
use paytr_core::{MerchantOid, OrderState};

use super::PageRequest;
use super::frame::{self, Frame};
use super::texts::{self, Notice};
use crate::orders::log_ledger_error;
use crate::{FlowResponse, PurchaseFlow};

/// Where PayTR sends the buyer's browser after paying. Neither place proves anything: anybody can
/// open either, also before the notification arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Landing {
    /// `/ok`
    Ok,
    /// `/fail`
    Fail,
}

#[derive(Template)]
#[template(path = "landing.html")]
struct LandingPage<'a> {
    frame: Frame<'a>,
    notice: &'static Notice,
    state: &'static str,
    /// The picture above the words: `wait`, `yes`, `no` or `ask`.
    mark: &'static str,
    merchant_oid: &'a str,
    total: Option<String>,
    order_url: String,
    offers_retry: bool,
    refreshes: bool,
}

impl PurchaseFlow {
    /// The result page of the order in `oid` of the query.
    ///
    /// It decides nothing: it reads the ledger, and its script goes on reading until the order is paid. An
    /// order that is not paid becomes due for the [reconciler](PurchaseFlow::reconciler) at once, a few
    /// times per order. Without an order, or with one that this flow did not open, it is a neutral page.
    pub async fn landing(&self, landing: Landing, request: PageRequest<'_>) -> FlowResponse {
        let Some(oid) = request.oid() else {
            return self.neutral_page(request);
        };
        match self.find(&oid).await {
            Ok(Some((oid, record))) => {
                self.hurry(&record).await;
                self.result_page(landing, &oid, &record, request)
            }
            Ok(None) => self.neutral_page(request),
            Err(_) => self.unavailable_page(request),
        }
    }

    /// The same place, reached by `POST`: a redirect to the page itself. PayTR's Direct API posts a field to
    /// the failure address, and a bank's page may come back that way. No field is read.
    pub fn landing_posted(&self, landing: Landing, request: PageRequest<'_>) -> FlowResponse {
        let oid = request.oid();
        let oid = oid.and_then(|oid| self.parts().order_ids.recognise(&oid));
        let language = request.asked_language();
        let link = self
            .parts()
            .paths
            .landing_link(landing, oid.as_ref(), language);
        FlowResponse::see_other(link)
    }

    /// The buyer is back, so PayTR may know more than the ledger does.
    async fn hurry(&self, record: &OrderRecord) {
        if let OrderState::Pending | OrderState::Failed | OrderState::Undelivered(_) = record.state
            && let Err(error) = self.parts().ledger.hurry(&record.order).await
        {
            log_ledger_error("hurry", &error);
        }
    }

    fn result_page(
        &self,
        landing: Landing,
        oid: &MerchantOid,
        record: &OrderRecord,
        request: PageRequest<'_>,
    ) -> FlowResponse {
        let language = request.language(self);
        let frame = Frame::new(self, language);
        let texts = frame.texts;
        let (notice, mark) = match (record.state, landing) {
            (OrderState::Paid { .. }, _) => (&texts.paid, "yes"),
            (OrderState::Undelivered(_), _) => (&texts.undelivered, "wait"),
            (OrderState::Review, _) => (&texts.review, "ask"),
            // PayTR sends nobody here but buyers who paid, after a declined card too.
            (_, Landing::Ok) => (&texts.waiting, "wait"),
            (OrderState::Failed, Landing::Fail) => (&texts.failed, "no"),
            (OrderState::Closed, Landing::Fail) => (&texts.closed, "no"),
            (_, Landing::Fail) => (&texts.not_completed, "no"),
        };
        let total = record.state.paid_total();
        let total = total.map(|total| texts::amount(total, language));
        let page = LandingPage {
            notice,
            state: record.state.as_str(),
            mark,
            merchant_oid: oid.as_str(),
            total,
            order_url: self.parts().paths.order_link(oid),
            offers_retry: mark == "no",
            refreshes: !matches!(record.state, OrderState::Paid { .. }),
            frame,
        };
        let policy =
            frame::reading_policy(&page.frame.nonce, self.parts().client.base_url().as_str());
        frame::respond(200, &page, policy, language)
    }
}
