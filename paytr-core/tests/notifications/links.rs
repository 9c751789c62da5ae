//! Link payments through the gate: each of them once, however many there are of one link.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use paytr_core::callback::{CallbackError, CallbackId};
use paytr_core::credentials::MerchantId;
use paytr_core::gate::{LedgerLinkPrices, LinkGate, LinkPrices, Links};
use paytr_core::paid_once::{ReviewFilter, ReviewReason, Unavailable};
use paytr_core::testing::{LinkNotification, PaymentNotification};
use paytr_core::{
    BoxError, CallbackGate, Currency, Disposition, Expected, Gate, IdForm, LinkPayment,
    MemoryStore, MerchantOid, Money, NewOrder, OrderLedger as _, async_trait,
};

use crate::common::{credentials, keyring};

#[derive(Default)]
struct Shelf {
    prices: Mutex<HashMap<CallbackId, Expected>>,
}

#[async_trait]
impl LinkPrices for Shelf {
    async fn price(&self, link: &CallbackId) -> Result<Expected, BoxError> {
        let prices = self.prices.lock().map_err(|_| "the shelf broke down")?;
        Ok(prices.get(link).copied().unwrap_or(Expected::Unknown))
    }
}

struct Shop {
    store: Arc<MemoryStore>,
    shelf: Arc<Shelf>,
    links: Links,
    gate: LinkGate,
    runs: Arc<AtomicUsize>,
}

fn lira(minor_units: u64) -> Money {
    Money::new(minor_units, Currency::TRY)
}

impl Shop {
    fn new() -> Self {
        let store = Arc::new(MemoryStore::new());
        let shelf = Arc::<Shelf>::default();
        let links = Links::new(IdForm::new("LINK").unwrap(), shelf.clone());
        let gate = links.gate(store.clone()).build().unwrap();
        Self {
            gate: LinkGate::for_links(keyring(), gate, links.clone()),
            store,
            shelf,
            links,
            runs: Arc::default(),
        }
    }

    fn link(&self, expected: Expected) -> CallbackId {
        let id = self.links.new_id();
        let mut prices = self.shelf.prices.lock().unwrap();
        prices.insert(id.clone(), expected);
        id
    }

    async fn deliver(&self, notification: LinkNotification) -> Disposition {
        let body = notification.sign(&credentials()).to_body();
        self.deliver_body(&body).await
    }

    async fn deliver_body(&self, body: &str) -> Disposition {
        let runs = self.runs.clone();
        self.gate
            .receive(body.as_bytes(), move |_payment: LinkPayment| async move {
                runs.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                Ok::<_, BoxError>(())
            })
            .await
    }

    fn runs(&self) -> usize {
        self.runs.load(Ordering::SeqCst)
    }

    async fn reviews(&self) -> Vec<ReviewReason> {
        let reviews = self.store.reviews(&ReviewFilter::all(), 100).await.unwrap();
        reviews.iter().map(|review| review.reason).collect()
    }
}

fn paid(link: &CallbackId, oid: &str, total: u64) -> LinkNotification {
    LinkNotification::success(link.as_str(), oid, total)
}

