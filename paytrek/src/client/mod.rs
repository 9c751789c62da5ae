//! Sends requests to Paytrek.

mod cards;
mod error;
mod money;
mod transport;

use std::fmt;
use std::time::Duration;

use crate::api::{
    Answer, Decoded, DirectCharge, DirectChargeAnswer, InstalmentQuery, InstalmentTable, NewSale,
    PlanTokenPlace, ReadSale, Request, Sale,
};
use crate::{Credentials, Host, SaleToken};

pub use error::{PaytrekError, Refusal};
pub use money::Outcome;
pub use paid_once_http::{ClientBuildError, ReplyBody};

/// A client of Paytrek.
///
/// TLS by rustls; no redirects; connecting takes at most 5 s and a whole request 20 s by default. Only
/// reading is repeated, twice at most, with growing pauses and jitter. A request that changes anything is
/// sent once. When the answer to a charge, a capture, a cancel or a refund is lost, the client reads the
/// sale and answers with that: see [`Outcome`].
///
/// Cheap to clone.
///
/// ```no_run
/// use paytrek::api::{Item, NewSale};
/// use paytrek::{Buyer, Credentials, Currency, Host, Money, OrderId, PaytrekClient};
///
/// # async fn example(buyer: Buyer) -> Result<(), Box<dyn std::error::Error>> {
/// let credentials = Credentials::new("aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a")?;
/// let client = PaytrekClient::new(Host::sandbox(), credentials)?;
///
/// let price = Money::new(2_400, Currency::TRY);
/// let sale = NewSale::new(OrderId::new("SHOP0001")?, price, buyer)
///     .item(Item::new("Kalem", price, 1))
///     .return_to("https://shop.example/return/SHOP0001");
/// let sale = client.create_sale(&sale).await?;
/// println!("{}", client.host().hosted_page(&sale.sale_token));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct PaytrekClient {
    http: reqwest::Client,
    host: Host,
    credentials: Credentials,
    plan_token_place: PlanTokenPlace,
}

impl PaytrekClient {
    /// A client of this host with the default limits.
    ///
    /// # Errors
    ///
    /// [`ClientBuildError`] when TLS cannot be set up.
    pub fn new(host: Host, credentials: Credentials) -> Result<Self, ClientBuildError> {
        Self::builder(host, credentials).build()
    }

    /// Starts to make a client with other settings.
    pub fn builder(host: Host, credentials: Credentials) -> ClientBuilder {
        ClientBuilder::new(host, credentials)
    }

    /// Where it sends requests.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// Creates a sale.
    ///
    /// # Errors
    ///
    /// [`PaytrekError`]. When the outcome is unknown, use a new order id: nobody can pay a sale whose token
    /// nobody has.
    pub async fn create_sale(&self, sale: &NewSale) -> Result<Sale, PaytrekError> {
        self.send(sale).await
    }

    /// Reads a sale: the truth about a payment.
    ///
    /// # Errors
    ///
    /// [`PaytrekError`].
    pub async fn sale(&self, sale_token: &SaleToken) -> Result<Sale, PaytrekError> {
        let sale_token = sale_token.clone();
        self.send(&ReadSale { sale_token }).await
    }

    /// Creates a sale and charges a card in one call.
    ///
    /// # Errors
    ///
    /// [`PaytrekError`]. When the outcome is unknown money may have moved, and no call can find out: see
    /// [`DirectCharge`].
    pub async fn direct_charge(
        &self,
        charge: &DirectCharge,
    ) -> Result<DirectChargeAnswer, PaytrekError> {
        self.send(charge).await
    }

    /// Asks in how many instalments an amount can be paid.
    ///
    /// # Errors
    ///
    /// [`PaytrekError`].
    pub async fn instalments(
        &self,
        query: &InstalmentQuery,
    ) -> Result<InstalmentTable, PaytrekError> {
        self.send(query).await
    }

    /// Sends any request.
    ///
    /// # Errors
    ///
    /// [`PaytrekError`].
    pub async fn send<R: Request + Sync>(&self, request: &R) -> Result<R::Reply, PaytrekError> {
        let call = request.call()?;
        let reply = self.call(&call, R::EFFECT).await?;
        if !R::SUCCESS.contains(&reply.status) {
            return Err(PaytrekError::of_failure(&reply));
        }
        let answer = Answer {
            status: reply.status,
            body: &reply.body,
            host: &self.host,
        };
        match request.decode(answer) {
            Ok(Decoded::Success(answer)) => Ok(answer),
            Ok(Decoded::Refused(error)) => Err(PaytrekError::Refused(Refusal::new(&reply, error))),
            Err(cause) => Err(PaytrekError::undecodable(&reply, cause)),
        }
    }
}

impl fmt::Debug for PaytrekClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaytrekClient")
            .field("host", &self.host.as_str())
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

/// Makes a [`PaytrekClient`].
#[derive(Debug)]
#[must_use = "a client is made by build()"]
pub struct ClientBuilder {
    host: Host,
    credentials: Credentials,
    connect_timeout: Duration,
    total_timeout: Duration,
    plan_token_place: PlanTokenPlace,
    http: Option<reqwest::Client>,
}

impl ClientBuilder {
    fn new(host: Host, credentials: Credentials) -> Self {
        Self {
            host,
            credentials,
            connect_timeout: Duration::from_secs(5),
            total_timeout: Duration::from_secs(20),
            plan_token_place: PlanTokenPlace::default(),
            http: None,
        }
    }

    /// How long connecting may take. Default 5 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long a request may take with its whole reply. Default 20 s.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = timeout;
        self
    }

    /// Where the token of a subscription plan goes. Default: the path.
    pub fn plan_token_place(mut self, place: PlanTokenPlace) -> Self {
        self.plan_token_place = place;
        self
    }

    /// Uses this HTTP client as it is, for proxies or other roots of trust. Its own limits hold then; it
    /// must not follow redirects and must not repeat requests.
    pub fn http_client(mut self, http: reqwest::Client) -> Self {
        self.http = Some(http);
        self
    }

    /// Makes the client.
    ///
    /// # Errors
    ///
    /// [`ClientBuildError`] when TLS cannot be set up.
    pub fn build(self) -> Result<PaytrekClient, ClientBuildError> {
        let http = match self.http {
            Some(http) => http,
            None => paid_once_http::client(
                self.connect_timeout,
                Some(self.total_timeout),
                self.host.is_loopback(),
            )?,
        };
        Ok(PaytrekClient {
            http,
            host: self.host,
            credentials: self.credentials,
            plan_token_place: self.plan_token_place,
        })
    }
}
