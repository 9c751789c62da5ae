use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::usual_price;
use crate::testing::{OrderInTest, Subject, eventually, must, order, polled, total};
use crate::{
    Expected, Idempotency, NewOrder, Opened, OrderKey, OrderLedger, OrderState, ReviewReason,
};

/// Longer than any case runs.
const PAGE_LIFE: Duration = Duration::from_secs(3_600);

/// One click of a cart: a new order id each time, the same idempotency key.
fn click(order_id: &str, fingerprint: u8) -> NewOrder {
    NewOrder::new(order(order_id), Expected::AtLeast(total(3_456))).with_idempotency(Idempotency {
        key: "cart'1%; --".to_owned(),
        fingerprint: [fingerprint; 32],
        reuse_for: PAGE_LIFE,
    })
}

fn assert_existing(opened: &Opened, order_id: &str) {
    match opened {
        Opened::Existing(record) => assert_eq!(record.order, order(order_id)),
        other => panic!("{order_id} is given out again, not {other:?}"),
    }
}

/// Same key, same fingerprint: the order there is, with its session, on every node.
pub async fn the_same_click_gives_the_same_order<S: Subject<Store: OrderLedger>>() {
    let (subject, here) = OrderInTest::fresh::<S>().await;
    let elsewhere = OrderInTest::of(&subject).await;
    assert_eq!(here.open(click("FIRST", 1)).await, Opened::New);
    let attached = here.store.attach_session(&order("FIRST"), "session").await;
    must("the session is attached", attached);
    match elsewhere.open(click("SECOND", 1)).await {
        Opened::Existing(record) => {
            assert_eq!(record.order, order("FIRST"));
            assert_eq!(record.session.as_deref(), Some("session"));
            assert_eq!(record.state, OrderState::Pending);
        }
        other => panic!("the first order is given out again, not {other:?}"),
    }
    assert_eq!(here.other(order("SECOND")).get().await, None);
    // A review does not free the key: the order may still be delivered.
    let here = here.other(order("FIRST"));
    let why = ReviewReason::AmountMismatch;
    here.review(&here.success(), why).await;
    assert_existing(&here.open(click("THIRD", 1)).await, "FIRST");
}

/// Same key, other fingerprint: refused, and nothing is opened.
pub async fn a_key_used_for_another_cart_is_refused<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    assert_eq!(here.open(click("FIRST", 1)).await, Opened::New);
    assert_eq!(here.open(click("SECOND", 2)).await, Opened::KeyReused);
    assert_eq!(here.other(order("SECOND")).get().await, None);
    assert_existing(&here.open(click("THIRD", 1)).await, "FIRST");
}

/// A paid cart is not sold again by a late click, however old the order is.
pub async fn a_paid_order_keeps_its_key<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let first = here.other(order("FIRST"));
    assert_eq!(first.open(click("FIRST", 1)).await, Opened::New);
    first.handle(&first.failure()).await;
    first.handle(&first.success()).await;
    let mut late = click("SECOND", 1);
    late.idempotency = late.idempotency.map(|known| Idempotency {
        reuse_for: Duration::ZERO,
        ..known
    });
    assert_existing(&here.open(late).await, "FIRST");
    assert_eq!(here.open(click("THIRD", 2)).await, Opened::KeyReused);
}

/// After a settled failure the buyer gets a new order.
pub async fn a_failed_order_frees_its_key<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let first = here.other(order("FIRST"));
    assert_eq!(first.open(click("FIRST", 1)).await, Opened::New);
    first.handle(&first.failure()).await;
    assert_eq!(here.open(click("SECOND", 1)).await, Opened::New);
}

/// An unpaid order is given out as long as its payment page lives, by the store's clock.
pub async fn an_order_older_than_its_payment_page_frees_its_key<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    assert_eq!(here.open(click("FIRST", 1)).await, Opened::New);
    eventually("the key is free", || async {
        let mut next = click("SECOND", 2);
        next.idempotency = next.idempotency.map(|known| Idempotency {
            reuse_for: Duration::from_millis(60),
            ..known
        });
        match here.open(next).await {
            Opened::New => Some(()),
            Opened::KeyReused => None,
            other => panic!("the key is free or not, never {other:?}"),
        }
    })
    .await;
    assert_existing(&here.open(click("THIRD", 2)).await, "SECOND");
}

/// The provider refused the order: the next click gets a new one.
pub async fn an_abandoned_order_frees_its_key_and_stays_known<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let first = here.other(order("FIRST"));
    assert_eq!(first.open(click("FIRST", 1)).await, Opened::New);
    let abandoned = here.store.abandon(&first.order).await;
    must("the order is abandoned", abandoned);
    assert_eq!(here.open(click("SECOND", 2)).await, Opened::New);
    assert_eq!(first.state().await, OrderState::Pending);
    assert_eq!(first.expected_amount().await, usual_price());
    // Too late to free anything: the key belongs to the second order now.
    let abandoned = here.store.abandon(&first.order).await;
    must("the order is abandoned again", abandoned);
    assert_existing(&here.open(click("THIRD", 2)).await, "SECOND");
}

