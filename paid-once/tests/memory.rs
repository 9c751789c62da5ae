//! How much memory a `MemoryStore` asks for, and what it does at the edges of its times.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use paid_once::{
    Claim, Claimant, Currency, Expected, FailureReason, HandlerFailure, Idempotency, MemoryStore,
    Money, NewOrder, Opened, OrderKey, OrderLedger, OrderState, OrderStore, Payment, Retention,
    Settled,
};

fn lira() -> Money {
    Money::new(3_456, Currency::TRY)
}

fn order(number: usize) -> OrderKey {
    OrderKey::new("123456", format!("SHOP{number:028}")).unwrap()
}

async fn pay(store: &MemoryStore, order: OrderKey) {
    let payment = Payment::paid(order, lira());
    let claim = store.claim(&payment, Claimant::unique(), Duration::from_secs(60));
    let Claim::Granted(lease) = claim.await.unwrap() else {
        panic!("a new order is claimed");
    };
    assert_eq!(store.settle(&lease).await.unwrap(), Settled::Now);
}

async fn claim(store: &MemoryStore, payment: &Payment) -> Claim {
    let lease = Duration::from_secs(60);
    store
        .claim(payment, Claimant::unique(), lease)
        .await
        .unwrap()
}

fn run(future: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(future);
}

#[test]
fn a_settled_order_keeps_at_most_160_bytes() {
    // As full as its table is at a million orders, which is just after it grew.
    const ORDERS: usize = 250_000;
    let store = MemoryStore::new();
    let used = allocation_counter::measure(|| {
        run(async {
            for number in 0..ORDERS {
                pay(&store, order(number)).await;
            }
        });
    });
    let each = used.bytes_current / i64::try_from(ORDERS).unwrap();
    assert!(each <= 160, "{each} bytes");
}

#[test]
fn the_memory_of_forgotten_orders_is_used_again() {
    const ORDERS: usize = 10_000;
    let store = MemoryStore::new();
    let fill = |from: usize| {
        let store = &store;
        async move {
            for number in from..from + ORDERS {
                let new = NewOrder::new(order(number), Expected::AtLeast(lira()));
                let _ = store.open(new).await.unwrap();
                pay(store, order(number)).await;
            }
            let at_once = paid_once::Retention {
                paid: Duration::ZERO,
                unpaid: Duration::ZERO,
            };
            let forgotten = store.purge(at_once, u32::MAX).await.unwrap();
            assert_eq!(forgotten, ORDERS as u64);
        }
    };
    run(fill(0));
    let used = allocation_counter::measure(|| {
        run(async {
            for round in 1..4 {
                fill(round * ORDERS).await;
            }
        });
    });
    assert!(used.bytes_current < 100_000, "{used:?}");
}

#[tokio::test(start_paused = true)]
async fn a_claimed_success_of_an_order_that_was_never_opened_is_due_until_it_is_settled() {
    let store = MemoryStore::new();
    let due = async || store.due("123456", 10).await.unwrap().len();
    pay(&store, order(1)).await;
    let payment = Payment::paid(order(2), lira());
    let claim = store.claim(&payment, Claimant::unique(), Duration::from_secs(1));
    let Claim::Granted(lease) = claim.await.unwrap() else {
        panic!("a new order is claimed");
    };
    assert_eq!(due().await, 0);
    tokio::time::advance(Duration::from_secs(61)).await;
    assert_eq!(due().await, 1);
    assert_eq!(store.settle(&lease).await.unwrap(), Settled::Now);
    assert_eq!(due().await, 0);
}

/// Says whether the order was forgotten: a payment of it is new again.
async fn is_forgotten(store: &MemoryStore, order: OrderKey) -> bool {
    let payment = Payment::paid(order, lira());
    let standing = store.standing(&payment).await.unwrap();
    standing == paid_once::Standing::Open
}

const AT_ONCE: Retention = Retention {
    paid: Duration::ZERO,
    unpaid: Duration::ZERO,
};