#[tokio::test]
async fn each_payment_of_one_link_is_settled_once() {
    let shop = Shop::new();
    let link = shop.link(Expected::Exactly(lira(1_000)));
    for oid in ["PAYTR1", "PAYTR2", "PAYTR3"] {
        assert_eq!(
            shop.deliver(paid(&link, oid, 1_000)).await,
            Disposition::Settled
        );
        for _ in 0..2 {
            let again = shop.deliver(paid(&link, oid, 1_000)).await;
            assert_eq!(again, Disposition::Duplicate);
            assert_eq!((again.reply().status, again.reply().body), (200, "OK"));
        }
    }
    assert_eq!(shop.runs(), 3);
    assert!(shop.reviews().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_copies_of_three_payments_at_once_are_handled_once_each() {
    let shop = Arc::new(Shop::new());
    let link = shop.link(Expected::Exactly(lira(1_000)));
    let copies: Vec<_> = (0..300)
        .map(|n| {
            let (shop, link) = (shop.clone(), link.clone());
            let oid = format!("PAYTR{}", n % 3);
            tokio::spawn(async move { shop.deliver(paid(&link, &oid, 1_000)).await })
        })
        .collect();
    let mut settled = 0;
    for copy in copies {
        match copy.await.unwrap() {
            Disposition::Settled => settled += 1,
            Disposition::Duplicate | Disposition::InProgress { .. } => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((settled, shop.runs()), (3, 3));
}

#[tokio::test]
async fn the_handler_sees_the_link_the_payment_and_its_total() {
    let shop = Shop::new();
    let link = shop.link(Expected::AtLeast(lira(1_000)));
    let body = paid(&link, "PAYTR1", 1_089)
        .field("payment_amount", "1000")
        .field("payment_type", "card")
        .sign(&credentials())
        .to_body();
    let expected = link.clone();
    let handler = move |payment: LinkPayment| async move {
        assert_eq!(payment.callback_id(), &expected);
        assert_eq!(payment.merchant_oid(), "PAYTR1");
        assert_eq!(payment.total(), Some(lira(1_089)));
        assert!(payment.is_paid() && payment.attempt() == 1);
        assert_eq!(payment.payment().order.order_id(), "PAYTR1");
        assert_eq!(payment.unsigned().payment_type().as_deref(), Some("card"));
        Ok::<_, BoxError>(())
    };
    let disposition = shop.gate.receive(body.as_bytes(), handler).await;
    assert_eq!(disposition, Disposition::Settled);
}

#[tokio::test]
async fn quantities_and_free_amounts_pass_above_the_price_and_one_unit_below_it_does_not() {
    let shop = Shop::new();
    let product = shop.link(Expected::AtLeast(lira(1_000)));
    for (oid, total) in [("PAYTR1", 1_000), ("PAYTR2", 7_777), ("PAYTR3", 25_000)] {
        let bought = paid(&product, oid, total).field("payment_amount", total.to_string());
        assert_eq!(shop.deliver(bought).await, Disposition::Settled);
    }
    let short = shop.deliver(paid(&product, "PAYTR4", 999)).await;
    assert_eq!(short, Disposition::AmountMismatch);
    let exact = shop.link(Expected::Exactly(lira(1_000)));
    for total in [999, 1_001] {
        let other = shop.deliver(paid(&exact, "PAYTR5", total)).await;
        assert_eq!(other, Disposition::AmountMismatch);
    }
    let euro = paid(&product, "PAYTR6", 1_000).field("currency", "EUR");
    assert_eq!(shop.deliver(euro).await, Disposition::AmountMismatch);
    assert_eq!(shop.runs(), 3);
    assert!(
        shop.reviews()
            .await
            .contains(&ReviewReason::CurrencyMismatch)
    );
}

#[tokio::test]
async fn a_payment_with_an_unreadable_field_is_refused_and_recorded_with_the_field() {
    for (name, value, why) in [
        ("currency", "lira", ReviewReason::UnreadableCurrency),
        ("payment_amount", "1.00", ReviewReason::UnreadableRequested),
        ("test_mode", "0&test_mode=0", ReviewReason::UnreadableMode),
    ] {
        let shop = Shop::new();
        let link = shop.link(Expected::AtLeast(lira(1_000)));
        let body = paid(&link, "PAYTR1", 1_000).sign(&credentials()).to_body();
        let odd = format!("{body}&{name}={value}");
        let refused = shop.deliver_body(&odd).await;
        assert_eq!(refused, Disposition::RefusedForReview(why));
        assert_eq!((shop.runs(), shop.reviews().await), (0, vec![why]));
        assert_eq!(shop.deliver_body(&body).await, Disposition::Settled);
        assert_eq!(shop.deliver_body(&odd).await, Disposition::Duplicate);
    }
}

#[tokio::test]
async fn a_test_payment_is_recorded_and_never_delivered() {
    let shop = Shop::new();
    let link = shop.link(Expected::AtLeast(lira(1_000)));
    let test = paid(&link, "PAYTR1", 1_000).field("test_mode", "1");
    assert_eq!(shop.deliver(test).await, Disposition::TestPaymentRecorded);
    assert_eq!(shop.runs(), 0);
}

#[tokio::test]
async fn a_link_that_the_shop_never_made_is_unknown_until_a_person_mends_the_record() {
    let shop = Shop::new();
    let link = shop.links.new_id();
    let unknown = shop.deliver(paid(&link, "PAYTR1", 1_000)).await;
    assert_eq!(unknown, Disposition::UnknownOrder);
    assert_eq!(shop.reviews().await, [ReviewReason::UnknownOrder]);
    shop.shelf
        .prices
        .lock()
        .unwrap()
        .insert(link.clone(), Expected::Exactly(lira(1_000)));
    let next = shop.deliver(paid(&link, "PAYTR1", 1_000)).await;
    assert_eq!(next, Disposition::Settled);
}

#[tokio::test]
async fn prices_that_cannot_be_read_are_unavailable_and_the_handler_does_not_run() {
    let shop = Shop::new();
    let link = shop.link(Expected::AtLeast(lira(1_000)));
    let shelf = shop.shelf.clone();
    let poisoned = std::thread::spawn(move || {
        let _held = shelf.prices.lock().unwrap();
        panic!("the records break down");
    });
    assert!(poisoned.join().is_err());
    let disposition = shop.deliver(paid(&link, "PAYTR1", 1_000)).await;
    let expected = Disposition::Unavailable(Unavailable::ExpectedAmount);
    assert_eq!(disposition, expected);
    assert_eq!(shop.runs(), 0);
}

#[tokio::test]
async fn another_total_for_a_settled_payment_is_a_recorded_conflict() {
    let shop = Shop::new();
    let link = shop.link(Expected::AtLeast(lira(1_000)));
    assert_eq!(
        shop.deliver(paid(&link, "PAYTR1", 1_000)).await,
        Disposition::Settled
    );
    let other = shop.deliver(paid(&link, "PAYTR1", 2_000)).await;
    assert_eq!(other, Disposition::ConflictRecorded);
    assert_eq!(shop.runs(), 1);
}

#[tokio::test]
async fn a_handler_that_fails_panics_or_is_dropped_is_run_again_by_the_next_delivery() {
    let shop = Shop::new();
    let link = shop.link(Expected::AtLeast(lira(1_000)));
    let body = paid(&link, "PAYTR1", 1_000).sign(&credentials()).to_body();
    let fails = async |_payment: LinkPayment| Err::<(), BoxError>("out of paper".into());
    let failed = shop.gate.receive(body.as_bytes(), fails).await;
    assert_eq!(failed.reply().status, 500);
    let panics = async |payment: LinkPayment| {
        assert_eq!(payment.attempt(), 1, "a bug at the second attempt");
        Ok::<_, BoxError>(())
    };
    let panicked = shop.gate.receive(body.as_bytes(), panics).await;
    assert_eq!(
        panicked.reply().body,
        "PAYTR notification failed: handler error"
    );
    let claimed = shop.gate.verify(body.as_bytes()).unwrap();
    drop(shop.gate.admit(claimed).await.unwrap());
    shop.gate
        .drain(std::time::Duration::from_secs(10))
        .await
        .unwrap();
    assert_eq!(
        shop.deliver(paid(&link, "PAYTR1", 1_000)).await,
        Disposition::Settled
    );
}

/// One store for both kinds: a payment of a link and an order may even share an id.
#[tokio::test]
async fn link_payments_and_orders_never_meet_in_one_store() {
    let shop = Shop::new();
    let link = shop.link(Expected::AtLeast(lira(1_000)));
    let order = MerchantOid::new("PAYTR1").unwrap();
    let order = order.order_key(credentials().merchant_id());
    let open = NewOrder::new(order.clone(), Expected::AtLeast(lira(1_000)));
    let _ = shop.store.open(open).await.unwrap();
    assert_eq!(
        shop.deliver(paid(&link, "PAYTR1", 1_000)).await,
        Disposition::Settled
    );
    let record = shop.store.get(&order).await.unwrap().unwrap();
    assert_eq!(
        record.state.as_str(),
        "pending",
        "the order is not paid by the link"
    );
}

#[tokio::test]
async fn a_notification_of_the_other_kind_settles_nothing_at_either_gate() {
    let shop = Shop::new();
    let link = shop.link(Expected::AtLeast(lira(1_000)));
    let orders = Gate::builder(shop.store.clone(), shop.store.clone());
    let orders = CallbackGate::new(keyring(), orders.build().unwrap());
    let order = IdForm::new("SHOP").unwrap().make();
    let key = MerchantOid::new(&order).unwrap();
    let key = key.order_key(credentials().merchant_id());
    let open = NewOrder::new(key, Expected::AtLeast(lira(1_000)));
    let _ = shop.store.open(open).await.unwrap();
    let payment = PaymentNotification::success(&order, 1_000).sign(&credentials());
    for cut in 0..=order.len() {
        // The payment's hash over the same joined text, at the address of the links.
        let (id, oid) = order.split_at(cut);
        let hash = &payment.fields().last().unwrap().1;
        let forged = LinkNotification::success(id, oid, 1_000).field("hash", hash);
        let verdict = shop.gate.verify(forged.to_body().as_bytes());
        assert!(matches!(
            verdict,
            Err(Disposition::Refused(CallbackError::Malformed(_)))
        ));
    }
    let as_sent = paid(&link, "PAYTR1", 1_000).sign(&credentials());
    let refused = orders.verify(as_sent.to_body().as_bytes());
    assert!(matches!(
        refused,
        Err(Disposition::Refused(CallbackError::Malformed(_)))
    ));
    // Without its own field it is a well-signed payment of an order that nobody opened.
    let joined = format!("{link}PAYTR1");
    let hash = &as_sent.fields().last().unwrap().1;
    let stripped = PaymentNotification::success(joined, 1_000).field("hash", hash);
    let handler = async |_| Err::<(), BoxError>("must not run".into());
    let disposition = orders.receive(stripped.to_body().as_bytes(), handler).await;
    assert_eq!(disposition, Disposition::UnknownOrder);
}

/// The mistake that the docs of `for_links` name.
#[tokio::test]
async fn a_gate_of_orders_refuses_every_link_payment() {
    let shop = Shop::new();
    let link = shop.link(Expected::AtLeast(lira(1_000)));
    let orders = Gate::builder(shop.store.clone(), shop.store.clone())
        .build()
        .unwrap();
    let gate = LinkGate::for_links(keyring(), orders, shop.links.clone());
    let body = paid(&link, "PAYTR1", 1_000).sign(&credentials()).to_body();
    let handler = async |_| Ok::<_, BoxError>(());
    let refused = gate.receive(body.as_bytes(), handler).await;
    assert_eq!(refused, Disposition::UnknownOrder);
}

/// A shop whose prices are in its ledger, as it is after a start.
fn started(store: &Arc<MemoryStore>) -> (LedgerLinkPrices, Links, LinkGate) {
    let prices = LedgerLinkPrices::new(store.clone(), credentials().merchant_id());
    let links = Links::new(IdForm::new("LINK").unwrap(), Arc::new(prices.clone()));
    let gate = links.gate(store.clone()).build().unwrap();
    let gate = LinkGate::for_links(keyring(), gate, links.clone());
    (prices, links, gate)
}

async fn deliver_to(gate: &LinkGate, notification: LinkNotification) -> Disposition {
    let body = notification.sign(&credentials()).to_body();
    let handler = async |_: LinkPayment| Ok::<_, BoxError>(());
    gate.receive(body.as_bytes(), handler).await
}

#[tokio::test]
async fn a_price_in_the_ledger_is_there_after_a_restart() {
    let store = Arc::new(MemoryStore::new());
    let (prices, links, gate) = started(&store);
    let link = links.new_id();
    let price = Expected::Exactly(lira(1_000));
    prices.set(&link, price).await.unwrap();
    let first = deliver_to(&gate, paid(&link, "PAYTR1", 1_000)).await;
    assert_eq!(first, Disposition::Settled);
    drop((prices, links, gate));

    let (prices, _, gate) = started(&store);
    assert_eq!(prices.price(&link).await.unwrap(), price);
    let again = deliver_to(&gate, paid(&link, "PAYTR1", 1_000)).await;
    assert_eq!(again, Disposition::Duplicate);
    let second = deliver_to(&gate, paid(&link, "PAYTR2", 1_000)).await;
    assert_eq!(second, Disposition::Settled);
    let short = deliver_to(&gate, paid(&link, "PAYTR3", 999)).await;
    assert_eq!(short, Disposition::AmountMismatch);
}

#[tokio::test]
async fn a_price_in_the_ledger_can_be_changed_and_removed_and_is_one_merchants_own() {
    let store = Arc::new(MemoryStore::new());
    let (prices, links, gate) = started(&store);
    let (link, other) = (links.new_id(), links.new_id());
    prices
        .set(&link, Expected::AtLeast(lira(1_000)))
        .await
        .unwrap();
    let unknown = deliver_to(&gate, paid(&other, "PAYTR1", 1_000)).await;
    assert_eq!(unknown, Disposition::UnknownOrder);
    let dearer = Expected::AtLeast(lira(2_000));
    prices.set(&link, dearer).await.unwrap();
    let short = deliver_to(&gate, paid(&link, "PAYTR2", 1_000)).await;
    assert_eq!(short, Disposition::AmountMismatch);
    let neighbour = MerchantId::new("654321").unwrap();
    let neighbour = LedgerLinkPrices::new(store.clone(), &neighbour);
    assert_eq!(neighbour.price(&link).await.unwrap(), Expected::Unknown);
    neighbour.remove(&link).await.unwrap();
    assert_eq!(prices.price(&link).await.unwrap(), dearer);
    prices.remove(&link).await.unwrap();
    let gone = deliver_to(&gate, paid(&link, "PAYTR3", 2_000)).await;
    assert_eq!(gone, Disposition::UnknownOrder);
}
