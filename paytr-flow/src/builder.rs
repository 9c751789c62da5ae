use std::fmt;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use paytr_core::api::{Installments, PageDesign};
use paytr_core::{CallbackGate, Language, Mode, NewOrder, OrderLedger, PaytrClient};

use crate::flow::{FlowParts, SaidOnce};
use crate::orders::OrderIds;
use crate::paths::Paths;
use crate::pay::PayLimiter;
use crate::{Checkout, PayLimit, PaymentHandler, PurchaseFlow, TrustedProxies};

/// Makes a [`PurchaseFlow`].
#[must_use = "a flow is made by build()"]
pub struct PurchaseFlowBuilder {
    client: PaytrClient,
    gate: CallbackGate,
    ledger: Arc<dyn OrderLedger>,
    checkout: Arc<dyn Checkout>,
    handler: Arc<dyn PaymentHandler>,
    public_url: String,
    prefix: String,
    order_prefix: String,
    mode: Mode,
    installments: Installments,
    design: PageDesign,
    timeout_minutes: u32,
    inquire_after: Duration,
    token_timeout: Duration,
    trusted_proxies: TrustedProxies,
    title: Option<String>,
    other_language: Language,
    ipv4_for_ipv6: Option<Ipv4Addr>,
    pay_limit_per_buyer: Option<PayLimit>,
    pay_limit_in_all: PayLimit,
}

impl PurchaseFlow {
    /// Starts to make a flow.
    ///
    /// `ledger` is the one that the gate checks expected amounts with. `public_url` is the address
    /// that buyers use, such as `https://shop.example`; behind a proxy that strips a path, with that
    /// path.
    pub fn builder(
        client: PaytrClient,
        gate: CallbackGate,
        ledger: Arc<dyn OrderLedger>,
        checkout: Arc<dyn Checkout>,
        handler: impl PaymentHandler,
        public_url: impl Into<String>,
    ) -> PurchaseFlowBuilder {
        PurchaseFlowBuilder {
            client,
            gate,
            ledger,
            checkout,
            handler: Arc::new(handler),
            public_url: public_url.into(),
            prefix: "/paytr".to_owned(),
            order_prefix: "SHOP".to_owned(),
            mode: Mode::Live,
            installments: Installments::default(),
            design: PageDesign::default(),
            timeout_minutes: 30,
            inquire_after: NewOrder::INQUIRE_AFTER,
            token_timeout: Duration::from_secs(20),
            trusted_proxies: TrustedProxies::none(),
            title: None,
            other_language: Language::English,
            ipv4_for_ipv6: None,
            pay_limit_per_buyer: None,
            pay_limit_in_all: PayLimit::NONE,
        }
    }
}

