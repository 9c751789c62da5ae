use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use paytr_core::Credentials;
use tokio::net::TcpListener;

use crate::courier::notify_url;
use crate::shared::Shared;
use crate::state::{OPENING_BALANCE, Pace, State};
use crate::{Courier, FaultPlan, Sandbox, StartError, StoreKind, proxy, random, server};

/// Starts a [`Sandbox`].
#[derive(Debug)]
#[must_use = "a sandbox is started by start()"]
pub struct SandboxBuilder {
    listen: String,
    beyond_loopback: bool,
    proxy: Option<String>,
    credentials: Option<Credentials>,
    notify_url: Option<String>,
    interim_url: Option<String>,
    platform_url: Option<String>,
    link_url: Option<String>,
    faults: FaultPlan,
    store_kind: StoreKind,
    eft_amounts: bool,
    opening_balance: u64,
    resend_every: Duration,
    max_attempts: u32,
    reply_timeout: Duration,
}

impl SandboxBuilder {
    pub(crate) fn new() -> Self {
        Self {
            listen: "127.0.0.1:0".to_owned(),
            beyond_loopback: false,
            proxy: None,
            credentials: None,
            notify_url: None,
            interim_url: None,
            platform_url: None,
            link_url: None,
            faults: FaultPlan::none(),
            store_kind: StoreKind::default(),
            eft_amounts: true,
            opening_balance: OPENING_BALANCE,
            resend_every: Duration::from_secs(60),
            max_attempts: 60,
            reply_timeout: Duration::from_secs(15),
        }
    }

    /// Where to listen: a loopback address and a port, 0 for any free one. Default `127.0.0.1:0`.
    pub fn listen(mut self, address: impl Into<String>) -> Self {
        self.listen = address.into();
        self.beyond_loopback = false;
        self
    }

    /// Listens at an address that other machines can reach. Whoever reaches it can pay, resend and read
    /// every order: only for a network that you trust, such as one of containers.
    pub fn dangerously_listen_beyond_loopback(mut self, address: impl Into<String>) -> Self {
        self.listen = address.into();
        self.beyond_loopback = true;
        self
    }

    /// Also listens as a forward [proxy](crate::Proxy) that answers for `https://www.paytr.com`, for shops that have
    /// that host in their code. A loopback address and a port, 0 for any free one. Default: none.
    pub fn proxy(mut self, address: impl Into<String>) -> Self {
        self.proxy = Some(address.into());
        self
    }

    /// The sandbox merchant. Default: id `000001` with a new random key and salt.
    ///
    /// The id must start with 0, as no real one does: real keys have no place in a sandbox.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Where notifications go. It may also be set later, with
    /// [`Sandbox::set_notify_url`]; until then they wait.
    pub fn notify_url(mut self, url: impl Into<String>) -> Self {
        self.notify_url = Some(url.into());
        self
    }

    /// Where notices of the bank transfer form go ("Ara Bildirim URL"). Without it there are none.
    pub fn eft_notify_url(mut self, url: impl Into<String>) -> Self {
        self.interim_url = Some(url.into());
        self
    }

    /// Where results of platform transfers and cashouts go. Until it is set they wait.
    pub fn platform_notify_url(mut self, url: impl Into<String>) -> Self {
        self.platform_url = Some(url.into());
        self
    }

    /// Where notifications of every link go, in place of its own `callback_link`, which has to be public.
    pub fn link_notify_url(mut self, url: impl Into<String>) -> Self {
        self.link_url = Some(url.into());
        self
    }

    /// What goes wrong. Default: nothing.
    pub fn faults(mut self, plan: FaultPlan) -> Self {
        self.faults = plan;
        self
    }

    /// What kind of store the merchant has. Default: [`StoreKind::Shop`], which may not transfer.
    pub fn store_kind(mut self, kind: StoreKind) -> Self {
        self.store_kind = kind;
        self
    }

    /// Whether the success of a bank transfer tells `payment_amount` and `installment_count`. Default:
    /// yes, because PayTR's `WooCommerce` and Magento modules read them; its documentation leaves them
    /// out. A shop has to work with both.
    pub fn eft_amounts(mut self, told: bool) -> Self {
        self.eft_amounts = told;
        self
    }

    /// What the account holds of each currency before the first sale, in minor units. Default
    /// 100,000,000. A refund of more than the account holds is refused with code 010.
    pub fn opening_balance(mut self, minor_units: u64) -> Self {
        self.opening_balance = minor_units;
        self
    }

    /// The pause before a notification is sent again. Default 60 s, as PayTR's English page says.
    pub fn resend_every(mut self, pause: Duration) -> Self {
        self.resend_every = pause;
        self
    }

    /// After how many attempts it gives up: "Bildirim Durdu". Default 60; PayTR's number is not known.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// How long the shop has to answer a notification. Default 15 s; PayTR's limit is not known.
    pub fn reply_timeout(mut self, timeout: Duration) -> Self {
        self.reply_timeout = timeout;
        self
    }

    /// Starts listening.
    ///
    /// # Errors
    ///
    /// [`StartError`] when a setting is refused or the address cannot be listened at.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        let address: SocketAddr = match self.listen.parse() {
            Ok(address) => address,
            Err(_) => return Err(StartError::Address(self.listen)),
        };
        if !address.ip().is_loopback() && !self.beyond_loopback {
            return Err(StartError::NotLoopback(address));
        }
        if self.resend_every.is_zero() || self.max_attempts == 0 {
            return Err(StartError::Pace);
        }
        let credentials = match self.credentials {
            Some(given) => unissued(given)?,
            None => random::credentials()?,
        };
        let url = |text: Option<String>| text.as_deref().map(notify_url).transpose();
        let payment_url = url(self.notify_url)?;
        let pace = Pace {
            resend_every: self.resend_every,
            max_attempts: self.max_attempts,
        };
        let courier = Courier::new(self.reply_timeout)?;
        let listen_error = |cause| StartError::Listen { address, cause };
        let listener = TcpListener::bind(address).await.map_err(listen_error)?;
        let bound = listener.local_addr().map_err(listen_error)?;
        let proxy = match self.proxy {
            Some(address) => Some(proxy::Prepared::listen(&address).await?),
            None => None,
        };
        let mut state = State::new(credentials.clone(), payment_url);
        state.store_kind = self.store_kind;
        state.eft_amounts = self.eft_amounts;
        state.opening_balance = self.opening_balance;
        state.interim_url = url(self.interim_url)?;
        state.platform_url = url(self.platform_url)?;
        state.link_url = url(self.link_url)?;
        let shared = Shared::new(state, pace, courier, self.beyond_loopback, base_url(bound));
        shared.faults.set_plan(self.faults);
        let app = server::router(Arc::clone(&shared));
        let proxy = proxy.map(|prepared| prepared.serve(&shared, app.clone()));
        server::serve(&shared, listener, app);
        Ok(Sandbox::new(shared, bound, proxy, credentials))
    }
}

/// The base URL on this machine.
pub(crate) fn base_url(bound: SocketAddr) -> String {
    if bound.ip().is_unspecified() {
        return format!("http://127.0.0.1:{}", bound.port());
    }
    format!("http://{bound}")
}

/// Credentials that PayTR cannot have issued.
fn unissued(credentials: Credentials) -> Result<Credentials, StartError> {
    let merchant_id = credentials.merchant_id().as_str();
    if merchant_id.starts_with('0') {
        return Ok(credentials);
    }
    Err(StartError::RealMerchant(merchant_id.to_owned()))
}
