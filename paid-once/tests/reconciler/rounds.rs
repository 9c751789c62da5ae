//! How many at a time, how often, and what a round does when the ledger fails or the shop stops.

use std::sync::atomic::Ordering;
use std::time::Duration;

use captured_log::CapturedLog;
use paid_once::inquiry::{Found, Pauses};
use paid_once::*;
use tokio::time::Instant;

use crate::shop::{MERCHANT, SECOND, Shop, order, paid};

#[tokio::test(start_paused = true)]
async fn so_many_are_asked_about_at_a_time_and_more_are_taken_when_half_are_done() {
    let shop = Shop::new();
    for number in 0..20 {
        shop.open(&format!("SHOP{number:02}")).await;
    }
    *shop.answers_after.lock().unwrap() = SECOND;
    let reconciler = shop.builder().concurrency(8).build();
    assert_eq!(reconciler.round().await.unwrap().len(), 20);
    assert_eq!(shop.most_under_way.load(Ordering::SeqCst), 8);
    let limits: Vec<_> = shop
        .ledger
        .takes
        .lock()
        .unwrap()
        .iter()
        .map(|(limit, _)| *limit)
        .collect();
    assert_eq!(
        limits,
        [8, 4, 4, 4, 4],
        "at first all, then when four are left"
    );
}

#[tokio::test(start_paused = true)]
async fn what_was_taken_is_asked_about_at_once_however_long_the_next_take_lasts() {
    let shop = Shop::new();
    for number in 0..6 {
        shop.open(&format!("SHOP{number}")).await;
    }
    *shop.ledger.later_takes_last.lock().unwrap() = 5 * SECOND;
    let started = Instant::now();
    let rests = Pauses::new(60 * SECOND, 60 * SECOND);
    let reconciler = shop.builder().pauses(rests).concurrency(4).build();
    assert_eq!(reconciler.round().await.unwrap().len(), 6);
    let asked = shop.asked.lock().unwrap();
    let after = asked.iter().map(|(_, at)| (*at - started).as_secs());
    assert_eq!(after.collect::<Vec<_>>(), [0, 0, 0, 0, 5, 5]);
}

#[tokio::test(start_paused = true)]
async fn what_was_taken_is_busy_until_its_question_and_its_delivery_are_over() {
    let shop = Shop::new();
    let reconciler = shop.builder().ask_timeout(7 * SECOND).build();
    assert_eq!(reconciler.round().await.unwrap(), []);
    let (_, busy_for) = shop.ledger.takes.lock().unwrap()[0];
    // Six calls of the store of 5 s, and a handler of 30 s.
    assert!(busy_for >= 67 * SECOND, "{busy_for:?}");
    assert!(busy_for < 120 * SECOND, "{busy_for:?}");
}

#[tokio::test(start_paused = true)]
async fn a_round_that_cannot_take_orders_is_an_error_after_what_it_has_taken_is_done() {
    let shop = Shop::new();
    for number in 0..4 {
        shop.open(&format!("SHOP{number}")).await;
        shop.says(
            &format!("SHOP{number}"),
            Answer::Paid(vec![paid(&format!("SHOP{number}"))]),
        );
    }
    let reconciler = shop.builder().concurrency(2).build();
    let mut seen = 0;
    // The second call fails.
    let taken = reconciler.round_with(|order| {
        seen += 1;
        if seen == 1 {
            shop.ledger.spoil("take_due");
        }
        assert!(order.found.is_settled());
    });
    let error = taken.await.unwrap_err();
    assert!(
        causes(&error).unwrap().contains("the disk is full"),
        "{error}"
    );
    assert_eq!(seen, 2);
    assert_eq!(shop.delivered.lock().unwrap().len(), 2);
    assert_eq!(
        reconciler.round().await.unwrap().len(),
        2,
        "the others are due"
    );
}