impl PurchaseFlowBuilder {
    /// Where the routes are mounted. Default `/paytr`.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// How order ids begin: 1 to 12 ASCII letters. Default `SHOP`. Ids with another beginning are
    /// unknown to the flow, so keep it.
    pub fn order_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.order_prefix = prefix.into();
        self
    }

    /// Live money or tests. Default live. Test payments are handled only by a gate that delivers
    /// them, see [`TestPayments`](paytr_core::paid_once::TestPayments).
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// Which instalments buyers may choose, unless the [`Checkout`] says otherwise. Default: any.
    pub fn installments(mut self, installments: Installments) -> Self {
        self.installments = installments;
        self
    }

    /// The look of PayTR's payment page. Default: classic.
    pub fn page_design(mut self, design: PageDesign) -> Self {
        self.design = design;
        self
    }

    /// How long a payment page can be paid: 1 to 1440 minutes. Default 30.
    pub fn timeout_minutes(mut self, minutes: u32) -> Self {
        self.timeout_minutes = minutes;
        self
    }

    /// How old an order is when the [reconciler](PurchaseFlow::reconciler) first asks PayTR about it.
    /// Default 5 min.
    pub fn inquire_after(mut self, age: Duration) -> Self {
        self.inquire_after = age;
        self
    }

    /// How long asking PayTR for a page may take, and how long a repeated click waits for the first
    /// one. Default 20 s, the total time of a [`PaytrClient`].
    pub fn token_timeout(mut self, timeout: Duration) -> Self {
        self.token_timeout = timeout;
        self
    }

    /// The reverse proxies in front of the shop. Default: none.
    pub fn trusted_proxies(mut self, proxies: TrustedProxies) -> Self {
        self.trusted_proxies = proxies;
        self
    }

    /// The address that PayTR is told for buyers with an IPv6 address: PayTR documents IPv4 only, and wants an
    /// address that is reachable from outside, such as the shop's own. Default: theirs is sent, and the log
    /// says once what may happen.
    pub fn ipv4_for_ipv6_buyers(mut self, address: Ipv4Addr) -> Self {
        self.ipv4_for_ipv6 = Some(address);
        self
    }

    /// How many purchases one buyer may start; more are answered 429 with `Retry-After`.
    ///
    /// One buyer is one IPv4 address or one IPv6 network of 64 bits, as [`client_ip`](PurchaseFlow::client_ip) finds
    /// it. Every process counts for itself.
    ///
    /// The default is 20 in a minute, and only addresses of the internet are counted: a private one is mostly a
    /// proxy that nobody named as a [trusted one](Self::trusted_proxies), behind which all buyers look like one. A
    /// limit that is set here counts every address. [`PayLimit::NONE`] counts nobody.
    pub fn pay_limit_per_buyer(mut self, limit: PayLimit) -> Self {
        self.pay_limit_per_buyer = Some(limit);
        self
    }

    /// How many purchases all buyers together may start, for each process: against a script with many addresses.
    /// Such a script can then keep buyers away, so set it well above what the shop sells in its best hour.
    /// Default: any number.
    pub fn pay_limit_in_all(mut self, limit: PayLimit) -> Self {
        self.pay_limit_in_all = limit;
        self
    }

    /// The shop's name on the pages: 1 to 100 characters. Default: the host of `public_url`.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// What a buyer reads whose browser wants neither Turkish nor English. Default English. A browser that
    /// wants nothing gets Turkish; `lang=tr` or `lang=en` in an address decides for itself.
    pub fn other_language(mut self, language: Language) -> Self {
        self.other_language = language;
        self
    }

    /// Checks the settings and makes the flow.
    ///
    /// # Errors
    ///
    /// [`FlowConfigError`], whose text says what to change.
    pub fn build(self) -> Result<PurchaseFlow, FlowConfigError> {
        let paths = Paths::new(&self.public_url, &self.prefix)?;
        let order_ids = OrderIds::new(&self.order_prefix)?;
        if let Installments::UpTo(count) = self.installments
            && !(2..=12).contains(&count)
        {
            return Err(FlowConfigError::Installments);
        }
        if !(1..=1_440).contains(&self.timeout_minutes) {
            return Err(FlowConfigError::TimeoutMinutes);
        }
        if self.token_timeout.is_zero() {
            return Err(FlowConfigError::TokenTimeout);
        }
        let pay_limiter = PayLimiter::new(self.pay_limit_per_buyer, self.pay_limit_in_all)
            .map_err(|_| FlowConfigError::PayLimit)?;
        let title = self.title.unwrap_or_else(|| paths.host().to_owned());
        if title.trim().is_empty() || title.chars().count() > 100 {
            return Err(FlowConfigError::Title);
        }
        if self.client.credentials().merchant_id() != self.gate.merchant_id() {
            return Err(FlowConfigError::DifferentMerchants);
        }
        Ok(PurchaseFlow::from_parts(FlowParts {
            client: self.client,
            gate: self.gate,
            ledger: self.ledger,
            checkout: self.checkout,
            handler: self.handler,
            paths,
            order_ids,
            mode: self.mode,
            installments: self.installments,
            design: self.design,
            timeout_minutes: self.timeout_minutes,
            inquire_after: self.inquire_after,
            token_timeout: self.token_timeout,
            trusted_proxies: self.trusted_proxies,
            title,
            other_language: self.other_language,
            ipv4_for_ipv6: self.ipv4_for_ipv6,
            said: SaidOnce::nothing(),
            pay_limiter,
        }))
    }
}

impl fmt::Debug for PurchaseFlowBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PurchaseFlowBuilder")
            .field("public_url", &self.public_url)
            .field("prefix", &self.prefix)
            .field("order_prefix", &self.order_prefix)
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}

/// Settings that a purchase flow cannot work with. Every text says what to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FlowConfigError {
    /// The public address is not one.
    #[error(
        "public_url must be the http or https address that buyers use, with a path at most and no \
         user, query or fragment, such as https://shop.example"
    )]
    PublicUrl,
    /// PayTR takes return addresses of at most 400 characters.
    #[error(
        "public_url and prefix are too long: the addresses of the result pages have at most 400 characters"
    )]
    TooLong,
    /// The prefix of the routes is not a path.
    #[error(
        "prefix must be a path such as /paytr: it starts with a slash, ends without one, and has \
         letters, digits, - and _"
    )]
    Prefix,
    /// The prefix of the order ids is not letters.
    #[error("order_prefix must be 1 to 12 ASCII letters, such as SHOP")]
    OrderPrefix,
    /// A number of instalments that PayTR does not take.
    #[error("installments must be any, none, or up to 2 to 12")]
    Installments,
    /// A life of the payment page that is too short or too long.
    #[error("timeout_minutes must be 1 to 1440")]
    TimeoutMinutes,
    /// No time for a request to PayTR.
    #[error("token_timeout must be longer than zero")]
    TokenTimeout,
    /// A limit of no purchases, or one that is too large to be counted.
    #[error(
        "a pay limit is 1 to 100000 purchases, at once too, in a time of 1 ms to one day; PayLimit::NONE is none"
    )]
    PayLimit,
    /// A blank or long title.
    #[error("title must be 1 to 100 characters")]
    Title,
    /// Notifications would be checked with another merchant's keys than requests are signed with.
    #[error(
        "the client and the gate belong to different merchants: make both from the same credentials"
    )]
    DifferentMerchants,
}
