//! A store that fails, loses its answers, or hangs.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use captured_log::CapturedLog;
use paid_once::*;
use tokio::sync::Notify;

use crate::shop::{Fault, Shop, failed, lira, paid};

#[tokio::test(start_paused = true)]
async fn a_claim_whose_answer_is_lost_is_retried_by_the_same_claimant() {
    for fault in [Fault::Fails, Fault::LosesTheAnswer, Fault::Hangs] {
        let shop = Shop::open().await;
        let gate = shop.gate();
        shop.spoil("claim", [fault]);
        assert_eq!(shop.attempt_of_next(&gate).await, 1, "{fault:?}");
        let claimants = shop.claimants();
        assert_eq!(claimants.len(), 2, "{fault:?}");
        let different: HashSet<_> = claimants.into_iter().collect();
        assert_eq!(different.len(), 1, "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn two_deliveries_never_share_a_claimant() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    for payment in [failed(), paid(), paid()] {
        let decision = shop.receive(&gate, payment).await;
        assert!(decision.is_acknowledged());
    }
    let different: HashSet<_> = shop.claimants().into_iter().collect();
    assert_eq!(different.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_claim_that_stays_unanswered_fails_closed() {
    for fault in [Fault::Fails, Fault::LosesTheAnswer, Fault::Hangs] {
        let shop = Shop::open().await;
        shop.spoil("claim", [fault, fault]);
        let decision = shop.receive(&shop.gate(), paid()).await;
        assert_eq!(
            decision,
            Decision::Unavailable(Unavailable::Store),
            "{fault:?}"
        );
        assert!(!decision.is_acknowledged());
        assert_eq!(shop.ran(), 0, "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_hangs_is_given_up_after_its_time() {
    let shop = Shop::open().await;
    let builder = shop.builder().store_timeout(Duration::from_secs(2));
    let gate = builder.build().unwrap();
    shop.spoil("claim", [Fault::Hangs, Fault::Hangs]);
    let started = tokio::time::Instant::now();
    let decision = shop.receive(&gate, paid()).await;
    assert_eq!(decision, Decision::Unavailable(Unavailable::Store));
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn a_settle_that_fails_is_retried() {
    for fault in [Fault::Fails, Fault::LosesTheAnswer, Fault::Hangs] {
        let shop = Shop::open().await;
        shop.spoil("settle", [fault]);
        let decision = shop.receive(&shop.gate(), paid()).await;
        assert_eq!(decision, Decision::Settled, "{fault:?}");
        let settles = ["expected_amount", "claim", "handler", "settle", "settle"];
        assert_eq!(shop.calls(), settles, "{fault:?}");
        assert_eq!(shop.claim().await, Claim::Duplicate, "{fault:?}");
    }
}

/// The store fails for as long as `away`, from when the handler has succeeded.
async fn settled_while_the_store_is_away(shop: &Arc<Shop>, away: Duration) -> Decision {
    shop.spoil("settle", std::iter::repeat_n(Fault::Fails, 10_000));
    let (gate, back) = (shop.gate(), shop.clone());
    tokio::spawn(async move {
        tokio::time::sleep(away).await;
        back.mend("settle");
    });
    shop.receive(&gate, paid()).await
}

#[tokio::test(start_paused = true)]
async fn a_payment_that_cannot_be_settled_in_time_is_not_acknowledged_and_goes_on_being_settled() {
    let shop = Shop::open().await;
    let started = tokio::time::Instant::now();
    let away = Duration::from_secs(300);
    let decision = settled_while_the_store_is_away(&shop, away).await;
    assert_eq!(decision, Decision::Unavailable(Unavailable::Store));
    assert!(!decision.is_acknowledged());
    assert!(started.elapsed() <= Duration::from_secs(20), "it is told");
    assert!(!shop.calls().contains(&"release"), "{:?}", shop.calls());
    // Long after its lease ran out nobody took it over, so it settles.
    tokio::time::sleep(Duration::from_secs(302)).await;
    assert_eq!(shop.claim().await, Claim::Duplicate);
    assert_eq!(shop.ran(), 1);
}

#[tokio::test(start_paused = true)]
async fn while_its_settlement_is_being_tried_an_order_is_handed_to_nobody_in_this_process() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    shop.spoil("settle", std::iter::repeat_n(Fault::Fails, 10_000));
    let decision = shop.receive(&gate, paid()).await;
    assert_eq!(decision, Decision::Unavailable(Unavailable::Store));
    // The store answers everything but the settlement, and the lease has run out.
    tokio::time::sleep(Duration::from_secs(120)).await;
    for payment in [paid(), failed()] {
        let decision = shop.receive(&gate, payment).await;
        assert!(matches!(decision, Decision::InProgress { .. }));
    }
    // Not by hand either: it is listed as undelivered meanwhile.
    let by_hand = |_| async { Err::<(), BoxError>("handed over a second time".into()) };
    let decision = gate.deliver_by_hand(paid(), by_hand).await;
    assert!(
        matches!(decision, Decision::InProgress { .. }),
        "{decision:?}"
    );
    shop.mend("settle");
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(shop.receive(&gate, paid()).await, Decision::Duplicate);
    assert_eq!(shop.ran(), 1);
}

/// The first question is answered a long time later, every other one at once.
#[derive(Default)]
struct SlowAtFirst {
    asked: AtomicBool,
    answer: Notify,
}

#[async_trait]
impl ReadBack for SlowAtFirst {
    async fn read_back(&self, _: &Payment) -> ReadBackAnswer {
        if !self.asked.swap(true, Ordering::Relaxed) {
            self.answer.notified().await;
        }
        ReadBackAnswer::Confirmed
    }
}

#[tokio::test(start_paused = true)]
async fn a_delivery_that_was_checked_before_another_was_handled_is_not_handed_over_while_that_one_is_settled()
 {
    let (shop, slow) = (Shop::open().await, Arc::new(SlowAtFirst::default()));
    let builder = shop
        .builder()
        .read_back_timeout(Duration::from_secs(300))
        .read_back(slow.clone(), WhenReadBackUnavailable::AskAgain);
    let gate = builder.build().unwrap();
    let (late_shop, late_gate) = (shop.clone(), gate.clone());
    let late = tokio::spawn(async move { late_shop.receive(&late_gate, paid()).await });
    while !slow.asked.load(Ordering::Relaxed) {
        tokio::task::yield_now().await;
    }
    shop.spoil("settle", std::iter::repeat_n(Fault::Fails, 10_000));
    let decision = shop.receive(&gate, paid()).await;
    assert_eq!(decision, Decision::Unavailable(Unavailable::Store));
    // Its lease has run out.
    tokio::time::sleep(Duration::from_secs(61)).await;
    slow.answer.notify_one();
    let decision = late.await.unwrap();
    assert!(
        matches!(decision, Decision::InProgress { .. }),
        "{decision:?}"
    );
    assert_eq!(shop.ran(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_settlement_that_comes_too_late_gives_way_to_who_took_the_lease_over() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    shop.spoil("settle", std::iter::repeat_n(Fault::Fails, 10_000));
    let decision = shop.receive(&gate, paid()).await;
    assert_eq!(decision, Decision::Unavailable(Unavailable::Store));
    tokio::time::sleep(Duration::from_secs(61)).await;
    // Another node, which knows nothing of this one.
    let Claim::Granted(lease) = shop.claim().await else {
        panic!("the lease has run out");
    };
    assert_eq!(lease.attempt(), 2);
    shop.mend("settle");
    gate.drain(Duration::from_secs(5)).await.unwrap();
    assert_eq!(shop.ledger.settle(&lease).await.unwrap(), Settled::Now);
}

#[tokio::test(start_paused = true)]
async fn a_release_that_fails_leaves_the_lease_to_run_out() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    shop.spoil("release", [Fault::Fails]);
    let decision = gate
        .receive(paid(), |_| async { Err::<(), BoxError>("no".into()) })
        .await;
    assert_eq!(decision, Decision::HandlerFailed(HandlerFailure::Error));
    let waiting = shop.receive(&gate, paid()).await;
    assert!(
        matches!(waiting, Decision::InProgress { .. }),
        "{waiting:?}"
    );
    tokio::time::advance(Duration::from_secs(60)).await;
    assert_eq!(shop.attempt_of_next(&gate).await, 2);
}

#[tokio::test(start_paused = true)]
async fn a_store_error_shows_nothing_of_its_cause() {
    let error = StoreError::new("password=secret");
    assert_eq!(error.to_string(), "the order store is unavailable");
}

#[tokio::test(start_paused = true)]
async fn while_one_order_s_settlement_is_being_tried_the_others_are_handled() {
    let shop = Shop::open().await;
    let gate = shop.gate();
    let other = OrderKey::new("100001", "ORDER2").unwrap();
    let price = Expected::AtLeast(lira(3_456));
    shop.ledger.set_expected(&other, price).await.unwrap();
    shop.spoil("settle", [Fault::Fails, Fault::Hangs]);
    let hung_up = shop.receive(&gate, paid());
    let hung_up = tokio::time::timeout(Duration::from_millis(200), hung_up).await;
    assert!(hung_up.is_err(), "its settlement hangs");
    let decision = shop.receive(&gate, Payment::paid(other, lira(3_456))).await;
    assert_eq!(decision, Decision::Settled);
}

#[tokio::test(start_paused = true)]
async fn what_the_store_says_is_in_the_log_with_the_step() {
    let log = CapturedLog::start();
    for step in ["claim", "settle"] {
        let shop = Shop::open().await;
        shop.spoil(step, [Fault::Fails]);
        let decision = shop.receive(&shop.gate(), paid()).await;
        assert!(
            decision.is_acknowledged(),
            "it is tried again: {decision:?}"
        );
        let named = format!("step={step:?}");
        assert!(log.text().contains(&named), "{}", log.text());
    }
}
