//! Every fault does what it says, and a seed is always the same plan.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed step fails the test"
)]

mod support;

use std::num::NonZeroU32;
use std::time::Duration;

use paytr_core::{Keyring, PaymentCallback};
use paytr_sandbox::{
    Fault, FaultKind, FaultPlan, OrderSnapshot, OrderState, PlannedFault, Problem, Sandbox,
    TestCard,
};
use support::{FAST, LIMIT, NEVER, Shop, card, client, open_card};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

async fn sandbox_with(shop: &Shop, faults: &[Fault]) -> Sandbox {
    let plan = faults.iter().fold(FaultPlan::none(), |plan, fault| {
        plan.with(PlannedFault::new(*fault).order("A1"))
    });
    let builder = Sandbox::builder().notify_url(&shop.url).resend_every(FAST);
    let sandbox = builder.faults(plan).start().await.unwrap();
    open_card(&sandbox, "A1").await;
    open_card(&sandbox, "A2").await;
    sandbox
}

fn faults(order: &OrderSnapshot) -> Vec<Option<FaultKind>> {
    order.attempts.iter().map(|attempt| attempt.fault).collect()
}

async fn paid(sandbox: &Sandbox) -> OrderSnapshot {
    sandbox.pay("A1", TestCard::Visa).unwrap();
    sandbox.wait_until_acknowledged("A1", LIMIT).await.unwrap()
}

#[tokio::test]
async fn a_duplicate_comes_as_often_as_planned() {
    let shop = Shop::answering(vec![]).await;
    let sandbox = sandbox_with(&shop, &[Fault::Duplicate { copies: 3 }]).await;
    let order = paid(&sandbox).await;
    let mut kinds = faults(&order);
    kinds.sort_by_key(|kind| kind.map(FaultKind::name));
    let copy = Some(FaultKind::Duplicate);
    assert_eq!(kinds, [None, copy, copy, copy]);
    assert_eq!(shop.statuses(), ["success"; 4]);
}

#[tokio::test]
async fn a_dropped_notification_is_sent_again() {
    let shop = Shop::answering(vec![]).await;
    let sandbox = sandbox_with(&shop, &[Fault::Drop]).await;
    let order = paid(&sandbox).await;
    assert_eq!(faults(&order), [Some(FaultKind::Drop), None]);
    assert_eq!(shop.statuses(), ["success"]);
}

#[tokio::test]
async fn a_lost_reply_makes_the_shop_hear_it_twice() {
    let shop = Shop::answering(vec![]).await;
    let sandbox = sandbox_with(&shop, &[Fault::LoseReply]).await;
    let order = paid(&sandbox).await;
    assert_eq!(faults(&order), [Some(FaultKind::LoseReply), None]);
    assert_eq!(order.attempts[0].problem, Some(Problem::TimedOut));
    assert_eq!(shop.statuses(), ["success"; 2]);
}

#[tokio::test]
async fn a_delayed_notification_waits_for_its_time() {
    let shop = Shop::answering(vec![]).await;
    let sandbox = sandbox_with(&shop, &[Fault::Delay { by: MINUTE }]).await;
    sandbox.freeze_clock();
    sandbox.pay("A1", TestCard::Visa).unwrap();
    sandbox.pay("A2", TestCard::Visa).unwrap();
    sandbox.wait_until_acknowledged("A2", LIMIT).await.unwrap();
    assert!(sandbox.order("A1").unwrap().attempts.is_empty());
    sandbox.advance_clock(MINUTE);
    sandbox.wait_until_acknowledged("A1", LIMIT).await.unwrap();
    let ids: Vec<_> = shop.field("merchant_oid").into_iter().flatten().collect();
    assert_eq!(ids, ["A2", "A1"]);
}

