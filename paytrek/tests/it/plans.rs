//! Subscriptions: each payment of a plan settles once.

use paytrek::api::{NewPlan, PlanSale, Recurring, RecurringPeriod, UpdatePlan};
use paytrek::status::SubscriptionStatus;
use paytrek::testing::{FakePaytrek, Fault};
use paytrek::{
    Decision, Found, OpenError, PaytrekError, PlanVerdict, Purchase, Rejection, ReviewReason, Verdict,
};

use crate::common::golden::{PLAN_ANSWER, with};
use crate::common::server::{Server, ok};
use crate::common::shop::Shop;
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

fn settled(verdict: &PlanVerdict) -> usize {
    let now = |verdict: &&Verdict| matches!(verdict, Verdict::Decided(Decision::Settled));
    verdict
        .instalments
        .iter()
        .map(|(_, verdict)| verdict)
        .filter(now)
        .count()
}

#[tokio::test]
async fn a_new_plan_pays_for_nothing() {
    let (_fake, shop, made) = shop_with_plan().await;
    assert_eq!(made.plan.subscriptions.len(), 4);
    let verdict = shop.settlement.settle_plan(&order("SUB")).await.unwrap();
    assert_eq!(verdict.instalments.len(), 0);
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
            let verdict = shop.settlement.settle_plan(&order("SUB")).await.unwrap();
            assert_eq!(verdict.instalments.len(), number + 1);
            assert!(
                verdict
                    .instalments
                    .iter()
                    .all(|(_, verdict)| verdict.is_settled())
            );
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
    let looks = (0..100).map(|_| shop.settlement.settle_plan(&id));
    let verdicts = futures_util::future::join_all(looks).await;
    let now: usize = verdicts.iter().flatten().map(settled).sum();
    assert_eq!((now, shop.receipts().len()), (1, 1));
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
    let verdict = shop.settlement.settle_plan(&order("SUB")).await.unwrap();
    assert!(verdict.instalments.is_empty());
    assert_eq!(shop.receipts(), []);
}

/// A shop that opened the plan of the golden example, at a Paytrek that then answers `body`, twice.
async fn opened(body: &str) -> (paytrek::OrderId, Shop) {
    let server = Server::scripted(vec![ok(PLAN_ANSWER), ok(body), ok(body)]).await;
    let shop = Shop::new(server.client());
    let id = order("20180424141314");
    let sale = paytrek::api::NewSale::new(id.clone(), lira(10_000), crate::common::john());
    let recurring = Recurring::new("x", RecurringPeriod::Monthly, 4);
    shop.settlement
        .open_plan(&NewPlan::new(sale, card(), recurring))
        .await
        .unwrap();
    (id, shop)
}

async fn told(body: &str) -> (Result<PlanVerdict, Verdict>, Shop) {
    let (id, shop) = opened(body).await;
    (shop.settlement.settle_plan(&id).await, shop)
}

#[tokio::test]
async fn an_instalment_settles_only_with_the_plan_that_was_opened() {
    let paid = PLAN_ANSWER.replacen("\"Active\"", "\"Ready to Send\"", 1);
    let (verdict, shop) = told(&paid).await;
    assert_eq!(settled(&verdict.unwrap()), 1);
    assert_eq!(shop.receipts()[0].1, 10_000);

    for (old, new, rejection) in [
        (
            "\"amount\":\"100.00\"",
            "\"amount\":\"1.00\"",
            Rejection::OtherAmount,
        ),
        (
            "\"currency\":\"TRY\"",
            "\"currency\":\"USD\"",
            Rejection::OtherAmount,
        ),
        (
            "\"20180424141314\"",
            "\"20180424141315\"",
            Rejection::OtherOrder,
        ),
    ] {
        let (verdict, shop) = told(&with(&paid, old, new)).await;
        let Err(Verdict::Rejected(found)) = verdict else {
            panic!("{new}")
        };
        assert_eq!(found, rejection, "{new}");
        assert_eq!(shop.receipts(), []);
    }
    let plan = "d0351fe3-4c05-4611-8c38-c07ff33679e0";
    let other = "d0351fe3-4c05-4611-8c38-c07ff33679e1";
    let (verdict, _shop) = told(&with(&paid, plan, other)).await;
    assert!(matches!(verdict, Err(Verdict::Unread(_))));
    let unknown = PLAN_ANSWER.replacen("\"Active\"", "\"Foo\"", 1);
    let (verdict, shop) = told(&unknown).await;
    assert!(verdict.unwrap().instalments.is_empty());
    assert_eq!(shop.receipts(), []);
}

#[tokio::test]
async fn a_plan_with_refunds_is_for_a_person() {
    let paid = PLAN_ANSWER.replacen("\"Active\"", "\"Paid\"", 1);
    let refunded = with(
        &paid,
        "\"refunded_amount\":\"0.00\"",
        "\"refunded_amount\":\"9.70\"",
    );
    let (verdict, shop) = told(&refunded).await;
    let (payment, verdict) = verdict.unwrap().instalments.remove(0);
    assert!(matches!(verdict, Verdict::RefundedBefore));
    assert_eq!(shop.receipts(), []);
    assert_eq!(shop.reviews().await, [ReviewReason::RefundedBefore]);

    // The same without anybody looking: the plan brings the payment into the ledger, the payment the review.
    let (id, shop) = opened(&refunded).await;
    let reconciler = shop.settlement.reconciler().build();
    let merchant = shop.settlement.order_key(&id).merchant().to_owned();
    let key = |purchase: String| paytrek::OrderKey::new(merchant.as_str(), purchase).unwrap();
    let about_plan = reconciler.ask_about(&key(format!("{id}:plan"))).await;
    assert_eq!(about_plan.unwrap().unwrap().found, Found::NotYet);
    let about_payment = reconciler.ask_about(&key(format!("{id}:{}", payment.as_str()))).await;
    let found = about_payment.unwrap().unwrap().found;
    assert_eq!(found.as_str(), "review");
    assert_eq!(shop.receipts(), []);
    assert_eq!(shop.reviews().await, [ReviewReason::RefundedBefore]);
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
    let verdict = shop.settlement.settle_plan(&order("SUB")).await;
    assert!(matches!(verdict, Err(Verdict::Rejected(Rejection::NoSale))));
}
