//! What becomes of an order, by what the provider says about it.

use std::sync::atomic::Ordering;

use captured_log::CapturedLog;
use paid_once::inquiry::Found;
use paid_once::*;

use crate::shop::{DAY, SECOND, Shop, lira, order, paid};

/// Whether a pause is one of these seconds, give or take a fifth.
fn is_about(pause: Option<std::time::Duration>, seconds: u32) -> bool {
    pause.is_some_and(|pause| {
        let middle = SECOND * seconds;
        pause >= middle.mul_f64(0.79) && pause <= middle.mul_f64(1.21)
    })
}

#[tokio::test(start_paused = true)]
async fn an_order_that_is_not_paid_is_asked_about_at_growing_pauses() {
    let shop = Shop::new();
    shop.open("SHOP1").await;
    for seconds in [10, 20, 40, 60, 60] {
        let round = shop.round().await;
        assert_eq!(round[0].found, Found::NotYet);
        let pause = shop.pause("SHOP1").unwrap();
        assert!(
            is_about(Some(pause), seconds),
            "{pause:?} and not {seconds}"
        );
        assert!(shop.round().await.is_empty(), "it is not due yet");
        tokio::time::advance(pause).await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_paid_is_delivered_once_and_asked_about_no_more() {
    let shop = Shop::new();
    shop.open("SHOP1").await;
    shop.says("SHOP1", Answer::Paid(vec![paid("SHOP1")]));
    let round = shop.round().await;
    let settled = vec![(order("SHOP1"), Decision::Settled)];
    assert_eq!(round[0].found, Found::Paid(settled));
    assert_eq!(shop.pause("SHOP1"), None);
    tokio::time::advance(8 * DAY).await;
    assert!(shop.round().await.is_empty());
    assert_eq!(*shop.delivered.lock().unwrap(), ["SHOP1"]);
}

#[tokio::test(start_paused = true)]
async fn paid_without_a_payment_is_not_paid() {
    let shop = Shop::new();
    shop.open("SHOP1").await;
    shop.says("SHOP1", Answer::Paid(vec![]));
    assert_eq!(shop.round().await[0].found, Found::NotYet);
    assert!(is_about(shop.pause("SHOP1"), 10));
}

#[tokio::test(start_paused = true)]
async fn a_payment_whose_handler_fails_is_tried_again_at_the_short_pauses() {
    let shop = Shop::new();
    shop.open("SHOP1").await;
    shop.says("SHOP1", Answer::Paid(vec![paid("SHOP1")]));
    shop.handler_fails.store(true, Ordering::SeqCst);
    for seconds in [2, 4, 8, 8] {
        let found = shop.round().await.remove(0).found;
        let failed = Decision::HandlerFailed(HandlerFailure::Error);
        assert_eq!(found, Found::Paid(vec![(order("SHOP1"), failed)]));
        let pause = shop.pause("SHOP1").unwrap();
        assert!(
            is_about(Some(pause), seconds),
            "{pause:?} and not {seconds}"
        );
        tokio::time::advance(pause).await;
    }
    // Nothing closes it, and it is delivered when its handler is well again.
    tokio::time::advance(30 * DAY).await;
    shop.says("SHOP1", Answer::NotYet);
    assert_eq!(shop.round().await[0].found, Found::NotYet);
    assert!(
        is_about(shop.pause("SHOP1"), 8),
        "it is owed: {:?}",
        shop.pause("SHOP1")
    );
    tokio::time::advance(10 * SECOND).await;
    shop.says("SHOP1", Answer::Paid(vec![paid("SHOP1")]));
    shop.handler_fails.store(false, Ordering::SeqCst);
    assert!(shop.round().await[0].found.is_settled());
    assert_eq!(*shop.delivered.lock().unwrap(), ["SHOP1"]);
}

#[tokio::test(start_paused = true)]
async fn what_a_person_must_look_at_is_asked_about_at_the_longest_pause() {
    let shop = Shop::new();
    for id in ["MISMATCH", "REVIEW"] {
        shop.open(id).await;
    }
    let too_little = Payment::paid(order("MISMATCH"), lira(1));
    shop.says("MISMATCH", Answer::Paid(vec![too_little]));
    let why = ReviewReason::Disputed;
    shop.says("REVIEW", Answer::Review(paid("REVIEW"), why));
    let round = shop.round().await;
    assert!(!round[0].found.is_settled());
    assert_eq!(round[0].found.as_str(), "paid_and_not_settled");
    let refused = Decision::RefusedForReview(why);
    assert_eq!(round[1].found, Found::Review(why, refused));
    for id in ["MISMATCH", "REVIEW"] {
        assert_eq!(shop.pause(id), Some(60 * SECOND), "{id}");
    }
    let reviews = shop
        .ledger
        .reviews(&ReviewFilter::open(), 10)
        .await
        .unwrap();
    assert_eq!(reviews.len(), 2);
    assert!(shop.delivered.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_instalments_of_a_plan_are_delivered_and_the_plan_stays_due() {
    let shop = Shop::new();
    for id in ["PLAN", "PLAN1", "PLAN2"] {
        shop.open(id).await;
    }
    shop.says("PLAN", Answer::Paid(vec![paid("PLAN1"), paid("PLAN2")]));
    // Nobody else asks about the instalments.
    for id in ["PLAN1", "PLAN2"] {
        shop.ledger.memory.postpone(&order(id), DAY).await.unwrap();
    }
    let round = shop.round().await;
    assert_eq!(round.len(), 1);
    assert!(round[0].found.is_settled());
    assert!(is_about(shop.pause("PLAN"), 10), "{:?}", shop.pause("PLAN"));
    // With one of them refused it waits for a person.
    let too_little = Payment::paid(order("PLAN3"), lira(1));
    shop.says("PLAN", Answer::Paid(vec![paid("PLAN1"), too_little]));
    tokio::time::advance(12 * SECOND).await;
    let round = shop.round().await;
    assert!(!round[0].found.is_settled());
    assert_eq!(shop.pause("PLAN"), Some(60 * SECOND));
    assert_eq!(*shop.delivered.lock().unwrap(), ["PLAN1", "PLAN2"]);
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_recorded_and_its_order_asked_about_until_its_page_is_dead() {
    let shop = Shop::new();
    shop.open("SHOP1").await;
    shop.says("SHOP1", Answer::Failed(FailureReason::default()));
    assert_eq!(
        shop.round().await[0].found,
        Found::Failed(Decision::Settled)
    );
    assert!(is_about(shop.pause("SHOP1"), 10));
    tokio::time::advance(86_395 * SECOND).await;
    assert_eq!(
        shop.round().await[0].found,
        Found::Failed(Decision::Duplicate)
    );
    let last = shop.pause("SHOP1").unwrap();
    assert!(
        last <= 5 * SECOND,
        "the last question is not put off: {last:?}"
    );
    tokio::time::advance(last).await;
    assert_eq!(shop.round().await[0].found, Found::Closed);
    tokio::time::advance(DAY).await;
    assert!(shop.round().await.is_empty(), "it is asked about no more");
}

#[tokio::test(start_paused = true)]
async fn an_order_is_closed_at_its_horizon_and_only_if_the_provider_says_that_it_is_not_paid() {
    let shop = Shop::new();
    for id in ["HELD", "NOTYET", "PANIC", "SILENT"] {
        shop.open(id).await;
    }
    shop.says("HELD", Answer::StaysOpen);
    shop.says("SILENT", Answer::Unavailable);
    tokio::time::advance(604_799 * SECOND).await;
    let found = |round: Vec<inquiry::Reconciled>| -> Vec<_> {
        round.into_iter().map(|one| one.found).collect()
    };
    let (held, silent) = (Found::StaysOpen, Found::Unavailable);
    assert_eq!(
        found(shop.round().await),
        [held.clone(), Found::NotYet, silent.clone(), silent.clone()]
    );
    tokio::time::advance(60 * SECOND).await;
    assert_eq!(
        found(shop.round().await),
        [held, Found::Closed, silent.clone(), silent]
    );
}

#[tokio::test(start_paused = true)]
async fn an_order_that_could_not_be_closed_is_put_off_and_closed_later() {
    let shop = Shop::new();
    shop.open("SHOP1").await;
    tokio::time::advance(8 * DAY).await;
    shop.ledger.spoil("close");
    assert_eq!(shop.round().await[0].found, Found::NotYet);
    let pause = shop.pause("SHOP1").unwrap();
    assert!(is_about(Some(pause), 10), "{pause:?}");
    tokio::time::advance(pause).await;
    assert_eq!(shop.round().await[0].found, Found::Closed);
}

#[tokio::test(start_paused = true)]
async fn an_order_that_was_paid_while_it_was_asked_about_is_not_closed() {
    let shop = Shop::new();
    shop.open("SHOP1").await;
    tokio::time::advance(8 * DAY).await;
    *shop.answers_after.lock().unwrap() = 2 * SECOND;
    let (round, ()) = tokio::join!(shop.round(), async {
        tokio::time::sleep(SECOND).await;
        let gate = shop.gate();
        let paid = gate.receive(paid("SHOP1"), async |_| Ok::<_, BoxError>(()));
        assert_eq!(paid.await, Decision::Settled);
    });
    assert_eq!(round[0].found, Found::NotYet);
    assert_eq!(shop.pause("SHOP1"), None);
    let record = shop.ledger.get(&order("SHOP1")).await.unwrap().unwrap();
    assert_eq!(record.state.as_str(), "paid");
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_hangs_or_panics_gave_no_answer_and_the_log_says_which() {
    let shop = Shop::new();
    let log = CapturedLog::start();
    for id in ["PANIC", "SLOW"] {
        shop.open(id).await;
    }
    shop.says("SLOW", Answer::Paid(vec![paid("SLOW")]));
    *shop.answers_after.lock().unwrap() = 30 * SECOND;
    let reconciler = shop.builder().ask_timeout(31 * SECOND).build();
    assert_eq!(reconciler.round().await.unwrap().len(), 2);
    assert_eq!(*shop.delivered.lock().unwrap(), ["SLOW"]);
    assert!(
        log.text().contains("the inquiry panicked"),
        "{}",
        log.text()
    );
    shop.open("SLOW2").await;
    let reconciler = shop.builder().ask_timeout(29 * SECOND).build();
    let round = reconciler.round().await.unwrap();
    assert!(round.iter().all(|one| one.found == Found::Unavailable));
    assert!(log.text().contains("no answer in time"), "{}", log.text());
}

#[tokio::test(start_paused = true)]
async fn the_log_has_what_happened_loud_and_what_did_not_quiet() {
    let shop = Shop::new();
    for id in ["OPEN", "PAID"] {
        shop.open(id).await;
    }
    shop.says("PAID", Answer::Paid(vec![paid("PAID")]));
    let log = CapturedLog::start();
    let _ = shop.round().await;
    let text = log.text();
    let line = |id: &str| {
        let asked = |line: &&str| line.contains("asked about an order") && line.contains(id);
        text.lines().find(asked).map(str::to_owned)
    };
    let (open, paid) = (line("OPEN").unwrap(), line("PAID").unwrap());
    assert!(open.contains("DEBUG") && open.contains("not_yet"), "{open}");
    assert!(paid.contains("INFO") && paid.contains("settled"), "{paid}");
}
