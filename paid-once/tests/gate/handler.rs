//! Handlers that do not succeed.

use std::time::Duration;

use paid_once::*;

use crate::shop::{Shop, order, paid};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn an_error_releases_and_the_next_delivery_is_attempt_two() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    let decision = gate
        .receive(paid(), |_| async { Err::<(), BoxError>("no".into()) })
        .await;
    assert_eq!(decision, Decision::HandlerFailed(HandlerFailure::Error));
    assert!(!decision.is_acknowledged());
    assert_eq!(shop.calls(), ["expected_amount", "claim", "release"]);
    assert_eq!(shop.attempt_of_next(&gate).await, 2);
}

/// The order would be due after five minutes. Later failures put off and bring forward nothing: by then the
/// reconciler says when.
#[tokio::test(start_paused = true)]
async fn the_first_error_makes_the_order_due_within_a_minute() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    let fails = async || {
        let broken = |_| async { Err::<(), BoxError>("no".into()) };
        let decision = gate.receive(paid(), broken).await;
        assert_eq!(decision, Decision::HandlerFailed(HandlerFailure::Error));
    };
    let is_due = async || !shop.ledger.due("100001", 1).await.unwrap().is_empty();
    fails().await;
    tokio::time::advance(59 * SECOND).await;
    assert!(!is_due().await);
    tokio::time::advance(SECOND).await;
    assert!(is_due().await);
    let hour = Duration::from_hours(1);
    shop.ledger.postpone(&order(), hour).await.unwrap();
    fails().await;
    tokio::time::advance(61 * SECOND).await;
    assert!(!is_due().await);
}

#[tokio::test(start_paused = true)]
async fn a_panic_releases_and_the_next_delivery_is_attempt_two() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    let decision = gate
        .receive(paid(), |_| async {
            tokio::task::yield_now().await;
            assert_eq!(1 + 1, 3, "the handler of this test panics");
            Ok::<_, BoxError>(())
        })
        .await;
    assert_eq!(decision, Decision::HandlerFailed(HandlerFailure::Panicked));
    assert_eq!(shop.calls(), ["expected_amount", "claim", "release"]);
    assert_eq!(shop.attempt_of_next(&gate).await, 2);
}

#[tokio::test(start_paused = true)]
async fn a_panic_before_the_first_await_is_caught_too() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    let decision = gate
        .receive(paid(), |delivery: Delivery| {
            assert_eq!(
                delivery.lease.attempt(),
                0,
                "the closure of this test panics"
            );
            async { Ok::<_, BoxError>(()) }
        })
        .await;
    assert_eq!(decision, Decision::HandlerFailed(HandlerFailure::Panicked));
    assert_eq!(shop.calls(), ["expected_amount", "claim", "release"]);
    assert_eq!(shop.attempt_of_next(&gate).await, 2);
}

#[tokio::test(start_paused = true)]
async fn a_handler_out_of_time_is_dropped_and_released() {
    let shop = Shop::open().await;
    let gate = shop.builder().handler_timeout(5 * SECOND).build().unwrap();
    let started = tokio::time::Instant::now();
    let decision = gate
        .receive(paid(), |_| async {
            std::future::pending::<()>().await;
            Ok::<_, BoxError>(())
        })
        .await;
    assert_eq!(decision, Decision::HandlerFailed(HandlerFailure::TimedOut));
    assert!(started.elapsed() < 6 * SECOND);
    assert_eq!(shop.calls(), ["expected_amount", "claim", "release"]);
    assert_eq!(shop.attempt_of_next(&gate).await, 2);
}

