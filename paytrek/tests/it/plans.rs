//! Subscriptions: each payment of a plan settles once.

use paytrek::api::{NewPlan, PlanSale, Recurring, RecurringPeriod, UpdatePlan};
use paytrek::status::SubscriptionStatus;
use paytrek::testing::{FakePaytrek, Fault};
use paytrek::{
    Decision, Found, Mismatch, OpenError, OrderId, OrderKey, PaytrekError, Purchase, ReviewReason,
};

use crate::common::golden::{PLAN_ANSWER, with};
use crate::common::server::{Server, ok};
use crate::common::shop::{Shop, decision};
use crate::common::{card, lira, order, sale_of};

fn plan(id: &str) -> NewPlan {
    let recurring = Recurring::new("Kahve aboneliği", RecurringPeriod::Monthly, 4);
    NewPlan::new(sale_of(id), card(), recurring)
}

/// A shop with a plan of four payments.
async fn shop_with_plan() -> (FakePaytrek, Shop, PlanSale) {
    let fake = FakePaytrek::start().await.unwrap();
    let shop = Shop::of(&fake);
    let made = shop.settlement.open_plan(&plan("SUB")).await.unwrap();
    (fake, shop, made)
}

async fn settle(shop: &Shop, order: &OrderId) -> Found {
    let asked = shop.settlement.settle_plan(order).await;
    asked.unwrap().unwrap().found
}

