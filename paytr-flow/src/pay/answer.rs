//! What the browser gets for a purchase.

use paytr_core::{Language, MerchantOid, OrderRecord, OrderState};
use serde::Serialize;

use super::Session;
use crate::{FlowResponse, PurchaseFlow};

/// The body of a 200.
#[derive(Serialize)]
pub(super) struct Answer {
    status: &'static str,
    merchant_oid: String,
    /// `pending`; of an order given out again also `paid`, `undelivered`, `failed`, `review`.
    state: &'static str,
    /// The shop's own page with the iframe, as a path. Of a paid order it leads to the result.
    page_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iframe_url: Option<String>,
}

impl Answer {
    /// The answer of an order that may be paid.
    pub(super) fn payable(
        flow: &PurchaseFlow,
        oid: &MerchantOid,
        language: Option<Language>,
        session: &Session,
    ) -> Self {
        let iframe_url = session.iframe_url(flow.parts().client.base_url().as_str());
        Self {
            token: Some(session.token().to_owned()),
            iframe_url: Some(iframe_url),
            ..Self::bare(flow, oid, language, OrderState::Pending)
        }
    }

    /// The answer of an order that exists already, or `None` while it has no page.
    ///
    /// An order that is paid, delivered or not, or whose payment waits for a person, must not be paid
    /// again: it is answered without a token. After a failure PayTR's page takes another card, so that is
    /// payable.
    pub(super) fn existing(
        flow: &PurchaseFlow,
        record: &OrderRecord,
        language: Option<Language>,
    ) -> Option<Self> {
        let oid = MerchantOid::new(record.order.order_id()).ok()?;
        if let OrderState::Paid { .. } | OrderState::Undelivered(_) | OrderState::Review =
            record.state
        {
            return Some(Self::bare(flow, &oid, language, record.state));
        }
        let session = Session::read(record.session.as_deref()?)?;
        Some(Self {
            state: record.state.as_str(),
            ..Self::payable(flow, &oid, language, &session)
        })
    }

    fn bare(
        flow: &PurchaseFlow,
        oid: &MerchantOid,
        language: Option<Language>,
        state: OrderState,
    ) -> Self {
        Self {
            status: "success",
            merchant_oid: oid.to_string(),
            state: state.as_str(),
            page_url: flow.parts().paths.pay_link(oid, language),
            token: None,
            iframe_url: None,
        }
    }

    pub(super) fn response(&self) -> FlowResponse {
        FlowResponse::json(200, self)
    }
}
