use std::sync::Arc;
use std::time::Duration;

use paytr_core::callback::CallbackId;
use paytr_core::gate::{
    CashoutResultGate, EftNoticeGate, LinkGate, LinkPrices, Links, PlatformResultGate,
    TransferResultGate,
};
use paytr_core::{
    BoxError, Credentials, Currency, Expected, IdForm, Keyring, MemoryStore, Money, async_trait,
};

/// Where the kinds are mounted.
pub mod paths {
    /// Payments.
    pub const PAYMENTS: &str = "/paytr/callback";
    /// Link payments.
    pub const LINK: &str = "/paytr/link";
    /// EFT notices.
    pub const EFT: &str = "/paytr/eft";
    /// Transfer results.
    pub const TRANSFERS: &str = "/paytr/transfers";
    /// Cashout results.
    pub const CASHOUTS: &str = "/paytr/cashouts";
    /// Transfer results and cashout results.
    pub const PLATFORM: &str = "/paytr/platform";
}

/// The price of every order and link, in minor units.
pub(crate) const PRICE: u64 = 3_456;

/// How long a body may take here.
pub(crate) const BODY_DEADLINE: Duration = Duration::from_millis(300);

/// One gate of each kind but payments, on a store in memory.
#[derive(Clone, Debug)]
pub struct Gates {
    /// Of links that cost 34.56 lira. Ids that end with `0` belong to no link.
    pub link: LinkGate,
    /// Personal data is dropped.
    pub eft: EftNoticeGate,
    /// Transfer results alone.
    pub transfers: TransferResultGate,
    /// Cashout results alone.
    pub cashouts: CashoutResultGate,
    /// Both of them.
    pub platform: PlatformResultGate,
}

struct Shelf;

#[async_trait]
impl LinkPrices for Shelf {
    async fn price(&self, link: &CallbackId) -> Result<Expected, BoxError> {
        let price = Expected::AtLeast(Money::new(PRICE, Currency::TRY));
        let is_unknown = link.as_str().ends_with('0');
        Ok(if is_unknown { Expected::Unknown } else { price })
    }
}

/// Of the shop in every test.
pub fn credentials() -> Credentials {
    Credentials::new("123456", "aB3dE6gH9jK2mN5p", "qR8sT1uV4wX7yZ0a").unwrap()
}

impl Gates {
    /// New gates.
    #[must_use]
    pub fn new() -> Self {
        let keyring = Keyring::new(credentials());
        let links = Links::new(IdForm::existing("LINK", 8).unwrap(), Arc::new(Shelf));
        let gate = links.gate(Arc::new(MemoryStore::new())).build().unwrap();
        Self {
            link: LinkGate::for_links(keyring.clone(), gate, links).body_deadline(BODY_DEADLINE),
            eft: EftNoticeGate::new(keyring.clone()).body_deadline(BODY_DEADLINE),
            transfers: TransferResultGate::new(keyring.clone()).body_deadline(BODY_DEADLINE),
            cashouts: CashoutResultGate::new(keyring.clone()).body_deadline(BODY_DEADLINE),
            platform: PlatformResultGate::new(keyring).body_deadline(BODY_DEADLINE),
        }
    }
}

impl Default for Gates {
    fn default() -> Self {
        Self::new()
    }
}
