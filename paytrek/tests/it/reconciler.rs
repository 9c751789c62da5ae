//! Buyers who never come back: no paid sale is lost.

use std::time::{Duration, Instant};

use paytrek::api::{NewPlan, Recurring, RecurringPeriod};
use paytrek::card::TestCard;
use paytrek::testing::{FakePaytrek, Fault};
use paytrek::{
    Decision, Expected, Found, HandlerFailure, NewOrder, OrderKey, OrderLedger as _, OrderState,
    Pauses, PaytrekClient, Purchase, Reconciled, SaleToken,
};
use tokio::sync::oneshot;

use crate::common::shop::{Shop, decision};
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
    shop.settlement.reconciler().round().await.unwrap()
}

/// A shop that gives up every order that is not paid when it is asked about.
async fn impatient_shop() -> (FakePaytrek, Shop) {
    let fake = FakePaytrek::start().await.unwrap();
    let shop = Shop::with(fake.client().unwrap(), |settlement| {
        let settlement = settlement.inquire_after(Duration::ZERO);
        settlement.reconciler(|reconciler| reconciler.horizon(Duration::ZERO))
    });
    (fake, shop)
}

/// Abandoned carts, all of them due.
async fn abandon(shop: &Shop, orders: usize) {
    let merchant = shop.settlement.reconciler().merchant();
    for number in 0..orders {
        let key = OrderKey::new(merchant, format!("OPEN{number}")).unwrap();
        let new = NewOrder::new(key, Expected::Exactly(lira(1)));
        let new = new.with_inquire_after(Duration::ZERO);
        let _new = shop.store.open(new).await.unwrap();
    }
}

async fn ask(shop: &Shop, purchase: &str) -> Reconciled {
    let reconciler = shop.settlement.reconciler();
    let key = OrderKey::new(reconciler.merchant(), purchase).unwrap();
    reconciler.ask_about(&key).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_paid_sale_without_a_return_is_found_in_the_first_round_behind_1000_abandoned_ones() {
    let (fake, shop) = shop().await;
    abandon(&shop, 1_000).await;
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
    // A plan is far older than any sale here, and is not given up.
    let (fake, shop) = impatient_shop().await;
    let made = plan(&shop).await.plan;
    let first = round(&shop).await;
    assert_eq!(first[0].found, Found::StaysOpen, "nothing is charged");
    let plan = &first[0].record.order;
    shop.store.postpone(plan, Duration::ZERO).await.unwrap();
    for payment in &made.subscriptions[1..] {
        fake.charge_subscription(&made.plan_token, &payment.subscription_token);
    }
    let found = round(&shop).await;
    let asked: Vec<_> = found.iter().map(|one| &one.record.order).collect();
    assert_eq!(Purchase::of(asked[0]), Some(Purchase::Plan(order("SUB"))));
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
    let failed = Decision::HandlerFailed(HandlerFailure::Error);
    assert_eq!(decision(&ask(&shop, "SUB:plan").await.found), failed);
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
    assert!(
        round(&shop)
            .await
            .iter()
            .all(|one| one.found == Found::NotYet)
    );
    assert_eq!(fake.requests().len(), before);
}

#[tokio::test]
async fn a_sale_that_nobody_paid_in_time_is_closed_and_asked_about_no_more() {
    let (fake, shop) = impatient_shop().await;
    let sale = open(&shop, "A").await;
    assert_eq!(round(&shop).await[0].found, Found::Closed);
    assert_eq!(fake.count("GET", "sale"), 1, "it was asked about once more");
    assert_eq!(shop.state(&order("A")).await, OrderState::Closed);
    assert!(round(&shop).await.is_empty());
    // Whoever pays all the same gets the goods.
    fake.pay(&sale, TestCard::Isbank).unwrap();
    assert!(shop.settle(&order("A")).await.is_settled());
    assert_eq!(shop.receipts().len(), 1);
}

#[tokio::test]
async fn a_handler_that_failed_gets_the_payment_from_the_reconciler_once() {
    let (fake, shop) = shop().await;
    let sale = open(&shop, "A").await;
    fake.pay(&sale, TestCard::Isbank).unwrap();
    shop.fail_next();
    let query = format!("token={}", sale.as_str());
    let found = shop.settlement.returned(&order("A"), &query).await.unwrap();
    let failed = Decision::HandlerFailed(HandlerFailure::Error);
    assert_eq!(decision(&found), failed);
    let listed = shop.store.undelivered(10).await.unwrap();
    assert_eq!(listed[0].order, shop.settlement.order_key(&order("A")));
    let found = round(&shop).await;
    assert_eq!(found[0].record.state.as_str(), "undelivered");
    assert!(found[0].found.is_settled());
    assert!(round(&shop).await.is_empty());
    assert_eq!(shop.receipts().len(), 1);
    assert!(shop.store.undelivered(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn two_nodes_ask_about_each_order_once_in_a_round() {
    let (fake, shop) = shop().await;
    let mut sales = Vec::new();
    for number in 0..20 {
        sales.push(open(&shop, &format!("A{number}")).await);
    }
    fake.pay(&sales[7], TestCard::Isbank).unwrap();
    let other = shop.second_node();
    let (one, two) = tokio::join!(round(&shop), round(&other));
    assert_eq!(one.len() + two.len(), 20);
    assert_eq!(fake.count("GET", "sale"), 20);
    assert_eq!(shop.receipts(), [("A7".to_owned(), 2_400)]);
}

#[tokio::test]
async fn a_paytrek_that_hangs_holds_up_nobody_for_long() {
    let fake = FakePaytrek::start().await.unwrap();
    let client = PaytrekClient::new(fake.host().clone(), fake.credentials().clone()).unwrap();
    let shop = Shop::with(client, |settlement| {
        let settlement = settlement.inquire_after(Duration::ZERO);
        settlement.reconciler(|reconciler| reconciler.ask_timeout(Duration::from_millis(200)))
    });
    for id in ["A", "B"] {
        let sale = open(&shop, id).await;
        fake.pay(&sale, TestCard::Isbank).unwrap();
    }
    fake.fail_next("sale", Fault::Silence);
    let begun = Instant::now();
    let found = round(&shop).await;
    assert!(begun.elapsed() < Duration::from_secs(20));
    let unanswered = found.iter().filter(|one| one.found == Found::Unavailable);
    assert_eq!((found.len(), unanswered.count()), (2, 1));
    assert_eq!(shop.receipts().len(), 1);
    for id in ["A", "B"] {
        assert!(shop.settle(&order(id)).await.is_settled());
    }
    assert_eq!(shop.receipts().len(), 2);
}

#[tokio::test]
async fn it_runs_until_it_is_stopped_and_finds_what_is_paid_meanwhile() {
    let fake = FakePaytrek::start().await.unwrap();
    let shop = Shop::with(fake.client().unwrap(), |settlement| {
        let settlement = settlement.inquire_after(Duration::ZERO);
        let pauses = Pauses::new(Duration::ZERO, Duration::from_millis(20));
        settlement.reconciler(move |reconciler| {
            reconciler.pauses(pauses).every(Duration::from_millis(10))
        })
    });
    let (end, ended) = oneshot::channel::<()>();
    let reconciler = shop.settlement.reconciler().clone();
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