#[tokio::test(start_paused = true)]
async fn rounds_come_at_the_interval_give_or_take_a_tenth() {
    let shop = Shop::new();
    shop.open("SHOP1").await;
    let often = Pauses::new(Duration::from_millis(1), Duration::from_millis(1));
    let reconciler = shop.builder().pauses(often).every(100 * SECOND).build();
    reconciler.run(tokio::time::sleep(100_000 * SECOND)).await;
    let asked = shop.asked.lock().unwrap();
    let gaps: Vec<_> = asked.windows(2).map(|two| two[1].1 - two[0].1).collect();
    assert!(gaps.len() > 900, "{}", gaps.len());
    let (least, most) = (gaps.iter().min().unwrap(), gaps.iter().max().unwrap());
    assert!(
        *least >= 90 * SECOND && *most <= 111 * SECOND,
        "{least:?} {most:?}"
    );
    assert!(
        *least < 93 * SECOND && *most > 107 * SECOND,
        "no two nodes keep step"
    );
}

#[tokio::test(start_paused = true)]
async fn a_round_that_fails_is_in_the_log_and_the_next_one_comes() {
    let shop = Shop::new();
    let log = CapturedLog::start();
    shop.open("SHOP1").await;
    shop.ledger.spoil("take_due");
    let reconciler = shop.builder().every(10 * SECOND).build();
    reconciler.run(tokio::time::sleep(15 * SECOND)).await;
    assert_eq!(shop.asked.lock().unwrap().len(), 1);
    let text = log.text();
    assert!(
        text.contains("could not be taken") && text.contains("the disk is full"),
        "{text}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_shop_that_stops_finishes_what_is_under_way_and_takes_no_more() {
    let shop = Shop::new();
    for number in 0..6 {
        shop.open(&format!("SHOP{number}")).await;
    }
    *shop.answers_after.lock().unwrap() = 10 * SECOND;
    let reconciler = shop.builder().concurrency(2).build();
    let started = Instant::now();
    reconciler.run(tokio::time::sleep(SECOND)).await;
    assert_eq!(started.elapsed(), 10 * SECOND);
    assert_eq!(shop.asked.lock().unwrap().len(), 2);
    assert_eq!(shop.under_way.load(Ordering::SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn between_two_rounds_a_shop_stops_at_once() {
    let shop = Shop::new();
    let started = Instant::now();
    let reconciler = shop.builder().every(100 * SECOND).build();
    reconciler.run(tokio::time::sleep(SECOND)).await;
    assert_eq!(started.elapsed(), SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_hint_asks_about_one_order_whether_it_is_due_or_not() {
    let shop = Shop::new();
    shop.open("SHOP1").await;
    shop.says("SHOP1", Answer::Paid(vec![paid("SHOP1")]));
    let reconciler = shop.builder().build();
    assert_eq!(reconciler.ask_about(&order("NOBODY")).await.unwrap(), None);
    let found = reconciler
        .ask_about(&order("SHOP1"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        found.record.state,
        OrderState::Pending,
        "as it stood before"
    );
    assert!(found.found.is_settled());
    let again = reconciler
        .ask_about(&order("SHOP1"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(again.found, Found::AlreadyPaid);
    assert_eq!(
        shop.asked.lock().unwrap().len(),
        1,
        "nobody is asked about a paid order"
    );
    assert_eq!(*shop.delivered.lock().unwrap(), ["SHOP1"]);
    shop.ledger.spoil("get");
    assert!(reconciler.ask_about(&order("SHOP1")).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_reconciler_says_what_it_stands_on() {
    let shop = Shop::new();
    shop.open("SHOP1").await;
    let builder = shop.builder().every(7 * SECOND).concurrency(0);
    let text = format!("{builder:?}");
    assert!(
        text.contains(MERCHANT) && text.contains("every: 7s"),
        "{text}"
    );
    assert!(text.contains("concurrency: 1"), "at least one: {text}");
    let reconciler = builder.build();
    assert_eq!(format!("{reconciler:?}"), text);
    assert_eq!(reconciler.merchant(), MERCHANT);
    let record = reconciler.ledger().get(&order("SHOP1")).await.unwrap();
    assert_eq!(record.unwrap().order, order("SHOP1"));
    let decision = reconciler
        .gate()
        .receive(paid("SHOP1"), async |_| Ok::<_, BoxError>(()));
    assert_eq!(decision.await, Decision::Settled);
}
