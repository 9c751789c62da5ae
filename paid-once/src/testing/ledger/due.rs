//! Which orders the provider is asked about, when, and by whom.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::{keys, usual_price};
use crate::testing::{OrderInTest, Subject, eventually, must, order, polled};
use crate::{DueOrder, Expected, Opened, OrderKey, OrderLedger, OrderState};

const HOUR: Duration = Duration::from_secs(3_600);
const SHORT: Duration = Duration::from_millis(60);

/// Not before, by the ledger's clock, and then until it is taken.
pub async fn an_order_is_due_some_time_after_it_was_opened<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let young = here.other(order("YOUNG"));
    let later = young.new_order().with_inquire_after(HOUR);
    assert_eq!(young.open(later).await, Opened::New);
    let soon = here.other(order("SOON"));
    let in_a_moment = soon.new_order().with_inquire_after(SHORT);
    assert_eq!(soon.open(in_a_moment).await, Opened::New);
    let known = here.other(order("KNOWN"));
    let set = here.store.set_expected(&known.order, usual_price()).await;
    must("an order is made known", set);

    eventually("the order is due", || async {
        (here.due().await == std::slice::from_ref(&soon.order)).then_some(())
    })
    .await;
    let taken = here.take(10, HOUR).await;
    for due in &taken {
        assert_eq!(due.record.order, soon.order);
        assert_eq!(due.record.expected, usual_price());
        assert_eq!(due.record.state, OrderState::Pending);
        assert!(due.age + Duration::from_millis(2) >= SHORT, "{due:?}");
        assert!(due.age < HOUR, "{due:?}");
        assert_eq!(due.taken, 1);
    }
    assert_eq!(taken.len(), 1);
}

/// At most as many as asked for; a live claim, a released one, a failure and a review hide nothing.
pub async fn due_orders_are_taken_longest_due_first<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let names = ["Z-LONGEST", "Y", "X", "W", "V-LAST"];
    for name in names {
        here.other(order(name)).open_due().await;
        // Stores may keep milliseconds.
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
    let claimed = here.other(order("Y"));
    let _lease = claimed.hold(&claimed.success()).await;
    let failed = here.other(order("X"));
    failed.handle(&failed.failure()).await;
    let reviewed = here.other(order("W"));
    let why = crate::ReviewReason::AmountMismatch;
    reviewed.review(&reviewed.success(), why).await;

    let all: Vec<_> = names.into_iter().map(order).collect();
    assert_eq!(here.due().await, all);
    assert_eq!(keys(here.take(0, HOUR).await), []);
    let first: HashSet<_> = keys(here.take(2, HOUR).await).into_iter().collect();
    assert_eq!(first, all.iter().take(2).cloned().collect());
    let rest: HashSet<_> = keys(here.take(100, HOUR).await).into_iter().collect();
    assert_eq!(rest, all.iter().skip(2).cloned().collect());
    assert_eq!(here.due().await, []);
}

/// Until `busy_for` is over, or until it was put off to.
pub async fn a_taken_order_is_due_for_nobody_until_it_is_due_again<
    S: Subject<Store: OrderLedger>,
>() {
    let (subject, here) = OrderInTest::fresh::<S>().await;
    let elsewhere = OrderInTest::of(&subject).await;
    here.open_due().await;
    assert_eq!(here.take(1, SHORT).await.len(), 1);
    let again = eventually("the order is due again", || async {
        elsewhere.take(1, HOUR).await.pop()
    })
    .await;
    assert_eq!(again.taken, 2);
    assert_eq!(here.due().await, []);

    let pause = here.store.postpone(&here.order, Duration::ZERO);
    must("the order is put off", pause.await);
    assert_eq!(
        keys(here.take(1, HOUR).await),
        std::slice::from_ref(&here.order)
    );
    let pause = here.store.postpone(&here.order, HOUR);
    must("the order is put off", pause.await);
    assert_eq!(here.due().await, []);
}

/// Failures and undelivered successes stay due; what is paid is not, and nothing makes it so.
pub async fn orders_are_due_until_a_success_is_settled<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    here.open_due().await;
    here.handle(&here.failure()).await;
    assert_eq!(here.due().await, std::slice::from_ref(&here.order));
    let lease = here.hold(&here.success()).await;
    here.release(&lease).await;
    assert_eq!(here.due().await, std::slice::from_ref(&here.order));
    here.handle(&here.success()).await;
    assert_eq!(here.due().await, []);

    let pause = here.store.postpone(&here.order, Duration::ZERO);
    must("nothing is put off", pause.await);
    here.hurry().await;
    assert_eq!(here.due().await, []);
    // Paid before it was opened.
    let early = here.other(order("EARLY"));
    early.handle(&early.success()).await;
    early.open_due().await;
    assert_eq!(here.due().await, []);
}

