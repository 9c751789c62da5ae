//! A shop with a ledger in memory, a gate, and a handler that writes receipts.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use paytrek::testing::FakePaytrek;
use paytrek::{
    BoxError, Decision, Delivery, Found, Gate, MemoryStore, Merchant, OrderId, OrderLedger as _,
    OrderState, PaytrekClient, ReviewFilter, ReviewReason, Settlement, SettlementBuilder,
    TestPayments,
};

pub(crate) struct Shop {
    pub(crate) settlement: Settlement,
    pub(crate) store: Arc<MemoryStore>,
    receipts: Arc<Mutex<Vec<Delivery>>>,
    fails_next: Arc<AtomicBool>,
}

impl Shop {
    pub(crate) fn new(client: PaytrekClient) -> Self {
        Self::with(client, |settlement| settlement)
    }

    pub(crate) fn of(fake: &FakePaytrek) -> Self {
        Self::new(fake.client().unwrap())
    }

    pub(crate) fn with(
        client: PaytrekClient,
        configure: impl FnOnce(SettlementBuilder) -> SettlementBuilder,
    ) -> Self {
        Self::of_kind(client, TestPayments::DeliverAsIfPaid, configure)
    }

    pub(crate) fn of_kind(
        client: PaytrekClient,
        test_payments: TestPayments,
        configure: impl FnOnce(SettlementBuilder) -> SettlementBuilder,
    ) -> Self {
        let (store, receipts) = (Arc::default(), Arc::default());
        Self::on(store, receipts, client, test_payments, configure)
    }

    /// Another process of the same shop.
    pub(crate) fn second_node(&self) -> Self {
        let (store, receipts) = (self.store.clone(), self.receipts.clone());
        let client = self.settlement.client().clone();
        let test_payments = TestPayments::DeliverAsIfPaid;
        Self::on(store, receipts, client, test_payments, |settlement| {
            settlement
        })
    }

    fn on(
        store: Arc<MemoryStore>,
        receipts: Arc<Mutex<Vec<Delivery>>>,
        client: PaytrekClient,
        test_payments: TestPayments,
        configure: impl FnOnce(SettlementBuilder) -> SettlementBuilder,
    ) -> Self {
        let gate = Gate::builder(store.clone(), store.clone()).test_payments(test_payments);
        let fails_next = Arc::<AtomicBool>::default();
        let (written, fails) = (receipts.clone(), fails_next.clone());
        let handler = move |delivery: Delivery| {
            let (written, fails) = (written.clone(), fails.swap(false, Ordering::SeqCst));
            async move {
                if fails {
                    return Err(BoxError::from("no paper"));
                }
                written.lock().unwrap().push(delivery);
                Ok(())
            }
        };
        let merchant = Merchant::new("test-shop").unwrap();
        let gate = gate.build().unwrap();
        let settlement = Settlement::builder(client, merchant, store.clone(), gate, handler);
        Self {
            settlement: configure(settlement).build(),
            store,
            receipts,
            fails_next,
        }
    }

    /// Lets the handler fail once.
    pub(crate) fn fail_next(&self) {
        self.fails_next.store(true, Ordering::SeqCst);
    }

    /// Receipts of payments, oldest first: order id and minor units. Failures have none.
    pub(crate) fn receipts(&self) -> Vec<(String, u64)> {
        let receipts = self.receipts.lock().unwrap();
        let paid = receipts.iter().filter_map(|delivery| {
            let total = delivery.payment.total()?;
            Some((
                delivery.payment.order.order_id().to_owned(),
                total.minor_units(),
            ))
        });
        paid.collect()
    }

    /// How many failures the handler was told of.
    pub(crate) fn failures(&self) -> usize {
        let receipts = self.receipts.lock().unwrap();
        receipts
            .iter()
            .filter(|delivery| delivery.payment.total().is_none())
            .count()
    }

    pub(crate) async fn reviews(&self) -> Vec<ReviewReason> {
        let reviews = self.store.reviews(&ReviewFilter::all(), 100).await.unwrap();
        reviews.iter().map(|review| review.reason).collect()
    }

    /// What comes of asking about an order that this shop opened.
    pub(crate) async fn settle(&self, order: &OrderId) -> Found {
        self.settlement.settle(order).await.unwrap().unwrap().found
    }

    pub(crate) async fn state(&self, order: &OrderId) -> OrderState {
        let key = self.settlement.order_key(order);
        self.store.get(&key).await.unwrap().unwrap().state
    }
}

/// What the gate decided about the one payment that was found.
pub(crate) fn decision(found: &Found) -> Decision {
    match found {
        Found::Paid(decisions) => {
            assert_eq!(decisions.len(), 1);
            decisions[0].1
        }
        other => panic!("{other:?}"),
    }
}
