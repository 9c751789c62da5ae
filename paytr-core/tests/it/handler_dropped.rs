//! What a handler holds is free before somebody else may handle the payment.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use paid_once::{Claim, Claimant, HandlerFailure, Lease, Payment, ReviewReason, Settled, Standing};
use paytr_core::{
    BoxError, CallbackGate, Disposition, Expected, Gate, MemoryStore, NewOrder, OrderKey,
    OrderLedger as _, OrderStore, StoreError, async_trait,
};

use crate::common::shop::{lira, success};
use crate::common::{credentials, keyring};

/// A lock of the shop that a handler holds while it runs.
struct Held(Arc<AtomicBool>);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

/// A store that sees whether the lock is held when a claim is given back.
struct Watching {
    store: MemoryStore,
    is_held: Arc<AtomicBool>,
    at_release: Mutex<Vec<bool>>,
}

#[async_trait]
impl OrderStore for Watching {
    async fn claim(
        &self,
        payment: &Payment,
        claimant: Claimant,
        lease_for: Duration,
    ) -> Result<Claim, StoreError> {
        self.store.claim(payment, claimant, lease_for).await
    }

    async fn standing(&self, payment: &Payment) -> Result<Standing, StoreError> {
        self.store.standing(payment).await
    }

    async fn settle(&self, lease: &Lease) -> Result<Settled, StoreError> {
        self.store.settle(lease).await
    }

    async fn release(&self, lease: &Lease, why: HandlerFailure) -> Result<(), StoreError> {
        let is_held = self.is_held.load(Ordering::SeqCst);
        self.at_release.lock().unwrap().push(is_held);
        self.store.release(lease, why).await
    }

    async fn review(&self, payment: &Payment, why: ReviewReason) -> Result<(), StoreError> {
        self.store.review(payment, why).await
    }
}

#[tokio::test(start_paused = true)]
async fn a_handler_out_of_time_is_dropped_before_its_claim_is_given_back() {
    let orders = Arc::new(MemoryStore::new());
    let order = OrderKey::new("123456", "SIPARIS0001").unwrap();
    let _ = orders
        .open(NewOrder::new(order, Expected::AtLeast(lira(1_000))))
        .await
        .unwrap();
    let is_held = Arc::new(AtomicBool::new(false));
    let store = Arc::new(Watching {
        store: MemoryStore::new(),
        is_held: is_held.clone(),
        at_release: Mutex::default(),
    });
    let gate = Gate::builder(store.clone(), orders).build().unwrap();
    let gate = CallbackGate::new(keyring(), gate);
    let body = success().sign(&credentials()).to_body();
    let takes = is_held.clone();
    let disposition = gate.receive(body.as_bytes(), move |_| async move {
        takes.store(true, Ordering::SeqCst);
        let _held = Held(takes);
        std::future::pending::<Result<(), BoxError>>().await
    });
    let disposition = disposition.await;
    assert_eq!(
        disposition,
        Disposition::HandlerFailed(HandlerFailure::TimedOut)
    );
    assert_eq!(*store.at_release.lock().unwrap(), [false]);
}