#[tokio::test(start_paused = true)]
async fn a_second_delivery_waits_while_the_handler_runs() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    let slow = gate.receive(paid(), |_| async {
        tokio::time::sleep(20 * SECOND).await;
        Ok::<_, BoxError>(())
    });
    let second = async {
        tokio::time::sleep(10 * SECOND).await;
        shop.receive(&gate, paid()).await
    };
    let (first, second) = tokio::join!(slow, second);
    assert_eq!(first, Decision::Settled);
    let retry_after = 50 * SECOND;
    assert_eq!(second, Decision::InProgress { retry_after });
    assert!(!second.is_acknowledged());
    assert_eq!(shop.ran(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_outlives_its_lease_has_lost_it() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    let Admission::Claimed(slow) = gate.admit(paid()).await else {
        panic!("the first delivery is claimed");
    };
    tokio::time::advance(61 * SECOND).await;
    assert_eq!(shop.attempt_of_next(&gate).await, 2);
    let decision = slow.settle().await;
    assert_eq!(decision, Decision::HandlerFailed(HandlerFailure::LeaseLost));
    assert!(!decision.is_acknowledged());
    assert_eq!(shop.claim().await, Claim::Duplicate);
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_blocks_past_its_lease_has_lost_it() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    let rival = shop.clone();
    let decision = gate
        .receive(paid(), move |_| async move {
            // Time passes without the gate's timer being looked at, as in a blocking call.
            tokio::time::advance(61 * SECOND).await;
            assert!(matches!(rival.claim().await, Claim::Granted(_)));
            Ok::<_, BoxError>(())
        })
        .await;
    assert_eq!(decision, Decision::HandlerFailed(HandlerFailure::LeaseLost));
    assert!(matches!(shop.claim().await, Claim::InProgress { .. }));
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_ran_out_and_was_not_taken_still_settles() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    let Admission::Claimed(slow) = gate.admit(paid()).await else {
        panic!("the first delivery is claimed");
    };
    tokio::time::advance(61 * SECOND).await;
    assert_eq!(slow.settle().await, Decision::Settled);
    assert_eq!(shop.claim().await, Claim::Duplicate);
}

#[tokio::test(start_paused = true)]
async fn the_handler_gets_the_payment_and_its_lease() {
    let shop = Shop::open().await;
    let decision = shop
        .gate()
        .receive(paid(), |delivery| async move {
            assert_eq!(delivery.payment, paid());
            assert_eq!(delivery.lease.order(), &paid().order);
            assert_eq!(delivery.lease.attempt(), 1);
            Ok::<_, BoxError>(())
        })
        .await;
    assert_eq!(decision, Decision::Settled);
}

#[tokio::test(start_paused = true)]
async fn a_handler_of_a_message_that_settles_nothing_is_judged_too() {
    let tasks = HandlerTasks::new(Duration::from_secs(30));
    let fine = tasks.run(async { Ok::<_, BoxError>(()) });
    assert_eq!(fine.await, Ok(()));
    let fails = tasks.run(async { Err::<(), BoxError>("the printer is out of paper".into()) });
    assert_eq!(fails.await, Err(HandlerFailure::Error));
    let panics = tasks.run(async { panic!("as the test wants it") as Result<(), BoxError> });
    assert_eq!(panics.await, Err(HandlerFailure::Panicked));
    let hangs = tasks.run(std::future::pending::<Result<(), BoxError>>());
    assert_eq!(hangs.await, Err(HandlerFailure::TimedOut));
}

#[tokio::test]
async fn a_gate_says_how_it_is_set() {
    let shop = Shop::open().await;
    let builder = shop.builder().handler_timeout(Duration::from_secs(7));
    let text = format!("{builder:?}");
    assert!(text.contains("7s"), "{text}");
    let gate = builder.build().unwrap();
    assert_eq!(format!("{gate:?}"), text);
    let tasks = HandlerTasks::new(Duration::from_secs(9));
    let text = format!("{tasks:?}");
    assert!(text.contains("running: 0") && text.contains("9s"), "{text}");
    let limit = format!("{:?}", SurchargeLimit::percent(25));
    assert_eq!(limit, "SurchargeLimit(2500 basis points)");
}
