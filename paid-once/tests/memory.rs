//! How much memory a `MemoryStore` asks for.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use paid_once::{
    Claim, Claimant, Currency, Expected, MemoryStore, Money, NewOrder, OrderKey, OrderLedger,
    OrderStore, Payment, Settled,
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
