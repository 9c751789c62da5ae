//! A shop with a ledger in memory, a gate, and a handler that counts its runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use paytr_core::paid_once::{GateBuilder, ReviewFilter, ReviewReason};
use paytr_core::testing::PaymentNotification;
use paytr_core::{
    BoxError, CallbackGate, Credentials, Currency, Disposition, Expected, Gate, MemoryStore, Money,
    NewOrder, OrderLedger as _,
};

use super::{credentials, keyring, oid};

pub(crate) struct Shop {
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) gate: CallbackGate,
    runs: Arc<AtomicUsize>,
}

pub(crate) fn lira(minor_units: u64) -> Money {
    Money::new(minor_units, Currency::TRY)
}

impl Shop {
    pub(crate) fn new() -> Self {
        Self::with(|builder| builder)
    }

    pub(crate) fn with(configure: impl FnOnce(GateBuilder) -> GateBuilder) -> Self {
        let store = Arc::new(MemoryStore::new());
        let builder = configure(Gate::builder(store.clone(), store.clone()));
        Self {
            gate: CallbackGate::new(keyring(), builder.build().unwrap()),
            store,
            runs: Arc::default(),
        }
    }

    /// A shop that knows `SIPARIS0001` for 10.00 lira or more.
    pub(crate) async fn with_order() -> Self {
        let shop = Self::new();
        shop.open("SIPARIS0001", Expected::AtLeast(lira(1_000)))
            .await;
        shop
    }

    pub(crate) async fn open(&self, id: &str, expected: Expected) {
        let order = oid(id).order_key(credentials().merchant_id());
        let opened = self.store.open(NewOrder::new(order, expected)).await;
        assert!(matches!(opened, Ok(paytr_core::paid_once::Opened::New)));
    }

    /// Delivers a notification, signed by the shop's own key, to the counting handler.
    pub(crate) async fn deliver(&self, notification: PaymentNotification) -> Disposition {
        self.deliver_signed_by(&credentials(), notification).await
    }

    pub(crate) async fn deliver_signed_by(
        &self,
        signer: &Credentials,
        notification: PaymentNotification,
    ) -> Disposition {
        self.deliver_body(&notification.sign(signer).to_body())
            .await
    }

    pub(crate) async fn deliver_body(&self, body: &str) -> Disposition {
        let runs = self.runs.clone();
        self.gate
            .receive(body.as_bytes(), move |_payment| async move {
                runs.fetch_add(1, Ordering::SeqCst);
                Ok::<_, BoxError>(())
            })
            .await
    }

    /// How often the counting handler ran.
    pub(crate) fn runs(&self) -> usize {
        self.runs.load(Ordering::SeqCst)
    }

    /// What waits for a person, newest first.
    pub(crate) async fn reviews(&self) -> Vec<ReviewReason> {
        let reviews = self.store.reviews(&ReviewFilter::all(), 100).await.unwrap();
        reviews.iter().map(|review| review.reason).collect()
    }
}

/// A success of `SIPARIS0001` over 10.00 lira.
pub(crate) fn success() -> PaymentNotification {
    PaymentNotification::success("SIPARIS0001", 1_000)
}

/// A failure of `SIPARIS0001`.
pub(crate) fn failed() -> PaymentNotification {
    PaymentNotification::failed("SIPARIS0001", "6")
}