#[tokio::test]
async fn a_reordered_notification_goes_out_right_after_the_one_that_overtakes_it() {
    let shop = Shop::answering(vec![]).await;
    let sandbox = sandbox_with(&shop, &[Fault::Reorder { at_most: NEVER }]).await;
    sandbox.pay("A1", TestCard::LimitExceeded).unwrap();
    sandbox.pay("A1", TestCard::Visa).unwrap();
    sandbox.pay("A2", TestCard::Visa).unwrap();
    sandbox.wait_until_acknowledged("A1", LIMIT).await.unwrap();
    assert_eq!(shop.statuses().len(), 3);
    assert_eq!(shop.field("merchant_oid")[0].as_deref(), Some("A2"));
}

#[tokio::test]
async fn a_wrong_total_and_another_currency_are_rightly_signed_and_decide_nothing() {
    let shop = Shop::answering(vec![]).await;
    let wrong = [
        Fault::WrongTotal { by: -100 },
        Fault::OtherCurrency { currency: "EUR" },
    ];
    let sandbox = sandbox_with(&shop, &wrong).await;
    let order = paid(&sandbox).await;
    let kinds = [
        Some(FaultKind::WrongTotal),
        Some(FaultKind::OtherCurrency),
        None,
    ];
    assert_eq!(faults(&order), kinds);
    let keyring = Keyring::new(sandbox.credentials());
    let bodies = shop.received().into_iter().map(|fields| {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields).finish()
    });
    let verified: Vec<_> = bodies
        .map(|body| {
            PaymentCallback::verify(&keyring, body.as_bytes())
                .unwrap()
                .total_amount()
        })
        .collect();
    assert_eq!(verified, [3_356, 3_456, 3_456]);
    let currencies: Vec<_> = shop.field("currency").into_iter().flatten().collect();
    assert_eq!(currencies, ["TL", "EUR", "TL"]);
    assert_eq!(
        order.state,
        OrderState::Paid {
            total: 3_456,
            installments: 1
        }
    );
}

#[tokio::test]
async fn a_forged_success_has_a_wrong_hash_also_when_the_payment_failed() {
    let shop = Shop::answering(vec![]).await;
    let sandbox = sandbox_with(&shop, &[Fault::Forged]).await;
    sandbox.leave("A1").unwrap();
    let order = sandbox.wait_until_acknowledged("A1", LIMIT).await.unwrap();
    assert_eq!(faults(&order), [Some(FaultKind::Forged), None]);
    assert_eq!(shop.statuses(), ["success", "failed"]);
    let keyring = Keyring::new(sandbox.credentials());
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    let body = form.extend_pairs(&shop.received()[0]).finish();
    assert!(PaymentCallback::verify(&keyring, body.as_bytes()).is_err());
    assert_eq!(shop.field("total_amount")[0].as_deref(), Some("3456"));
}

#[tokio::test]
async fn a_success_comes_late_after_the_order_was_cancelled() {
    let shop = Shop::answering(vec![]).await;
    let sandbox = sandbox_with(&shop, &[Fault::LateAfterCancel { by: SECOND / 10 }]).await;
    let order = paid(&sandbox).await;
    assert_eq!(faults(&order), [Some(FaultKind::LateAfterCancel), None]);
    assert_eq!(shop.statuses(), ["failed", "success"]);
    assert_eq!(shop.field("failed_reason_code")[0].as_deref(), Some("6"));
}

#[tokio::test]
async fn an_endpoint_answers_slowly_in_the_planned_request_only() {
    let slow = PlannedFault::new(Fault::SlowAnswer { by: MINUTE });
    let plan = FaultPlan::none().with(slow.request(NonZeroU32::new(2).unwrap()));
    let sandbox = Sandbox::builder().faults(plan).start().await.unwrap();
    sandbox.freeze_clock();
    open_card(&sandbox, "A1").await;
    let request = card("A2");
    let paytr = client(&sandbox);
    let mut asked = std::pin::pin!(paytr.iframe_token(&request));
    let known = sandbox.wait_until("A2", LIMIT, |_| true);
    // The order is there; its answer is not.
    let early = async {
        known.await.unwrap();
        tokio::time::sleep(FAST).await;
    };
    tokio::select! {
        answered = &mut asked => panic!("{answered:?}"),
        () = early => sandbox.advance_clock(MINUTE),
    }
    asked.await.unwrap();
    open_card(&sandbox, "A3").await;
}

