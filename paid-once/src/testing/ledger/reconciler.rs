//! The reconciler of this crate on the ledger.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::task::JoinSet;

use crate::inquiry::{Answer, Found, Inquiry, Pauses, Reconciled, Reconciler};
use crate::testing::{OrderInTest, Subject, eventually, must, order};
use crate::{BoxError, Decision, Delivery, Gate, OrderKey, OrderLedger, OrderRecord, Payment};

/// A provider at which some orders are paid, and that counts who is asked about.
#[derive(Clone, Default)]
struct Provider {
    paid: Arc<Vec<Payment>>,
    asked: Arc<Mutex<HashMap<OrderKey, u32>>>,
}

impl Provider {
    fn where_paid(payments: Vec<Payment>) -> Self {
        Self {
            paid: Arc::new(payments),
            asked: Arc::default(),
        }
    }

    fn asked(&self) -> HashMap<OrderKey, u32> {
        let asked = self.asked.lock();
        asked.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Inquiry for Provider {
    async fn ask(&self, order: &OrderRecord) -> Answer {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        *asked.entry(order.order.clone()).or_default() += 1;
        let mut paid = self.paid.iter();
        match paid.find(|payment| payment.order == order.order) {
            Some(payment) => Answer::Paid(vec![payment.clone()]),
            None => Answer::NotYet,
        }
    }
}

/// The orders that a handler booked.
#[derive(Clone, Default)]
struct Book(Arc<Mutex<Vec<OrderKey>>>);

impl Book {
    fn booked(&self) -> Vec<OrderKey> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn add(&self, delivery: &Delivery) {
        let mut booked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        booked.push(delivery.payment.order.clone());
    }
}

fn reconciler<Store: OrderLedger>(
    here: &OrderInTest<Store>,
    merchant: &str,
    provider: &Provider,
    book: &Book,
) -> Reconciler {
    let gate = Gate::builder(here.store.clone(), here.store.clone());
    let gate = must("a gate is made", gate.build());
    let book = book.clone();
    let handler = move |delivery: Delivery| {
        let book = book.clone();
        async move {
            book.add(&delivery);
            Ok::<_, BoxError>(())
        }
    };
    Reconciler::builder(
        merchant,
        here.store.clone(),
        gate,
        provider.clone(),
        handler,
    )
    .concurrency(64)
    .build()
}

/// However many orders were opened before it and will never be paid.
pub async fn a_paid_order_among_10_000_abandoned_ones_is_found_in_the_first_round<
    S: Subject<Store: OrderLedger>,
>() {
    const ABANDONED: usize = 10_000;
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let mut openings = JoinSet::new();
    for part in 0..50 {
        let here = here.other(here.order.clone());
        openings.spawn(async move {
            for index in 0..ABANDONED / 50 {
                let here = here.other(order(&format!("ABANDONED{part}X{index}")));
                here.open_due().await;
            }
        });
    }
    while let Some(opened) = openings.join_next().await {
        must("orders are opened", opened);
    }
    let paid = here.other(order("PAID"));
    paid.open_due().await;

    let provider = Provider::where_paid(vec![paid.success()]);
    let book = Book::default();
    let reconciler = reconciler(&here, paid.order.merchant(), &provider, &book);
    let round = must("a round is done", reconciler.round().await);
    assert_eq!(round.len(), ABANDONED + 1);
    let settled = round.iter().filter(|order| order.found.is_settled());
    assert_eq!(settled.count(), 1);
    assert_eq!(book.booked(), std::slice::from_ref(&paid.order));
    assert_eq!(must("a round is done", reconciler.round().await), []);
    let asked = provider.asked();
    assert!(asked.values().all(|times| *times == 1), "each once a round");
}

/// Each reconciler asks its own provider, and the other's orders are none of its business.
pub async fn two_providers_in_one_ledger_are_asked_about_their_own_orders<
    S: Subject<Store: OrderLedger>,
>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let other = must("a key", OrderKey::new("other/provider", "ORDER1"));
    let other = here.other(other);
    here.open_due().await;
    other.open_due().await;
    // The first provider claims to know a payment of the second one's order.
    let both = vec![here.success(), other.success()];
    let (first, second) = (Provider::where_paid(both), Provider::default());
    let book = Book::default();
    let of_first = reconciler(&here, here.order.merchant(), &first, &book);
    let of_second = reconciler(&here, other.order.merchant(), &second, &book);
    must("a round is done", of_first.round().await);
    must("a round is done", of_second.round().await);
    assert_eq!(first.asked(), HashMap::from([(here.order.clone(), 1)]));
    assert_eq!(second.asked(), HashMap::from([(other.order.clone(), 1)]));
    assert_eq!(book.booked(), std::slice::from_ref(&here.order));
}

/// Rounds on two nodes at the same time share the orders between them.
pub async fn two_nodes_ask_about_each_order_once<S: Subject<Store: OrderLedger>>() {
    const ORDERS: usize = 60;
    let (subject, here) = OrderInTest::fresh::<S>().await;
    let mut paid = Vec::new();
    for index in 0..ORDERS {
        let here = here.other(order(&format!("ORDER{index}")));
        here.open_due().await;
        paid.extend((index % 3 == 0).then(|| here.success()));
    }
    let (provider, book) = (Provider::where_paid(paid.clone()), Book::default());
    let mut rounds = JoinSet::new();
    for _ in 0..2 {
        let node = OrderInTest::of(&subject).await;
        let reconciler = reconciler(&node, here.order.merchant(), &provider, &book);
        rounds.spawn(async move { must("a round is done", reconciler.round().await) });
    }
    while let Some(round) = rounds.join_next().await {
        must("a round ends", round);
    }
    // What one node passed over because the other held it at that moment.
    let last = reconciler(&here, here.order.merchant(), &provider, &book);
    must("a round is done", last.round().await);
    let asked = provider.asked();
    assert_eq!(asked.len(), ORDERS);
    assert!(asked.values().all(|times| *times == 1), "{asked:?}");
    assert_eq!(book.booked().len(), paid.len());
}

/// The message came, the handler failed until the provider fell silent: the reconciler delivers.
pub async fn an_undelivered_order_is_delivered_when_its_handler_is_well_again<
    S: Subject<Store: OrderLedger>,
>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    here.open_due().await;
    let gate = Gate::builder(here.store.clone(), here.store.clone());
    let gate = must("a gate is made", gate.build());
    for _ in 0..10 {
        let broken = |_| async { Err::<(), BoxError>("the booking is blocked".into()) };
        let decision = gate.receive(here.success(), broken).await;
        assert!(!decision.is_acknowledged(), "{decision:?}");
    }
    let (reconciler, is_well, book) = with_a_broken_handler(&here, gate, 12);
    let first = reconciler.ask_about(&here.order).await;
    let first = must("the order is asked about", first);
    is_not_delivered(first.into_iter().collect());
    is_well.store(true, Ordering::Relaxed);
    is_delivered_in_a_later_round(&here, &reconciler, &book).await;
    let again = |_| async { Err::<(), BoxError>("it is delivered".into()) };
    let late = reconciler.gate().receive(here.success(), again).await;
    assert_eq!(late, Decision::Duplicate);
}