/// Money was taken, or may have been: whatever the age of the order, no second one is opened.
pub async fn a_key_is_kept_while_a_success_is_owed_or_under_review<
    S: Subject<Store: OrderLedger>,
>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let at_once = |order_id: &str, key: &str| {
        let mut click = click(order_id, 1);
        click.idempotency = click.idempotency.map(|known| Idempotency {
            key: key.to_owned(),
            reuse_for: Duration::ZERO,
            ..known
        });
        click
    };
    for (name, failed_before) in [("LIVE", false), ("RELEASED", false), ("AFTERFAILURE", true)] {
        let here = here.other(order(name));
        assert_eq!(here.open(at_once(name, name)).await, Opened::New);
        if failed_before {
            here.handle(&here.failure()).await;
        }
        let lease = here.hold(&here.success()).await;
        if name != "LIVE" {
            here.release(&lease).await;
        }
        assert_existing(&here.open(at_once("SECOND", name)).await, name);
    }
    let reviewed = here.other(order("REVIEWED"));
    assert_eq!(reviewed.open(at_once("REVIEWED", "r")).await, Opened::New);
    let why = ReviewReason::AmountMismatch;
    reviewed.review(&reviewed.success(), why).await;
    assert_existing(&here.open(at_once("SECOND", "r")).await, "REVIEWED");
    // A person looked, and lets the buyer order again.
    let abandoned = here.store.abandon(&reviewed.order).await;
    must("the order is abandoned", abandoned);
    assert_eq!(here.open(at_once("SECOND", "r")).await, Opened::New);
}

/// The order that lost its key does not get it back when it is paid after all.
pub async fn a_freed_key_belongs_to_the_new_order<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let first = here.other(order("FIRST"));
    assert_eq!(first.open(click("FIRST", 1)).await, Opened::New);
    first.handle(&first.failure()).await;
    assert_eq!(here.open(click("SECOND", 2)).await, Opened::New);
    first.handle(&first.success()).await;
    assert_existing(&here.open(click("THIRD", 2)).await, "SECOND");
}

/// A key is not taken from its order by an opening that fails.
pub async fn an_order_that_exists_leaves_the_key_alone<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let taken = here.other(order("TAKEN"));
    taken.open_new().await;
    assert_eq!(here.open(click("TAKEN", 1)).await, Opened::OrderExists);
    assert_eq!(here.open(click("FIRST", 2)).await, Opened::New);
    let first = here.other(order("FIRST"));
    first.handle(&first.failure()).await;
    assert_eq!(here.open(click("TAKEN", 3)).await, Opened::OrderExists);
    first.handle(&first.success()).await;
    assert_existing(&here.open(click("SECOND", 2)).await, "FIRST");
}

/// Keys are the merchant's own.
pub async fn keys_of_two_merchants_do_not_meet<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    assert_eq!(here.open(click("FIRST", 1)).await, Opened::New);
    let mut other = click("FIRST", 2);
    other.order = must("a key", OrderKey::new("100002", "FIRST"));
    assert_eq!(here.open(other).await, Opened::New);
}

/// A buyer who hammers the button gets one order.
pub async fn of_16_concurrent_opens_with_one_key_one_is_new<S: Subject<Store: OrderLedger>>() {
    let (subject, _here) = OrderInTest::fresh::<S>().await;
    let start = Arc::new(Barrier::new(16));
    let mut clicks = JoinSet::new();
    for index in 0..16 {
        let here = OrderInTest::of(&subject).await;
        let start = start.clone();
        clicks.spawn(async move {
            start.wait().await;
            let order_id = format!("CLICK{index}");
            match here.open(click(&order_id, 1)).await {
                Opened::New => (true, order(&order_id)),
                Opened::Existing(record) => (false, record.order),
                other => panic!("a click is new or existing, not {other:?}"),
            }
        });
    }
    let mut answers = Vec::new();
    while let Some(answer) = clicks.join_next().await {
        answers.push(must("a click ends", answer));
    }
    let new: Vec<_> = answers.iter().filter(|(new, _)| *new).collect();
    assert_eq!(new.len(), 1, "{answers:?}");
    let one_order = new.iter().all(|(_, first)| {
        let mut orders = answers.iter().map(|(_, order)| order);
        orders.all(|order| order == first)
    });
    assert!(one_order, "{answers:?}");
}

/// Whatever a dropped opening left behind, the next click gets one usable order.
pub async fn an_open_dropped_at_any_await_is_healed_by_the_next_click<
    S: Subject<Store: OrderLedger>,
>() {
    for polls in 1..1_000 {
        let (_subject, here) = OrderInTest::fresh::<S>().await;
        let dropped = here.store.open(click("FIRST", 1));
        let finished = polled(polls, dropped).await.is_some();
        let usable = match here.open(click("SECOND", 1)).await {
            Opened::New => "SECOND",
            Opened::Existing(_) => "FIRST",
            other => panic!("the next click is new or existing, not {other:?}"),
        };
        assert_existing(&here.open(click("THIRD", 1)).await, usable);
        let usable = here.other(order(usable));
        assert_eq!(usable.expected_amount().await, usual_price());
        if finished {
            return;
        }
    }
    panic!("an opening never finished");
}
