//! Sends requests to PayTR.

mod base_url;
mod builder;
mod error;
mod inquiry;
mod refund;
mod requests;
mod transport;

use std::fmt;

pub use base_url::{BaseUrl, BaseUrlError};
pub use builder::ClientBuilder;
pub use error::PaytrError;
pub use inquiry::{DifferentMerchants, StatusOfOrders, StatusReadBack, reconciler};
pub use paid_once_http::{ClientBuildError, ReplyBody};
pub use refund::{
    RefundDecision, RefundError, RefundProof, RefundState, Refunded, ReservedBy, UnknownRefund,
};
pub use transport::InspectedReply;

use reqwest::header::CONTENT_TYPE;

use crate::api::{Answer, Effect, Endpoint, IframeToken, OrderStatus, StatusInquiry};
use crate::measure::Stopwatch;
use crate::{Credentials, MerchantOid};
use transport::{Inspector, REPLIES, Timeout};

/// A client of PayTR.
///
/// TLS by rustls; no redirects; connecting takes at most 5 s by default, and a whole request 20 s, or
/// 90 s for refunds, reports and charges of stored cards. Only read-only requests are repeated, twice
/// at most, with growing pauses and jitter. A request that changes anything is sent once:
/// [`PaytrError::Indeterminate`] tells that its outcome is unknown.
///
/// Cheap to clone.
///
/// ```no_run
/// use paytr_core::{Basket, Credentials, Currency, MerchantOid, PaytrClient};
/// use paytr_core::api::{Buyer, IframeCard};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let client = PaytrClient::new(Credentials::new("123456", "aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a")?)?;
/// let basket = Basket::new(Currency::TRY).item("Kalem", 1_800, 1)?;
/// let buyer = Buyer::new("88.255.10.20".parse()?, "a@example.com", "Ayşe Yılmaz", "İzmir", "05001112233");
/// let order = MerchantOid::new("SHOP0001")?;
/// let request = IframeCard::new(order, basket, buyer, "https://shop.example/ok", "https://shop.example/fail");
/// let token = client.iframe_token(&request).await?;
/// println!("{}", client.page_url(&token));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct PaytrClient {
    http: reqwest::Client,
    timeout: Timeout,
    base_url: BaseUrl,
    credentials: Credentials,
    inspector: Inspector,
}

impl PaytrClient {
    /// A client of `https://www.paytr.com` with the default limits.
    ///
    /// # Errors
    ///
    /// [`ClientBuildError`] when TLS cannot be set up.
    pub fn new(credentials: Credentials) -> Result<Self, ClientBuildError> {
        Self::builder(credentials).build()
    }

    /// Starts to make a client with other settings.
    pub fn builder(credentials: Credentials) -> ClientBuilder {
        ClientBuilder::new(credentials)
    }

    /// The credentials it signs with.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Where it sends requests.
    #[must_use]
    pub fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    /// Asks for an iframe: [`IframeCard`](crate::api::IframeCard) or
    /// [`IframeEft`](crate::api::IframeEft).
    ///
    /// # Errors
    ///
    /// [`PaytrError`].
    pub async fn iframe_token<R>(&self, request: &R) -> Result<IframeToken, PaytrError>
    where
        R: Endpoint<Reply = IframeToken> + Sync,
    {
        self.send(request).await
    }

    /// The address of the page behind a token.
    #[must_use]
    pub fn page_url(&self, token: &IframeToken) -> String {
        self.base_url.join(&token.page_path())
    }

    /// Asks how an order stands.
    ///
    /// # Errors
    ///
    /// [`PaytrError`]; an order without a successful payment is refused with code 004.
    pub async fn status(&self, order: &MerchantOid) -> Result<OrderStatus, PaytrError> {
        let order = order.clone();
        self.send(&StatusInquiry { order }).await
    }

    /// Sends any request.
    ///
    /// # Errors
    ///
    /// [`PaytrError`].
    pub async fn send<R: Endpoint + Sync>(&self, request: &R) -> Result<R::Reply, PaytrError> {
        let stopwatch = Stopwatch::start();
        let outcome = self.send_unmeasured(request).await;
        let name = outcome
            .as_ref()
            .map_or_else(PaytrError::as_str, |_| "success");
        stopwatch.request(R::PATH, name);
        outcome
    }

    async fn send_unmeasured<R: Endpoint + Sync>(
        &self,
        request: &R,
    ) -> Result<R::Reply, PaytrError> {
        let form = request.form(&self.credentials)?;
        let mut post = self
            .http
            .post(self.base_url.join(R::PATH))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form.to_urlencoded());
        if let Some(timeout) = self.timeout.of::<R>() {
            post = post.timeout(timeout);
        }
        let reply = match R::EFFECT {
            Effect::ReadOnly => REPLIES.repeatable(post).await?,
            Effect::Changes => REPLIES.once(post).await?,
        };
        self.inspector.show(&InspectedReply {
            path: R::PATH,
            status: reply.status,
            body: &reply.body,
        });
        match request.decode(&reply.body) {
            Ok(Answer::Success(answer)) => Ok(answer),
            Ok(Answer::Refused(refusal)) => Err(PaytrError::Refused(refusal)),
            Err(cause) => Err(PaytrError::undecodable(&reply, cause)),
        }
    }
}

impl fmt::Debug for PaytrClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaytrClient")
            .field("base_url", &self.base_url.as_str())
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}
