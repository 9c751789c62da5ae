//! One merchant at work: its gates, its purchase flow, its app.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use async_trait::async_trait;
use paytr_core::credentials::MerchantId;
use paytr_core::gate::{
    CashoutResultGate, EftNoticeGate, LedgerLinkPrices, LinkGate, Links, PlatformResultGate,
    TransferResultGate,
};
use paytr_core::inquiry::{Pauses, Reconciler};
use paytr_core::paid_once::TestPayments;
use paytr_core::paid_once::back_office::BackOfficeLedger;
use paytr_core::{BoxError, CallbackGate, Gate, Mode, PaytrClient, VerifiedPayment};
use paytr_flow::back_office::BackOffice;
use paytr_flow::{PaymentHandler, PurchaseFlow};

use crate::app::App;
use crate::config::{MerchantSettings, Settings, Times};
use crate::ledger::Ledger;
use crate::one_merchant::OneMerchant;
use crate::orders::PricedByTheApp;
use crate::webhook::Event as _;

/// A merchant, with all that is made of its settings.
pub(crate) struct Merchant {
    pub(crate) settings: MerchantSettings,
    pub(crate) app: Arc<App>,
    pub(crate) client: PaytrClient,
    pub(crate) ledger: Ledger,
    /// What of the ledger is this merchant's.
    pub(crate) own: Arc<dyn BackOfficeLedger>,
    pub(crate) flow: PurchaseFlow,
    pub(crate) links: Option<LinkGate>,
    pub(crate) eft: EftNoticeGate,
    pub(crate) transfers: TransferResultGate,
    pub(crate) cashouts: CashoutResultGate,
    pub(crate) platform: PlatformResultGate,
    pub(crate) back_office: Option<BackOffice>,
    /// Where its pages are.
    pub(crate) public_url: String,
    /// Where PayTR posts its payments; other kinds go below it.
    pub(crate) callback_url: String,
    pub(crate) times: Times,
}

/// An answer of the app that comes at the last moment is still heard.
const HANDLER_SLACK: Duration = Duration::from_secs(1);
/// A claim lasts so much longer than all that may happen under it.
const LEASE_SLACK: Duration = Duration::from_secs(1);

impl Merchant {
    pub(crate) fn open(
        settings: MerchantSettings,
        relay: &Settings,
        ledger: &Ledger,
    ) -> Result<Arc<Self>> {
        let name = settings.name.clone();
        let merchant = Self::make(settings, relay, ledger);
        Ok(Arc::new(
            merchant.with_context(|| format!("merchant {name}"))?,
        ))
    }