#[tokio::test]
async fn a_plan_names_orders_by_number_and_attempts() {
    let shop = Shop::answering(vec![support::reply("500 No", b"")]).await;
    let two = NonZeroU32::new(2).unwrap();
    let planned = PlannedFault::new(Fault::Drop)
        .order_number(two)
        .attempt(two);
    let plan = FaultPlan::none().with(planned);
    let builder = Sandbox::builder().notify_url(&shop.url).resend_every(FAST);
    let sandbox = builder.faults(plan).start().await.unwrap();
    open_card(&sandbox, "A1").await;
    open_card(&sandbox, "A2").await;
    sandbox.pay("A2", TestCard::Visa).unwrap();
    let order = sandbox.wait_until_acknowledged("A2", LIMIT).await.unwrap();
    assert_eq!(faults(&order), [None, Some(FaultKind::Drop), None]);
    sandbox.pay("A1", TestCard::Visa).unwrap();
    let order = sandbox.wait_until_acknowledged("A1", LIMIT).await.unwrap();
    assert_eq!(faults(&order), [None]);
}

#[tokio::test]
async fn a_round_begins_again_after_its_last_order() {
    let shop = Shop::answering(vec![]).await;
    let plan = r#"{"round": 2, "faults": [{"fault": "drop", "order": 1}]}"#;
    let builder = Sandbox::builder().notify_url(&shop.url).resend_every(FAST);
    let builder = builder.faults(FaultPlan::from_json(plan).unwrap());
    let sandbox = builder.start().await.unwrap();
    for (id, is_dropped) in [("A1", true), ("A2", false), ("A3", true), ("A4", false)] {
        open_card(&sandbox, id).await;
        sandbox.pay(id, TestCard::Visa).unwrap();
        let order = sandbox.wait_until_acknowledged(id, LIMIT).await.unwrap();
        assert_eq!(
            faults(&order).contains(&Some(FaultKind::Drop)),
            is_dropped,
            "{id}"
        );
    }
}

#[test]
fn the_same_seed_gives_the_same_plan_and_another_one_another() {
    for seed in 0..200 {
        let plan = FaultPlan::chaos(seed);
        assert_eq!(plan, FaultPlan::chaos(seed));
        assert_eq!(plan, FaultPlan::from_json(&plan.to_json()).unwrap());
        assert_eq!(plan.seed(), Some(seed));
        assert_ne!(plan.to_json(), FaultPlan::chaos(seed + 1).to_json());
    }
    let drawn = |kind| {
        (0..20).any(|seed| {
            let plan = FaultPlan::chaos(seed);
            plan.faults()
                .iter()
                .any(|planned| planned.fault().kind() == kind)
        })
    };
    for kind in FaultKind::ALL {
        assert!(drawn(kind), "{kind}");
    }
}

/// A seed that somebody wrote down has to mean the same after an update.
#[test]
fn seed_42_is_the_plan_it_always_was() {
    assert_eq!(
        FaultPlan::chaos(42).to_json(),
        include_str!("chaos_42.json")
    );
}

#[tokio::test]
async fn a_reset_forgets_orders_faults_and_clock() {
    let shop = Shop::answering(vec![]).await;
    let sandbox = sandbox_with(&shop, &[Fault::Drop]).await;
    sandbox.freeze_clock();
    sandbox.reset();
    assert!(sandbox.orders().is_empty());
    assert!(sandbox.faults().faults().is_empty());
    open_card(&sandbox, "A1").await;
    let order = paid(&sandbox).await;
    assert_eq!(faults(&order), [None]);
}