#[tokio::test(start_paused = true)]
async fn what_was_paid_first_is_forgotten_first() {
    let store = MemoryStore::new();
    // More than one piece of the rows, and twice: what is new is behind what is left.
    for round in 0..2 {
        for number in 600 * round..600 * (round + 1) {
            pay(&store, order(number)).await;
            tokio::time::advance(Duration::from_secs(1)).await;
        }
        assert_eq!(store.purge(AT_ONCE, 350).await.unwrap(), 350);
    }
    for number in 0..1_200 {
        assert_eq!(is_forgotten(&store, order(number)).await, number < 700);
    }
    let an_age = Retention {
        paid: Duration::from_secs(100),
        ..AT_ONCE
    };
    assert_eq!(store.purge(an_age, u32::MAX).await.unwrap(), 401);
    assert!(!is_forgotten(&store, order(1_101)).await);
    assert_eq!(store.purge(AT_ONCE, u32::MAX).await.unwrap(), 99);
}

#[tokio::test(start_paused = true)]
async fn an_order_that_went_on_after_it_ended_is_kept_from_then_on() {
    let hour = Duration::from_secs(3_600);
    let store = MemoryStore::new();
    let fail = async |number| {
        let payment = Payment::failed(order(number), FailureReason::default());
        let claim = store.claim(&payment, Claimant::unique(), Duration::from_secs(60));
        let Claim::Granted(lease) = claim.await.unwrap() else {
            panic!("a failure of an unpaid order is claimed");
        };
        assert_eq!(store.settle(&lease).await.unwrap(), Settled::Now);
    };
    for number in 0..4 {
        let new = NewOrder::new(order(number), Expected::AtLeast(lira()));
        let _ = store.open(new).await.unwrap();
        fail(number).await;
    }
    tokio::time::advance(hour).await;
    // Paid, closed, and claimed.
    pay(&store, order(0)).await;
    assert!(store.close(&order(1)).await.unwrap());
    let payment = Payment::paid(order(2), lira());
    let claim = store.claim(&payment, Claimant::unique(), hour);
    let Claim::Granted(lease) = claim.await.unwrap() else {
        panic!("a success of a failed order is claimed");
    };
    let retention = Retention {
        paid: 3 * hour,
        unpaid: hour,
    };
    assert_eq!(store.purge(retention, 10).await.unwrap(), 1);
    assert!(store.get(&order(3)).await.unwrap().is_none());
    tokio::time::advance(hour).await;
    assert_eq!(store.purge(retention, 10).await.unwrap(), 1);
    assert!(store.get(&order(1)).await.unwrap().is_none());
    assert_eq!(store.settle(&lease).await.unwrap(), Settled::Now);
    tokio::time::advance(2 * hour).await;
    assert_eq!(store.purge(retention, 10).await.unwrap(), 1);
    assert!(store.get(&order(0)).await.unwrap().is_none());
    tokio::time::advance(hour).await;
    assert_eq!(store.purge(retention, 10).await.unwrap(), 1);
    assert!(store.get(&order(2)).await.unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_forgotten_order_frees_its_cart_unless_another_one_has_it() {
    let day = Duration::from_secs(86_400);
    let store = MemoryStore::new();
    let open = async |number| {
        let new = NewOrder::new(order(number), Expected::AtLeast(lira()));
        let new = new.with_idempotency(Idempotency {
            key: "CART".to_owned(),
            fingerprint: [0; 32],
            reuse_for: day,
        });
        store.open(new).await.unwrap()
    };
    assert_eq!(open(0).await, Opened::New);
    assert!(store.close(&order(0)).await.unwrap());
    // The cart is the second order's now, and stays so when the first one is forgotten.
    assert_eq!(open(1).await, Opened::New);
    assert_eq!(store.purge(AT_ONCE, 10).await.unwrap(), 1);
    assert!(matches!(open(2).await, Opened::Existing(_)));
    pay(&store, order(1)).await;
    assert!(matches!(open(2).await, Opened::Existing(_)));
    assert_eq!(store.purge(AT_ONCE, 10).await.unwrap(), 1);
    assert_eq!(open(2).await, Opened::New);
}

#[test]
fn an_order_key_is_one_allocation() {
    let made = allocation_counter::measure(|| drop(OrderKey::new("123456", "SHOP1").unwrap()));
    assert_eq!(made.count_total, 1);
}

#[test]
fn a_store_in_memory_answers_without_a_future() {
    let store = MemoryStore::new();
    let payment = Payment::paid(order(1), lira());
    let claim = store.claim_at_once(&payment, Claimant::unique(), Duration::from_secs(60));
    let Some(Ok(Claim::Granted(lease))) = claim else {
        panic!("a new order is claimed at once: {claim:?}");
    };
    let settled = store.settle_at_once(&lease);
    assert!(matches!(settled, Some(Ok(Settled::Now))), "{settled:?}");
}

#[tokio::test(start_paused = true)]
async fn the_lease_of_somebody_else_is_not_given_back() {
    let (store, minute) = (MemoryStore::new(), Duration::from_secs(60));
    let payment = Payment::paid(order(1), lira());
    let Claim::Granted(late) = claim(&store, &payment).await else {
        panic!("a new order is claimed");
    };
    tokio::time::advance(2 * minute).await;
    assert!(matches!(claim(&store, &payment).await, Claim::Granted(_)));
    store
        .release(&late, HandlerFailure::Panicked)
        .await
        .unwrap();
    let due = store.undelivered(10).await.unwrap();
    let OrderState::Undelivered(owed) = due[0].state else {
        panic!("the first lease ran out: {due:?}");
    };
    assert_eq!((owed.attempts, owed.last_failure), (2, None));
    assert!(matches!(
        claim(&store, &payment).await,
        Claim::InProgress { .. }
    ));
}

#[tokio::test(start_paused = true)]
async fn an_order_that_was_closed_while_its_failure_is_handled_is_kept_until_that_ends() {
    let (store, minute) = (MemoryStore::new(), Duration::from_secs(60));
    let at_once = Retention {
        paid: Duration::ZERO,
        unpaid: Duration::ZERO,
    };
    let new = NewOrder::new(order(1), Expected::AtLeast(lira()));
    assert_eq!(store.open(new).await.unwrap(), Opened::New);
    let payment = Payment::failed(order(1), FailureReason::default());
    assert!(matches!(claim(&store, &payment).await, Claim::Granted(_)));
    assert!(store.close(&order(1)).await.unwrap());
    assert_eq!(store.purge(at_once, 10).await.unwrap(), 0, "it is handled");
    tokio::time::advance(minute).await;
    assert_eq!(store.purge(at_once, 10).await.unwrap(), 1);
}

#[tokio::test(start_paused = true)]
async fn no_more_are_forgotten_at_a_time_than_asked_for() {
    let store = MemoryStore::new();
    for number in 0..4 {
        if number % 2 == 0 {
            pay(&store, order(number)).await;
            continue;
        }
        let payment = Payment::failed(order(number), FailureReason::default());
        let Claim::Granted(lease) = claim(&store, &payment).await else {
            panic!("a new order is claimed");
        };
        assert_eq!(store.settle(&lease).await.unwrap(), Settled::Now);
    }
    let at_once = Retention {
        paid: Duration::ZERO,
        unpaid: Duration::ZERO,
    };
    for expected in [3, 1, 0] {
        assert_eq!(store.purge(at_once, 3).await.unwrap(), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn an_unpaid_order_is_given_out_again_until_its_time_is_over_and_not_then() {
    let (store, minute) = (MemoryStore::new(), Duration::from_secs(60));
    let cart = |number| {
        let idempotency = Idempotency {
            key: "cart".to_owned(),
            fingerprint: [7; 32],
            reuse_for: minute,
        };
        NewOrder::new(order(number), Expected::AtLeast(lira())).with_idempotency(idempotency)
    };
    assert_eq!(store.open(cart(1)).await.unwrap(), Opened::New);
    tokio::time::advance(Duration::from_millis(59_999)).await;
    assert!(matches!(
        store.open(cart(2)).await.unwrap(),
        Opened::Existing(_)
    ));
    tokio::time::advance(Duration::from_millis(1)).await;
    assert_eq!(store.open(cart(3)).await.unwrap(), Opened::New);
}
