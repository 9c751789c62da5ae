use std::time::Duration;

use super::usual_price;
use crate::testing::{OrderInTest, Subject, must, order, total};
use crate::{
    Currency, Expected, Mode, Money, Opened, OrderKey, OrderLedger, OrderState, ReviewFilter,
    ReviewReason,
};

/// What was opened is read back, field by field.
pub async fn an_opened_order_is_known_and_pending<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let largest = Money::new(i64::MAX.unsigned_abs(), Currency::EUR);
    for (index, expected) in [
        Expected::AtLeast(total(1)),
        Expected::Exactly(largest),
        Expected::Unknown,
    ]
    .into_iter()
    .enumerate()
    {
        for mode in [Mode::Live, Mode::Test] {
            let here = here.other(order(&format!("OPENED{index}{mode:?}")));
            let mut new = here.new_order().with_mode(mode);
            new.expected = expected;
            assert_eq!(here.open(new).await, Opened::New);
            let record = here.record().await;
            assert_eq!(record.order, here.order);
            assert_eq!(record.expected, expected);
            assert_eq!(record.mode, mode);
            assert_eq!(record.session, None);
            assert_eq!(record.state, OrderState::Pending);
            assert_eq!(here.expected_amount().await, expected);
        }
    }
}

/// An order id is given out once, and the second opening changes nothing.
pub async fn an_order_is_opened_once<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    here.open_new().await;
    let mut cheaper = here.new_order();
    cheaper.expected = Expected::AtLeast(total(1));
    assert_eq!(here.open(cheaper).await, Opened::OrderExists);
    assert_eq!(here.expected_amount().await, usual_price());
}

/// Also when somebody else has claimed it: a payment does not make an order.
pub async fn an_order_that_was_never_opened_is_unknown<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    assert_eq!(here.get().await, None);
    assert_eq!(here.expected_amount().await, Expected::Unknown);
    here.handle(&here.success()).await;
    assert_eq!(here.get().await, None);
    assert_eq!(here.expected_amount().await, Expected::Unknown);
}

/// Keys of orders are plain text, and each merchant has its own.
pub async fn a_ledger_keeps_merchants_and_strange_keys_apart<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let longest = "O".repeat(OrderKey::MAX_ORDER_ID_LEN);
    let keys = [
        ("m1", "ORDER1"),
        ("m2", "ORDER1"),
        ("m1", "order1"),
        ("m1", "' OR '1'='1"),
        ("m1", "%"),
        ("m1", "_"),
        ("m1", &longest),
    ];
    for (amount, (merchant, order_id)) in (1..).zip(keys) {
        let key = must("a key", OrderKey::new(merchant, order_id));
        let mut new = here.other(key).new_order();
        new.expected = Expected::Exactly(total(amount));
        assert_eq!(here.open(new).await, Opened::New, "{merchant} {order_id}");
    }
    for (amount, (merchant, order_id)) in (1..).zip(keys) {
        let here = here.other(must("a key", OrderKey::new(merchant, order_id)));
        let expected = Expected::Exactly(total(amount));
        assert_eq!(here.expected_amount().await, expected, "{}", here.order);
    }
}

/// The provider's handle is kept, and replaced by a later one.
pub async fn a_session_is_attached<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    here.open_new().await;
    for session in ["first", "it's the \"second\"; --"] {
        let attached = here.store.attach_session(&here.order, session).await;
        must("the session is attached", attached);
        assert_eq!(here.record().await.session.as_deref(), Some(session));
    }
    let unknown = here.other(order("UNKNOWN"));
    let attached = here.store.attach_session(&unknown.order, "session").await;
    must("nothing to attach to is no error", attached);
    assert_eq!(unknown.get().await, None);
}

/// A person corrects what an order costs, or makes it known at all.
pub async fn expectations_are_corrected<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    here.open_new().await;
    let corrected = Expected::Exactly(Money::new(7, Currency::USD));
    let unknown = here.other(order("UNKNOWN"));
    let claimed = here.other(order("CLAIMED"));
    claimed.hold(&claimed.success()).await;
    for here in [&here, &unknown, &claimed] {
        for expected in [corrected, Expected::Unknown, corrected] {
            let set = here.store.set_expected(&here.order, expected).await;
            must("the expectation is set", set);
            assert_eq!(here.expected_amount().await, expected);
        }
        assert_eq!(here.record().await.mode, Mode::Live);
        assert_eq!(here.open(here.new_order()).await, Opened::OrderExists);
    }
}

/// Pending, review, failed, paid: what a shop shows its buyer.
pub async fn the_state_follows_the_payments<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    here.open_new().await;
    let lease = here.hold(&here.failure()).await;
    assert_eq!(here.state().await, OrderState::Pending);
    let _settled = here.settle(&lease).await;
    assert_eq!(here.state().await, OrderState::Failed);

    let why = ReviewReason::AmountMismatch;
    here.review(&here.success(), why).await;
    assert_eq!(here.state().await, OrderState::Review);

    here.handle(&here.success()).await;
    let paid = OrderState::paid(total(3_456));
    assert_eq!(here.state().await, paid);
    here.review(&here.failure(), why).await;
    assert_eq!(here.state().await, paid);
}

/// The provider may be faster than the shop: an order can be opened when it is already claimed.
pub async fn a_payment_may_come_before_its_order<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let lease = here.hold(&here.success()).await;
    here.open_new().await;
    assert_eq!(here.state().await, OrderState::Pending);
    here.assert_still_holds(&lease).await;
    let paid = OrderState::paid(total(3_456));
    assert_eq!(here.state().await, paid);
}

/// Orders, sessions and states are as durable as settlements.
pub async fn an_opened_order_survives_a_restart<S: Subject<Store: OrderLedger>>() {
    let (subject, here) = OrderInTest::fresh::<S>().await;
    here.open_new().await;
    let attached = here.store.attach_session(&here.order, "session").await;
    must("the session is attached", attached);
    here.handle(&here.failure()).await;
    let before = here.record().await;
    drop(here);
    let subject = must("the store is opened again", subject.reopen().await);
    let here = OrderInTest::of(&subject).await;
    let after = here.record().await;
    assert_eq!(after.expected, before.expected);
    assert_eq!(after.session, before.session);
    assert_eq!(after.state, before.state);
    assert_eq!(here.open(here.new_order()).await, Opened::OrderExists);
}

/// A person reads the newest first.
pub async fn reviews_are_listed_newest_first<S: Subject<Store: OrderLedger>>() {
    let (_subject, here) = OrderInTest::fresh::<S>().await;
    let names = ["FIRST", "SECOND", "THIRD"];
    for name in names {
        let here = here.other(order(name));
        let why = ReviewReason::UnknownOrder;
        here.review(&here.success(), why).await;
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
    for limit in [0, 2, 3, 100] {
        let reviews = must(
            "reviews are read",
            here.store.reviews(&ReviewFilter::all(), limit).await,
        );
        let found: Vec<_> = reviews
            .into_iter()
            .map(|review| review.order().clone())
            .collect();
        let newest = names.into_iter().rev().take(limit as usize);
        assert_eq!(found, newest.map(order).collect::<Vec<_>>());
    }
}