/// Nobody told of the payment, and the handler fails when the reconciler finds it: the order does not rest
/// for as long as an unpaid one, which is five minutes here.
pub async fn a_payment_found_with_a_broken_handler_is_tried_again_as_soon_as_an_undelivered_one<
    S: Subject<Store: OrderLedger>,
>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    here.open_due().await;
    let gate = Gate::builder(here.store.clone(), here.store.clone());
    let gate = must("a gate is made", gate.build());
    let (reconciler, is_well, book) = with_a_broken_handler(&here, gate, 2);
    is_not_delivered(must("a round is done", reconciler.round().await));
    is_well.store(true, Ordering::Relaxed);
    is_delivered_in_a_later_round(&here, &reconciler, &book).await;
}

/// A reconciler that finds the order paid, with a handler that fails until it is well, and then is asked
/// with this attempt at least.
fn with_a_broken_handler<Store: OrderLedger>(
    here: &OrderInTest<Store>,
    gate: Gate,
    attempt: u32,
) -> (Reconciler, Arc<AtomicBool>, Book) {
    let is_well = Arc::new(AtomicBool::new(false));
    let (provider, book) = (Provider::where_paid(vec![here.success()]), Book::default());
    let handler = {
        let (is_well, book) = (is_well.clone(), book.clone());
        move |delivery: Delivery| {
            let (is_well, book) = (is_well.clone(), book.clone());
            async move {
                if !is_well.load(Ordering::Relaxed) {
                    return Err::<_, BoxError>("still blocked".into());
                }
                assert!(delivery.lease.attempt() >= attempt);
                book.add(&delivery);
                Ok(())
            }
        }
    };
    // Longer than a round: otherwise one round would ask again and again.
    let soon = Pauses::new(Duration::from_millis(200), Duration::from_millis(200));
    let (merchant, store) = (here.order.merchant(), here.store.clone());
    let reconciler = Reconciler::builder(merchant, store, gate, provider, handler)
        .undelivered_pauses(soon)
        .concurrency(1)
        .build();
    (reconciler, is_well, book)
}

fn is_not_delivered(asked: Vec<Reconciled>) {
    assert!(!asked.is_empty(), "the order is asked about");
    for order in asked {
        let found = order.found;
        assert!(
            matches!(found, Found::Paid(_)) && !found.is_settled(),
            "{found:?}"
        );
    }
}

async fn is_delivered_in_a_later_round<Store: OrderLedger>(
    here: &OrderInTest<Store>,
    reconciler: &Reconciler,
    book: &Book,
) {
    eventually("the payment is delivered", || async {
        let round = must("a round is done", reconciler.round().await);
        let mut found = round.into_iter().map(|order| order.found);
        found.find(Found::is_settled)
    })
    .await;
    assert_eq!(book.booked(), std::slice::from_ref(&here.order));
}
