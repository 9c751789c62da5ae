//! Buyers who never come back: no paid sale is lost.

use std::time::Duration;

use paytrek::api::{NewPlan, Recurring, RecurringPeriod};
use paytrek::card::TestCard;
use paytrek::testing::{FakePaytrek, Fault};
use paytrek::{
    Expected, NewOrder, OrderKey, OrderLedger as _, OrderState, Purchase, Reconciled, Reconciler,
    SaleToken, Verdict,
};
use tokio::sync::oneshot;

use crate::common::shop::Shop;
use crate::common::{card, lira, order, sale_of};

async fn open(shop: &Shop, id: &str) -> SaleToken {
    shop.settlement.open(&sale_of(id)).await.unwrap().sale_token
}

fn reconciler(shop: &Shop) -> Reconciler {
    Reconciler::new(shop.settlement.clone()).first_after(Duration::ZERO)
}

fn asked(round: &[Reconciled]) -> Vec<String> {
    round
        .iter()
        .map(|one| one.purchase.order().to_string())
        .collect()
}

#[tokio::test]
async fn a_paid_sale_without_a_return_is_settled() {
    let fake = FakePaytrek::start().await.unwrap();
    let shop = Shop::of(&fake);
    let paid = open(&shop, "PAID").await;
    open(&shop, "OPEN").await;
    fake.pay(&paid, TestCard::Isbank).unwrap();
    let mut reconciler = reconciler(&shop);
    let round = reconciler.round().await.unwrap();
    assert_eq!(asked(&round), ["PAID", "OPEN"]);
    assert!(round[0].verdicts[0].is_settled());
    assert!(matches!(round[1].verdicts[0], Verdict::NotPaid(_)));
    assert_eq!(shop.receipts(), [("PAID".to_owned(), 2_400)]);
    let round = reconciler.round().await.unwrap();
    assert_eq!(asked(&round), ["OPEN"]);
    assert_eq!(shop.receipts().len(), 1);
}

#[tokio::test]
async fn questions_come_at_growing_intervals() {
    let fake = FakePaytrek::start().await.unwrap();
    let shop = Shop::of(&fake);
    open(&shop, "OPEN").await;
    let first = Duration::from_millis(40);
    let mut reconciler = Reconciler::new(shop.settlement.clone()).first_after(first);
    let mut times = Vec::new();
    let started = std::time::Instant::now();
    while times.len() < 4 {
        if !reconciler.round().await.unwrap().is_empty() {
            times.push(started.elapsed());
        }
        assert!(started.elapsed() < Duration::from_secs(20), "{times:?}");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let pauses: Vec<_> = times
        .windows(2)
        .map(|pair| pair[1].saturating_sub(pair[0]))
        .collect();
    for (pause, factor) in pauses.iter().zip([1, 2, 4]) {
        // Timers have a grain of a millisecond.
        let least = (first * factor).saturating_sub(Duration::from_millis(5));
        assert!(*pause >= least, "{pauses:?}");
    }
}

#[tokio::test]
async fn an_expired_sale_fails_by_paytreks_clock_and_is_asked_about_no_more() {
    let fake = FakePaytrek::start().await.unwrap();
    let shop = Shop::of(&fake);
    let sale = open(&shop, "A").await;
    let mut reconciler = reconciler(&shop);
    fake.advance(Duration::from_mins(70));
    let round = reconciler.round().await.unwrap();
    assert!(
        matches!(round[0].verdicts[0], Verdict::NotPaid(_)),
        "a quarter of an hour of grace"
    );
    fake.advance(Duration::from_mins(6));
    let round = reconciler.round().await.unwrap();
    assert!(matches!(round[0].verdicts[0], Verdict::Expired(_)));
    assert_eq!(
        (shop.failures(), shop.state(&order("A")).await),
        (1, OrderState::Failed)
    );
    assert!(reconciler.round().await.unwrap().is_empty());
    // A late success wins all the same.
    fake.set_status(&sale, "Paid");
    assert!(shop.settlement.settle(&order("A")).await.is_settled());
    assert_eq!(shop.receipts().len(), 1);
}

#[tokio::test]
async fn a_plan_is_asked_about_too() {
    let fake = FakePaytrek::start().await.unwrap();
    let shop = Shop::of(&fake);
    let recurring = Recurring::new("x", RecurringPeriod::Weekly, 3);
    let plan = NewPlan::new(sale_of("SUB"), card(), recurring);
    let made = shop.settlement.open_plan(&plan).await.unwrap().plan;
    let mut reconciler = reconciler(&shop);
    assert!(reconciler.round().await.unwrap()[0].verdicts.is_empty());
    for payment in &made.subscriptions[1..] {
        fake.charge_subscription(&made.plan_token, &payment.subscription_token);
    }
    let round = reconciler.round().await.unwrap();
    assert_eq!(round[0].purchase, Purchase::Plan(order("SUB")));
    assert_eq!((round[0].verdicts.len(), shop.receipts().len()), (2, 2));
}

#[tokio::test]
async fn orders_of_others_and_orders_without_a_sale_are_left_alone() {
    let fake = FakePaytrek::start().await.unwrap();
    let shop = Shop::of(&fake);
    let expected = Expected::Exactly(lira(1));
    for (merchant, id) in [("paytrek/other/test-shop", "A"), ("123456", "B")] {
        let key = OrderKey::new(merchant, id).unwrap();
        let _new = shop.store.open(NewOrder::new(key, expected)).await.unwrap();
    }
    fake.fail_next("sale", Fault::LoseAnswer);
    assert!(shop.settlement.open(&sale_of("C")).await.is_err());
    let before = fake.requests().len();
    assert!(reconciler(&shop).round().await.unwrap().is_empty());
    assert_eq!(fake.requests().len(), before);
}

#[tokio::test]
async fn old_sales_are_given_up() {
    let fake = FakePaytrek::start().await.unwrap();
    let shop = Shop::of(&fake);
    open(&shop, "A").await;
    let mut reconciler = reconciler(&shop).give_up_after(Duration::ZERO);
    tokio::time::sleep(Duration::from_millis(2)).await;
    assert!(reconciler.round().await.unwrap().is_empty());
}

#[tokio::test]
async fn it_runs_until_it_is_stopped_and_finds_what_is_paid_meanwhile() {
    let fake = FakePaytrek::start().await.unwrap();
    let shop = Shop::of(&fake);
    let (end, ended) = oneshot::channel::<()>();
    let reconciler = reconciler(&shop).at_least_every(Duration::from_millis(20));
    let running = tokio::spawn(reconciler.run(Duration::from_millis(10), async {
        let _ = ended.await;
    }));
    let sale = open(&shop, "A").await;
    fake.fail_next("sale", Fault::Refuse);
    fake.pay(&sale, TestCard::Isbank).unwrap();
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    while shop.receipts().is_empty() {
        assert!(std::time::Instant::now() < deadline, "it was never settled");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    end.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(20), running)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(shop.receipts().len(), 1);
}
