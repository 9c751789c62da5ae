//! Buyers who never come back: no paid sale is lost.

use std::time::{Duration, Instant};

use paytrek::api::{NewPlan, Recurring, RecurringPeriod};
use paytrek::card::TestCard;
use paytrek::testing::{FakePaytrek, Fault};
use paytrek::{
    Decision, Expected, Found, NewOrder, OrderKey, OrderLedger as _, OrderState, Purchase,
    Reconciled, SaleToken,
};
use tokio::sync::oneshot;

use crate::common::shop::Shop;
use crate::common::{card, lira, order, sale_of};

/// A shop whose orders are due as soon as they are opened.
async fn shop() -> (FakePaytrek, Shop) {
    let fake = FakePaytrek::start().await.unwrap();
    let shop = Shop::with(fake.client().unwrap(), |settlement| {
        settlement.inquire_after(Duration::ZERO)
    });
    (fake, shop)
}

async fn open(shop: &Shop, id: &str) -> SaleToken {
    shop.settlement.open(&sale_of(id)).await.unwrap().sale_token
}

async fn round(shop: &Shop) -> Vec<Reconciled> {
    shop.settlement.reconciler().build().round().await.unwrap()
}

async fn ask(shop: &Shop, purchase: &str) -> Reconciled {
    let merchant = shop.settlement.order_key(&order("A"));
    let key = OrderKey::new(merchant.merchant(), purchase).unwrap();
    let reconciler = shop.settlement.reconciler().build();
    reconciler.ask_about(&key).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_paid_sale_without_a_return_is_settled_however_many_are_abandoned() {
    let (fake, shop) = shop().await;
    let expected = Expected::Exactly(lira(1));
    let merchant = shop.settlement.order_key(&order("A")).merchant().to_owned();
    for number in 0..1_000 {
        let key = OrderKey::new(merchant.as_str(), format!("OPEN{number}")).unwrap();
        let new = NewOrder::new(key, expected).with_inquire_after(Duration::ZERO);
        let _new = shop.store.open(new).await.unwrap();
    }
    let paid = open(&shop, "PAID").await;
    fake.pay(&paid, TestCard::Isbank).unwrap();
    let found = round(&shop).await;
    let settled = found.iter().filter(|one| one.found.is_settled());
    assert_eq!((settled.count(), found.len()), (1, 1_001));
    assert_eq!(shop.receipts(), [("PAID".to_owned(), 2_400)]);
    assert!(round(&shop).await.is_empty(), "none is due yet");
}

#[tokio::test]
async fn an_expired_sale_fails_by_paytreks_clock_and_a_late_success_wins_all_the_same() {
    let (fake, shop) = shop().await;
    let sale = open(&shop, "A").await;
    fake.advance(Duration::from_mins(70));
    let found = ask(&shop, "A").await.found;
    assert_eq!(found, Found::NotYet, "a quarter of an hour of grace");
    fake.advance(Duration::from_mins(6));
    let found = ask(&shop, "A").await.found;
    assert_eq!(found, Found::Failed(Decision::Settled));
    assert_eq!(
        (shop.failures(), shop.state(&order("A")).await),
        (1, OrderState::Failed)
    );
    fake.set_status(&sale, "Paid");
    assert!(ask(&shop, "A").await.found.is_settled());
    assert_eq!(shop.receipts().len(), 1);
}

async fn plan(shop: &Shop) -> paytrek::api::PlanSale {
    let recurring = Recurring::new("x", RecurringPeriod::Weekly, 3);
    let plan = NewPlan::new(sale_of("SUB"), card(), recurring);
    shop.settlement.open_plan(&plan).await.unwrap()
}

#[tokio::test]
async fn each_payment_of_a_plan_is_settled_and_the_plan_is_asked_about_for_ever() {
    let (fake, shop) = shop().await;
    let made = plan(&shop).await.plan;
    let found = ask(&shop, "SUB:plan").await.found;
    assert_eq!(found, Found::NotYet, "nothing is charged");
    for payment in &made.subscriptions[1..] {
        fake.charge_subscription(&made.plan_token, &payment.subscription_token);
    }
    // A plan is far older than any sale here, and is not given up.
    let reconciler = shop.settlement.reconciler().horizon(Duration::ZERO).build();
    let found = reconciler.round().await.unwrap();
    let asked: Vec<_> = found.iter().map(|one| &one.record.order).collect();
    assert_eq!(
        Purchase::of(asked[0]),
        Some(Purchase::Plan(order("SUB")))
    );
    let Found::Paid(decisions) = &found[0].found else {
        panic!("{found:?}")
    };
    assert_eq!((decisions.len(), shop.receipts().len()), (2, 2));
    assert_eq!(
        ask(&shop, "SUB:plan").await.record.state,
        OrderState::Pending
    );
}

#[tokio::test]
async fn a_payment_of_a_plan_whose_handler_failed_is_delivered_later() {
    let (fake, shop) = shop().await;
    let made = plan(&shop).await.plan;
    let token = &made.subscriptions[0].subscription_token;
    fake.charge_subscription(&made.plan_token, token);
    shop.fail_next();
    let verdict = shop.settlement.settle_plan(&order("SUB")).await.unwrap();
    assert!(!verdict.instalments[0].1.is_settled());
    let instalment = ask(&shop, &format!("SUB:{}", token.as_str())).await;
    assert_eq!(instalment.record.state.as_str(), "undelivered");
    assert!(instalment.found.is_settled());
    assert_eq!(shop.receipts().len(), 1);
}

#[tokio::test]
async fn orders_of_others_are_left_alone_and_an_order_without_a_sale_asks_nobody() {
    let (fake, shop) = shop().await;
    let expected = Expected::Exactly(lira(1));
    for (merchant, id) in [("paytrek/other/test-shop", "A"), ("123456", "B")] {
        let key = OrderKey::new(merchant, id).unwrap();
        let new = NewOrder::new(key, expected).with_inquire_after(Duration::ZERO);
        let _new = shop.store.open(new).await.unwrap();
    }
    fake.fail_next("sale", Fault::LoseAnswer);
    assert!(shop.settlement.open(&sale_of("C")).await.is_err());
    let before = fake.requests().len();
    assert!(round(&shop).await.iter().all(|one| one.found == Found::NotYet));
    assert_eq!(fake.requests().len(), before);
}

#[tokio::test]
async fn a_sale_that_nobody_paid_in_time_is_closed_and_asked_about_no_more() {
    let (fake, shop) = shop().await;
    open(&shop, "A").await;
    let reconciler = shop.settlement.reconciler().horizon(Duration::ZERO).build();
    let found = reconciler.round().await.unwrap();
    assert_eq!(found[0].found, Found::Closed);
    assert_eq!(fake.count("GET", "sale"), 1, "it was asked about once more");
    assert!(reconciler.round().await.unwrap().is_empty());
}

#[tokio::test]
async fn it_runs_until_it_is_stopped_and_finds_what_is_paid_meanwhile() {
    let (fake, shop) = shop().await;
    let (end, ended) = oneshot::channel::<()>();
    let pauses = paid_once::inquiry::Pauses::new(Duration::ZERO, Duration::from_millis(20));
    let reconciler = shop.settlement.reconciler().pauses(pauses);
    let reconciler = reconciler.every(Duration::from_millis(10)).build();
    let running = tokio::spawn(async move {
        let ended = async {
            let _ = ended.await;
        };
        reconciler.run(ended).await;
    });
    let sale = open(&shop, "A").await;
    fake.fail_next("sale", Fault::Refuse);
    fake.pay(&sale, TestCard::Isbank).unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    while shop.receipts().is_empty() {
        assert!(Instant::now() < deadline, "it was never settled");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    end.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(20), running)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(shop.receipts().len(), 1);
}