/// A store may settle for a shop that keeps its orders elsewhere: what it owes is not forgotten.
pub async fn an_order_that_was_never_opened_is_due_when_its_success_is_owed<
    S: Subject<Store: OrderLedger>,
>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let lease = here.hold(&here.success()).await;
    here.release(&lease).await;
    assert_eq!(here.due().await, [], "not before a minute is over");
    here.hurry().await;
    let taken = here.take(1, HOUR).await;
    for due in &taken {
        assert_eq!(due.record.order, here.order);
        assert_eq!(due.record.expected, Expected::Unknown);
        assert!(matches!(due.record.state, OrderState::Undelivered(_)));
    }
    assert_eq!(taken.len(), 1);
    assert_eq!(here.get().await, None, "being due opens no order");
    let failed = here.other(order("FAILED"));
    failed.hold(&failed.failure()).await;
    failed.hurry().await;
    assert_eq!(here.due().await, []);
}

/// Each merchant's reconciler gets its own orders, also where one name begins with the other.
pub async fn merchants_are_due_apart<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let merchants = ["1", "11", "1:1", "%", "1'"];
    for merchant in merchants {
        let key = must("a key", OrderKey::new(merchant, "ORDER1"));
        here.other(key).open_due().await;
    }
    for merchant in merchants {
        let here = here.other(must("a key", OrderKey::new(merchant, "ORDER1")));
        assert_eq!(here.due().await, std::slice::from_ref(&here.order));
        assert_eq!(
            keys(here.take(9, HOUR).await),
            std::slice::from_ref(&here.order)
        );
        assert_eq!(here.due().await, []);
    }
    assert_eq!(here.due().await, []);
}

/// Two nodes that take in small bites at the same time get every order, and none twice.
pub async fn nodes_that_take_at_the_same_time_take_each_order_once<
    S: Subject<Store: OrderLedger>,
>() {
    const ORDERS: usize = 120;
    let (subject, here) = OrderInTest::fresh::<S>().await;
    for index in 0..ORDERS {
        here.other(order(&format!("ORDER{index}"))).open_due().await;
    }
    let start = Arc::new(Barrier::new(4));
    let mut nodes = JoinSet::new();
    for _ in 0..4 {
        let (here, start) = (OrderInTest::of(&subject).await, start.clone());
        nodes.spawn(async move {
            start.wait().await;
            let mut mine = Vec::new();
            // Where a row is locked by another node it is passed over, so an empty bite is no end.
            let mut empty = 0;
            while empty < 3 {
                let bite = keys(here.take(7, HOUR).await);
                empty = if bite.is_empty() { empty + 1 } else { 0 };
                mine.extend(bite);
            }
            mine
        });
    }
    let mut taken = Vec::new();
    while let Some(mine) = nodes.join_next().await {
        taken.extend(must("a node ends", mine));
    }
    taken.extend(keys(here.take(1_000, HOUR).await));
    let different: HashSet<_> = taken.iter().collect();
    assert_eq!(different.len(), ORDERS, "every order is taken");
    assert_eq!(taken.len(), ORDERS, "no order is taken twice");
}

/// Whatever a dropped call took, it is due again when its time is over.
pub async fn a_taking_dropped_at_any_await_is_healed_when_it_is_over<
    S: Subject<Store: OrderLedger>,
>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    here.open_due().await;
    for polls in 1..1_000 {
        let dropped = here.store.take_due(here.order.merchant(), 1, SHORT);
        let finished = polled(polls, dropped).await.is_some();
        let again = eventually("the order is due again", || async {
            here.take(1, SHORT).await.pop()
        })
        .await;
        assert_eq!(again.record.order, here.order);
        if finished {
            return;
        }
        eventually("the order is due for the next try", || async {
            (here.due().await.len() == 1).then_some(())
        })
        .await;
    }
    panic!("a taking never finished");
}

/// A buyer who comes back makes the order due, a few times; then it goes by its pauses alone.
pub async fn a_hurried_order_is_due_at_once_and_not_without_end<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    here.open_new().await;
    assert_eq!(here.due().await, []);
    let mut hurried = 0;
    for _ in 0..DueOrder::HURRIED_AT_MOST + 3 {
        here.hurry().await;
        here.hurry().await;
        hurried += u32::from(here.take(9, HOUR).await.len() == 1);
    }
    assert_eq!(hurried, DueOrder::HURRIED_AT_MOST);
    // A shop may still say so itself.
    let pause = here.store.postpone(&here.order, Duration::ZERO);
    must("the order is put off", pause.await);
    assert_eq!(here.due().await, std::slice::from_ref(&here.order));
    let unknown = here.other(order("UNKNOWN"));
    unknown.hurry().await;
    assert_eq!(unknown.get().await, None);
}
