//! Callers that hang up, claims that are dropped, and the end of the process.

use std::time::Duration;

use paid_once::testing::eventually;
use paid_once::*;
use tokio::time::timeout;

use crate::shop::{Shop, paid};

const SECOND: Duration = Duration::from_secs(1);

/// A payment whose handler takes 20 s.
async fn receive_slowly(gate: &Gate, payment: Payment) -> Decision {
    gate.receive(payment, |_| async {
        tokio::time::sleep(20 * SECOND).await;
        Ok::<_, BoxError>(())
    })
    .await
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_hangs_up_does_not_stop_the_handler() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    let hung_up = timeout(SECOND, receive_slowly(&gate, paid())).await;
    assert!(hung_up.is_err());
    assert_eq!(shop.calls(), ["expected_amount", "claim"]);
    gate.drain(60 * SECOND).await.unwrap();
    assert_eq!(shop.calls(), ["expected_amount", "claim", "settle"]);
    assert_eq!(shop.claim().await, Claim::Duplicate);
}

#[tokio::test(start_paused = true)]
async fn drain_waits_for_running_handlers() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    let started = tokio::time::Instant::now();
    let _hung_up = timeout(SECOND, receive_slowly(&gate, paid())).await;
    gate.clone().drain(60 * SECOND).await.unwrap();
    assert!(started.elapsed() >= 20 * SECOND);
    assert!(started.elapsed() < 30 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn drain_gives_up_at_its_deadline_and_says_how_many_still_run() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    let other = OrderKey::new("100001", "ORDER2").unwrap();
    let price = Expected::AtLeast(Money::new(1, Currency::TRY));
    shop.ledger.set_expected(&other, price).await.unwrap();
    let second = Payment::paid(other, Money::new(1, Currency::TRY));
    let both = async { tokio::join!(receive_slowly(&gate, paid()), receive_slowly(&gate, second)) };
    assert!(timeout(SECOND, both).await.is_err());

    let error = gate.drain(5 * SECOND).await.unwrap_err();
    assert_eq!(error, DrainTimeout { still_running: 2 });
    assert!(error.to_string().starts_with("2 payment handlers"));
    gate.drain(60 * SECOND).await.unwrap();
    assert_eq!(shop.claim().await, Claim::Duplicate);
}

#[tokio::test(start_paused = true)]
async fn drain_without_handlers_ends_at_once() {
    let shop = Shop::open().await;
    let started = tokio::time::Instant::now();
    shop.gate().drain(60 * SECOND).await.unwrap();
    assert_eq!(started.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_claimed_payment_that_is_dropped_is_given_back() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    let Admission::Claimed(claimed) = gate.admit(paid()).await else {
        panic!("the payment is claimed");
    };
    drop(claimed);
    eventually("the claim is given back", || async {
        shop.calls().contains(&"release").then_some(())
    })
    .await;
    let record = shop.ledger.get(&paid().order).await.unwrap().unwrap();
    let OrderState::Undelivered(undelivered) = record.state else {
        panic!("a success that was claimed is owed, not {:?}", record.state);
    };
    assert_eq!(undelivered.last_failure, Some(HandlerFailure::Interrupted));
    assert_eq!(shop.attempt_of_next(&gate).await, 2);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_dropped_gives_its_claim_back() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    let Admission::Claimed(claimed) = gate.admit(paid()).await else {
        panic!("the payment is claimed");
    };
    let run = claimed.run(std::future::pending::<Result<(), BoxError>>());
    assert!(timeout(SECOND, run).await.is_err());
    // drain waits for the release as well.
    gate.drain(10 * SECOND).await.unwrap();
    assert_eq!(shop.calls(), ["expected_amount", "claim", "release"]);
    assert_eq!(shop.attempt_of_next(&gate).await, 2);
}

#[tokio::test(start_paused = true)]
async fn a_claimed_payment_that_is_released_is_free_and_released_once() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    let Admission::Claimed(claimed) = gate.admit(paid()).await else {
        panic!("the payment is claimed");
    };
    claimed.release(HandlerFailure::Error).await;
    gate.drain(10 * SECOND).await.unwrap();
    assert_eq!(shop.calls(), ["expected_amount", "claim", "release"]);
    assert!(matches!(shop.claim().await, Claim::Granted(_)));
}

#[tokio::test(start_paused = true)]
async fn a_tracked_future_of_the_caller_is_waited_for() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    let tracked = gate.track(tokio::time::sleep(20 * SECOND));
    let task = tokio::spawn(tracked);
    assert_eq!(gate.drain(5 * SECOND).await.unwrap_err().still_running, 1);
    gate.drain(60 * SECOND).await.unwrap();
    task.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_settle_that_is_dropped_goes_on_and_is_waited_for() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    let Admission::Claimed(claimed) = gate.admit(paid()).await else {
        panic!("the payment is claimed");
    };
    shop.spoil("settle", [crate::shop::Fault::Hangs]);
    assert!(timeout(SECOND, claimed.settle()).await.is_err());
    gate.drain(10 * SECOND).await.unwrap();
    let steps = ["expected_amount", "claim", "settle", "settle"];
    assert_eq!(shop.calls(), steps);
    assert_eq!(shop.claim().await, Claim::Duplicate);
}
