//! PayTR's payment page, by card or by bank transfer: the request for it, and what the ledger keeps of the
//! answer.

use paytr_core::api::{Buyer, Endpoint as _, IframeCard, IframeEft, IframeToken, InvalidRequest};
use paytr_core::{MerchantOid, PaytrClient, PaytrError};
use serde::{Deserialize, Serialize};

use super::attempt::Attempt;
use super::request::PaymentType;
use crate::Landing;

/// get-token in one of its two forms.
pub(super) enum IframeRequest {
    Card(Box<IframeCard>),
    Eft(Box<IframeEft>),
}

impl IframeRequest {
    pub(super) fn new(attempt: &Attempt, oid: &MerchantOid) -> Self {
        let (flow, purchase, priced) = (attempt.flow.parts(), &attempt.purchase, &attempt.priced);
        let buyer = Buyer::new(
            attempt.client_ip,
            &*purchase.email,
            &*purchase.name,
            &*purchase.address,
            &*purchase.phone,
        );
        match purchase.payment_type() {
            PaymentType::Card => {
                let own = |which| flow.paths.landing_url(which, oid, purchase.language());
                let landing = |which| {
                    let shops = priced.landing_url(which).map(ToOwned::to_owned);
                    shops.unwrap_or_else(|| own(which))
                };
                let (ok, fail) = (landing(Landing::Ok), landing(Landing::Fail));
                let basket = priced.basket().clone();
                let mut request = IframeCard::new(oid.clone(), basket, buyer, ok, fail);
                request.installments = priced.installments_or(flow.installments);
                request.mode = flow.mode;
                request.language = attempt.language;
                request.design = flow.design;
                request.timeout_minutes = Some(flow.timeout_minutes);
                Self::Card(Box::new(request))
            }
            PaymentType::Eft => {
                let mut request = IframeEft::new(oid.clone(), priced.total(), buyer);
                request.mode = flow.mode;
                request.timeout_minutes = Some(flow.timeout_minutes);
                Self::Eft(Box::new(request))
            }
        }
    }

    /// Whether PayTR is known to refuse it, before an order is opened for it.
    pub(super) fn check(&self, client: &PaytrClient) -> Result<(), InvalidRequest> {
        let credentials = client.credentials();
        match self {
            Self::Card(request) => request.form(credentials),
            Self::Eft(request) => request.form(credentials),
        }
        .map(drop)
    }

    pub(super) async fn send(&self, client: &PaytrClient) -> Result<IframeToken, PaytrError> {
        match self {
            Self::Card(request) => client.iframe_token(request.as_ref()).await,
            Self::Eft(request) => client.iframe_token(request.as_ref()).await,
        }
    }
}

/// The payment page of an order. The host is not part of it: that is the client's setting.
///
/// No `Debug`: whoever has the token can open the page.
#[derive(Serialize, Deserialize)]
pub(crate) struct Session {
    token: String,
    page: String,
}

impl Session {
    pub(super) fn new(token: &IframeToken) -> Self {
        Self {
            token: token.as_str().to_owned(),
            page: token.page_path(),
        }
    }

    /// Reads what a ledger kept; `None` when it is not ours.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let session: Self = serde_json::from_str(text).ok()?;
        session.page.starts_with('/').then_some(session)
    }

    pub(super) fn text(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }

    pub(super) fn token(&self) -> &str {
        &self.token
    }

    /// The address of the page at PayTR.
    pub(crate) fn iframe_url(&self, base_url: &str) -> String {
        format!("{base_url}{}", self.page)
    }
}