/// What the gate decided about each payment that is paid.
fn decisions(found: &Found) -> Vec<Decision> {
    match found {
        Found::Paid(decisions) => decisions.iter().map(|(_, decision)| *decision).collect(),
        Found::StaysOpen => vec![],
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_new_plan_pays_for_nothing() {
    let (_fake, shop, made) = shop_with_plan().await;
    assert_eq!(made.plan.subscriptions.len(), 4);
    assert_eq!(settle(&shop, &order("SUB")).await, Found::StaysOpen);
    assert_eq!(shop.receipts(), []);
    let again = shop.settlement.open_plan(&plan("SUB")).await;
    assert!(matches!(again, Err(OpenError::OrderExists)));
}

#[tokio::test]
async fn each_instalment_settles_once() {
    let (fake, shop, made) = shop_with_plan().await;
    let payments = &made.plan.subscriptions;
    for (number, payment) in payments.iter().rev().enumerate() {
        fake.charge_subscription(&made.plan.plan_token, &payment.subscription_token);
        for _ in 0..3 {
            let found = settle(&shop, &order("SUB")).await;
            assert_eq!(decisions(&found).len(), number + 1);
            assert!(found.is_settled());
        }
        assert_eq!(shop.receipts().len(), number + 1);
    }
    let mut purchases: Vec<_> = shop.receipts();
    purchases.dedup();
    assert_eq!(purchases.len(), 4);
    for ((id, amount), payment) in purchases.iter().zip(payments.iter().rev()) {
        let key = paytrek::OrderKey::new("m", id).unwrap();
        let expected = Purchase::Instalment {
            order: order("SUB"),
            subscription: payment.subscription_token.clone(),
        };
        assert_eq!((Purchase::of(&key), *amount), (Some(expected), 2_400));
    }
}

#[tokio::test]
async fn a_hundred_looks_at_a_plan_at_once_are_one_receipt() {
    let (fake, shop, made) = shop_with_plan().await;
    let first = made.plan.subscriptions.last().unwrap();
    fake.charge_subscription(&made.plan.plan_token, &first.subscription_token);
    let id = order("SUB");
    let looks = (0..100).map(|_| settle(&shop, &id));
    let all = futures_util::future::join_all(looks).await;
    let now = all.iter().flat_map(decisions);
    let now = now.filter(|decision| *decision == Decision::Settled);
    assert_eq!((now.count(), shop.receipts().len()), (1, 1));
}

#[tokio::test]
async fn a_cancelled_instalment_is_never_paid_for() {
    let (fake, shop, made) = shop_with_plan().await;
    let first = made.plan.subscriptions.last().unwrap();
    let update = UpdatePlan::new(made.plan.plan_token.clone())
        .cancel(first.subscription_token.clone())
        .rename("Çay aboneliği");
    let changed = fake.client().unwrap().update_plan(update).await.unwrap();
    assert_eq!(changed.name.as_deref(), Some("Çay aboneliği"));
    let cancelled = changed.subscriptions.last().unwrap();
    assert_eq!(cancelled.status, SubscriptionStatus::Cancelled);
    assert_eq!(settle(&shop, &order("SUB")).await, Found::StaysOpen);
    assert_eq!(shop.receipts(), []);
}

/// The order of the golden example.
const GOLDEN: &str = "20180424141314";

/// A shop that opened the plan of the golden example, at a Paytrek that then answers `body`, twice.
async fn opened(body: &str) -> (PlanSale, Shop) {
    let server = Server::scripted(vec![ok(PLAN_ANSWER), ok(body), ok(body)]).await;
    let shop = Shop::new(server.client());
    let sale = paytrek::api::NewSale::new(order(GOLDEN), lira(10_000), crate::common::john());
    let recurring = Recurring::new("x", RecurringPeriod::Monthly, 4);
    let plan = NewPlan::new(sale, card(), recurring);
    (shop.settlement.open_plan(&plan).await.unwrap(), shop)
}

async fn told(body: &str) -> (Found, Shop) {
    let (_, shop) = opened(body).await;
    (settle(&shop, &order(GOLDEN)).await, shop)
}

#[tokio::test]
async fn an_instalment_settles_only_with_the_plan_that_was_opened() {
    let paid = PLAN_ANSWER.replacen("\"Active\"", "\"Ready to Send\"", 1);
    let (found, shop) = told(&paid).await;
    assert_eq!(decision(&found), Decision::Settled);
    assert_eq!(shop.receipts()[0].1, 10_000);

    let expected = lira(10_000);
    for (old, new, mismatch, why) in [
        (
            "\"amount\":\"100.00\"",
            "\"amount\":\"1.00\"",
            Mismatch::Amount { expected },
            ReviewReason::AmountMismatch,
        ),
        (
            "\"currency\":\"TRY\"",
            "\"currency\":\"USD\"",
            Mismatch::Currency { expected },
            ReviewReason::CurrencyMismatch,
        ),
    ] {
        let (found, shop) = told(&with(&paid, old, new)).await;
        assert_eq!(decision(&found), Decision::Mismatch(mismatch), "{new}");
        assert_eq!((shop.receipts(), shop.reviews().await), (vec![], vec![why]));
    }
    let plan = "d0351fe3-4c05-4611-8c38-c07ff33679e0";
    let other = "d0351fe3-4c05-4611-8c38-c07ff33679e1";
    for (old, new) in [("\"20180424141314\"", "\"20180424141315\""), (plan, other)] {
        let (found, shop) = told(&with(&paid, old, new)).await;
        assert_eq!(found, Found::Unavailable, "{new}");
        assert_eq!((shop.receipts(), shop.reviews().await), (vec![], vec![]));
    }
    let unknown = PLAN_ANSWER.replacen("\"Active\"", "\"Foo\"", 1);
    let (found, shop) = told(&unknown).await;
    assert_eq!(found, Found::StaysOpen);
    assert_eq!(shop.receipts(), []);
}

/// The plan brings the payment into the ledger, the payment the review.
#[tokio::test]
async fn a_plan_with_refunds_is_for_a_person() {
    let paid = PLAN_ANSWER.replacen("\"Active\"", "\"Paid\"", 1);
    let refunds = ["\"9.70\"", "null"].map(|refunded| {
        let refunded = format!("\"refunded_amount\":{refunded}");
        with(&paid, "\"refunded_amount\":\"0.00\"", &refunded)
    });
    for refunded in refunds {
        let (made, shop) = opened(&refunded).await;
        assert_eq!(settle(&shop, &order(GOLDEN)).await, Found::StaysOpen);
        let reconciler = shop.settlement.reconciler();
        let payment = made.plan.subscriptions[0].subscription_token.as_str();
        let key = OrderKey::new(reconciler.merchant(), format!("{GOLDEN}:{payment}")).unwrap();
        let asked = reconciler.ask_about(&key).await.unwrap().unwrap();
        let why = ReviewReason::RefundedBefore;
        let review = Found::Review(why, Decision::RefusedForReview(why));
        assert_eq!(asked.found, review);
        assert_eq!((shop.receipts(), shop.reviews().await), (vec![], vec![why]));
    }
}

#[tokio::test]
async fn a_lost_answer_to_a_plan_is_told_and_the_plan_is_not_made_again() {
    let fake = FakePaytrek::start().await.unwrap();
    let shop = Shop::of(&fake);
    fake.fail_next("subscription_plan", Fault::LoseAnswer);
    let error = shop.settlement.open_plan(&plan("SUB")).await.unwrap_err();
    assert!(matches!(
        error,
        OpenError::Paytrek(PaytrekError::Indeterminate(_))
    ));
    let again = shop.settlement.open_plan(&plan("SUB")).await;
    assert!(matches!(again, Err(OpenError::OrderExists)));
    assert_eq!(fake.count("POST", "subscription_plan"), 1);
    assert_eq!(settle(&shop, &order("SUB")).await, Found::StaysOpen);
}