    fn make(settings: MerchantSettings, relay: &Settings, ledger: &Ledger) -> Result<Self> {
        let keyring = settings.keyring.clone();
        let times = relay.times.clone();
        let app =
            App::new(&settings.name, settings.app.clone()).map_err(anyhow::Error::from_boxed)?;
        let app = Arc::new(app);
        let client = PaytrClient::builder(keyring.current().clone())
            .base_url(relay.paytr.clone())
            .build()?;

        let handler_timeout = settings.app.timeout + HANDLER_SLACK;
        let lease = handler_timeout + 2 * times.database + LEASE_SLACK;
        let tests = match settings.mode {
            Mode::Live => TestPayments::RecordForReview,
            Mode::Test => TestPayments::DeliverAsIfPaid,
        };
        let gate = Gate::builder(Arc::clone(&ledger.store), Arc::clone(&ledger.expected))
            .test_payments(tests)
            .surcharge_limit(settings.surcharge_limit)
            .handler_timeout(handler_timeout)
            .lease_for(lease)
            .store_timeout(times.database)
            .build()?;
        let links = settings.link_form.clone().map(|form| {
            let prices = LedgerLinkPrices::new(Arc::clone(&ledger.prices), keyring.merchant_id());
            let links = Links::new(form, Arc::new(prices));
            let gate = links
                .gate(Arc::clone(&ledger.store))
                .test_payments(tests)
                .handler_timeout(handler_timeout)
                .lease_for(lease)
                .store_timeout(times.database)
                .build()?;
            anyhow::Ok(LinkGate::for_links(keyring.clone(), gate, links))
        });
        let links = links.transpose()?;

        let store = || Arc::clone(&ledger.store);
        let eft = EftNoticeGate::new(keyring.clone())
            .personal_data(settings.personal_data)
            .handler_timeout(handler_timeout)
            .once(store());
        let transfers = TransferResultGate::new(keyring.clone());
        let cashouts = CashoutResultGate::new(keyring.clone());
        let platform = PlatformResultGate::new(keyring.clone());

        let handler = ToApp {
            app: Arc::clone(&app),
            merchant: keyring.merchant_id().clone(),
        };
        let public_url = format!("{}/{}", relay.public_url, settings.name);
        let callback_url = format!("{}/callback/{}", relay.public_url, settings.name);
        let flow = PurchaseFlow::builder(
            client.clone(),
            CallbackGate::new(keyring, gate),
            ledger.orders.clone(),
            Arc::new(PricedByTheApp),
            handler,
            &public_url,
        )
        .order_prefix(&settings.order_prefix)
        .mode(settings.mode)
        .timeout_minutes(settings.page_minutes)
        .inquire_after(times.inquire_after)
        .trusted_proxies(relay.trusted_proxies.clone())
        .title(&settings.title);
        let flow = match settings.ipv4_for_ipv6_buyers {
            Some(address) => flow.ipv4_for_ipv6_buyers(address),
            None => flow,
        };
        let flow = match settings.pay_limit_per_buyer {
            Some(limit) => flow.pay_limit_per_buyer(limit),
            None => flow,
        };
        let flow = flow.build()?;
        let own = OneMerchant::of(ledger.orders.clone(), flow.gate().merchant_id());
        let own: Arc<dyn BackOfficeLedger> = Arc::new(own);
        let back_office = settings
            .back_office
            .clone()
            .map(|guard| BackOffice::builder(&flow, Arc::clone(&own), guard.0).build());
        Ok(Self {
            app,
            client,
            ledger: ledger.clone(),
            own,
            back_office: back_office.transpose()?,
            links,
            eft,
            transfers: transfers.handler_timeout(handler_timeout).once(store()),
            cashouts: cashouts.handler_timeout(handler_timeout).once(store()),
            platform: platform.handler_timeout(handler_timeout).once(store()),
            flow,
            settings,
            public_url,
            callback_url,
            times,
        })
    }

    pub(crate) fn id(&self) -> &MerchantId {
        self.flow.gate().merchant_id()
    }

    /// Asks PayTR about orders whose notification did not come, and tells the app again what it did not take,
    /// for as long as it takes.
    pub(crate) fn reconciler(&self) -> Reconciler {
        let times = &self.times;
        self.flow
            .reconciler()
            .every(times.inquire_every)
            .pauses(Pauses::new(times.inquire_after, times.inquire_after * 72))
            .undelivered_pauses(Pauses::new(times.retry_first, times.retry_longest))
            .horizon(times.give_up_unpaid_after)
            .build()
    }

    /// Waits for what is being handled.
    pub(crate) async fn drain(&self, deadline: Duration) -> Result<()> {
        let links = async {
            match &self.links {
                Some(links) => links.drain(deadline).await,
                None => Ok(()),
            }
        };
        tokio::try_join!(
            self.flow.gate().drain(deadline),
            links,
            self.eft.drain(deadline),
            self.transfers.drain(deadline),
            self.cashouts.drain(deadline),
            self.platform.drain(deadline),
        )?;
        Ok(())
    }
}

/// Tells the app about payments: the handler of the gate and of the reconciler.
struct ToApp {
    app: Arc<App>,
    merchant: MerchantId,
}

#[async_trait]
impl PaymentHandler for ToApp {
    async fn handle(&self, payment: VerifiedPayment) -> Result<(), BoxError> {
        let message = payment.message(&self.merchant);
        self.app.deliver(&message).await.map_err(Into::into)
    }
}
