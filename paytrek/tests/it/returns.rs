//! What the buyer's browser can bring, and what it cannot do with it.

use std::time::Duration;

use paytrek::api::{
    Cancel, Capture, Charge, NewSale, NextStep, Refund, ThreeDSecure, WhenToCapture,
};
use paytrek::card::TestCard;
use paytrek::testing::{FakePaytrek, UsedOrders};
use paytrek::{
    Decision, Found, Merchant, OrderKey, OrderState, Purchase, Rejection, ReturnTokenError,
    ReviewReason, SaleToken,
};

use crate::common::shop::{Shop, decision};
use crate::common::{john, lira, order, sale_of, token};

fn query(token: &SaleToken) -> String {
    format!("token={}", token.as_str())
}

async fn open(shop: &Shop, id: &str) -> SaleToken {
    let opened = shop.settlement.open(&sale_of(id)).await.unwrap();
    opened.sale_token
}

#[tokio::test]
async fn from_the_hosted_page_to_the_receipt() {
    let fake = FakePaytrek::start().await.unwrap();
    let shop = Shop::of(&fake);
    let opened = shop.settlement.open(&sale_of("A")).await.unwrap();
    let page = format!("{}/?token={}", fake.host(), opened.sale_token.as_str());
    assert_eq!(opened.page.as_str(), page);
    let not_yet = shop
        .settlement
        .returned(&order("A"), &query(&opened.sale_token))
        .await;
    assert_eq!(not_yet, Ok(Found::NotYet));
    fake.pay(&opened.sale_token, TestCard::Akbank).unwrap();
    let found = shop
        .settlement
        .returned(&order("A"), &query(&opened.sale_token))
        .await;
    assert_eq!(decision(&found.unwrap()), Decision::Settled);
    assert_eq!(shop.receipts(), [("A".to_owned(), 2_400)]);
}

#[tokio::test]
async fn the_token_of_a_cheaper_paid_sale_buys_nothing() {
    let fake = FakePaytrek::start().await.unwrap();
    let shop = Shop::of(&fake);
    let dear = open(&shop, "DEAR").await;
    let cheap = NewSale::new(order("CHEAP"), lira(1), john()).return_to("https://s.example/r");
    let cheap = shop.settlement.open(&cheap).await.unwrap().sale_token;
    fake.pay(&cheap, TestCard::Isbank).unwrap();
    let found = shop
        .settlement
        .returned(&order("DEAR"), &query(&cheap))
        .await;
    assert_eq!(found, Err(Rejection::OtherToken));
    assert_eq!((shop.receipts(), shop.reviews().await), (vec![], vec![]));
    assert_eq!(shop.state(&order("DEAR")).await, OrderState::Pending);
    let found = shop
        .settlement
        .returned(&order("DEAR"), &query(&dear))
        .await;
    assert_eq!(found, Ok(Found::NotYet));
}

#[tokio::test]
async fn a_malformed_return_asks_nobody() {
    let fake = FakePaytrek::start().await.unwrap();
    let shop = Shop::of(&fake);
    open(&shop, "A").await;
    let asked = fake.requests().len();
    for wrong in ["", "token=..%2F", "token=x&token=y"] {
        let found = shop.settlement.returned(&order("A"), wrong).await;
        assert!(matches!(found, Err(Rejection::ReturnToken(_))), "{wrong}");
    }
    let found = shop.settlement.returned(&order("UNKNOWN"), "token=").await;
    let malformed = ReturnTokenError::Malformed;
    assert_eq!(found, Err(Rejection::ReturnToken(malformed)));
    let some = token("c626f49193114e24ad0980752b749318");
    let found = shop
        .settlement
        .returned(&order("UNKNOWN"), &query(&some))
        .await;
    assert_eq!(found, Err(Rejection::UnknownOrder));
    let unknown = shop.settlement.settle(&order("UNKNOWN")).await;
    assert_eq!(unknown.unwrap(), None);
    assert_eq!(fake.requests().len(), asked);
}

#[tokio::test]
async fn a_paid_sale_of_an_order_whose_own_is_not_paid_is_a_conflict_and_not_paid_twice() {
    let fake = FakePaytrek::start().await.unwrap();
    fake.used_orders(UsedOrders::Charge);
    let shop = Shop::of(&fake);
    open(&shop, "A").await;
    let client = fake.client().unwrap();
    let other = client.create_sale(&sale_of("A")).await.unwrap().sale_token;
    fake.pay(&other, TestCard::Isbank).unwrap();
    let found = shop.settlement.returned(&order("A"), &query(&other)).await;
    let recorded = Decision::ConflictRecorded;
    assert_eq!(found, Ok(Found::Review(ReviewReason::Conflict, recorded)));
    assert_eq!(shop.receipts(), []);
    assert_eq!(shop.state(&order("A")).await, OrderState::Review);
}

#[tokio::test]
async fn a_second_paid_sale_of_one_order_is_reported_and_never_delivered() {
    let fake = FakePaytrek::start().await.unwrap();
    fake.used_orders(UsedOrders::Charge);
    let shop = Shop::of(&fake);
    let first = open(&shop, "A").await;
    let client = fake.client().unwrap();
    let second = client.create_sale(&sale_of("A")).await.unwrap().sale_token;
    // Nobody paid it: it is simply not the order's token.
    let found = shop.settlement.returned(&order("A"), &query(&second)).await;
    assert_eq!(found, Err(Rejection::OtherToken));
    fake.pay(&first, TestCard::Isbank).unwrap();
    fake.pay(&second, TestCard::Isbank).unwrap();
    assert!(
        shop.settlement
            .returned(&order("A"), &query(&first))
            .await
            .unwrap()
            .is_settled()
    );
    let found = shop.settlement.returned(&order("A"), &query(&second)).await;
    let twice = ReviewReason::PaidTwice;
    let recorded = Decision::RefusedForReview(twice);
    assert_eq!(found, Ok(Found::Review(twice, recorded)));
    assert_eq!(shop.receipts().len(), 1);
    assert_eq!(shop.reviews().await, [twice]);
    assert!(matches!(
        shop.state(&order("A")).await,
        OrderState::Paid { .. }
    ));
}

#[tokio::test]
async fn an_order_paid_before_is_declined_and_asked_about() {
    let fake = FakePaytrek::start().await.unwrap();
    let client = fake.client().unwrap();
    let first = client.create_sale(&sale_of("A")).await.unwrap().sale_token;
    let second = client.create_sale(&sale_of("A")).await.unwrap().sale_token;
    fake.pay(&first, TestCard::Isbank).unwrap();
    let charge = Charge::new(second, crate::common::card());
    let outcome = client.charge(&charge).await.unwrap();
    let answer = outcome.answer().unwrap();
    assert_eq!(
        answer
            .error
            .as_ref()
            .unwrap()
            .code
            .as_ref()
            .unwrap()
            .as_str(),
        "30120"
    );
    assert_eq!(answer.next_step(), NextStep::ReadSale);
}

#[tokio::test]
async fn a_three_d_secure_charge_sends_the_buyer_away_and_is_read_when_they_come_back() {
    let fake = FakePaytrek::start().await.unwrap();
    let shop = Shop::of(&fake);
    let client = fake.client().unwrap();
    let today = paytrek::card::YearMonth::new(2026, 11).unwrap();
    let card = TestCard::Akbank
        .form()
        .check(today, paytrek::card::ExpiredCards::AllowTestCards);
    let sale = sale_of("A").three_d_secure(ThreeDSecure::Ask);
    let sale = shop.settlement.open(&sale).await.unwrap().sale_token;
    let outcome = client
        .charge(&Charge::new(sale.clone(), card.unwrap()))
        .await
        .unwrap();
    let answer = outcome.answer().unwrap();
    let NextStep::SendBuyerTo(bank) = answer.next_step() else {
        panic!("{answer:?}")
    };
    assert!(bank.as_str().starts_with(fake.host().as_str()));
    let http = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let typed = |password: &'static str| {
        let form = format!("password={password}");
        let request = http.post(bank.as_str()).body(form);
        request
            .header("content-type", "application/x-www-form-urlencoded")
            .send()
    };
    let redirect = typed("wrong").await.unwrap();
    let location = redirect.headers()["location"].to_str().unwrap().to_owned();
    assert_eq!(
        location,
        format!("https://shop.example/return/A?{}", query(&sale))
    );
    let found = shop.settlement.returned(&order("A"), &query(&sale)).await;
    assert_eq!(found, Ok(Found::NotYet));
    // A second try with the same sale.
    let card = TestCard::Akbank
        .form()
        .check(today, paytrek::card::ExpiredCards::AllowTestCards);
    let again = client
        .charge(&Charge::new(sale.clone(), card.unwrap()))
        .await
        .unwrap();
    assert!(again.answer().unwrap().forward_url.is_some());
    typed("a").await.unwrap();
    assert!(
        shop.settlement
            .returned(&order("A"), &query(&sale))
            .await
            .unwrap()
            .is_settled()
    );
    // One failed try before the good one does not make it a failure.
    assert_eq!(fake.sale(&sale).unwrap().transactions.len(), 2);
}

#[tokio::test]
async fn held_money_settles_when_it_is_captured() {
    let fake = FakePaytrek::start().await.unwrap();
    let shop = Shop::of(&fake);
    let later = sale_of("A").capture(WhenToCapture::Later);
    let sale = shop.settlement.open(&later).await.unwrap().sale_token;
    fake.pay(&sale, TestCard::Isbank).unwrap();
    assert_eq!(shop.settle(&order("A")).await, Found::StaysOpen);
    let captured = shop
        .settlement
        .client()
        .capture(&Capture::new(sale))
        .await
        .unwrap();
    assert!(captured.answer().is_some());
    assert_eq!(
        shop.receipts(),
        [],
        "an answer to a capture delivers nothing"
    );
    assert!(shop.settle(&order("A")).await.is_settled());
    assert_eq!(shop.receipts().len(), 1);
}

#[tokio::test]
async fn a_fraud_review_is_held_until_a_person_accepts_it() {
    let fake = FakePaytrek::start().await.unwrap();
    let shop = Shop::of(&fake);
    let mut buyer = john();
    buyer.email = "review@paytrek.com".to_owned();
    let sale = NewSale::new(order("A"), lira(2_400), buyer).return_to("https://s.example/r");
    let sale = shop.settlement.open(&sale).await.unwrap().sale_token;
    fake.pay(&sale, TestCard::Isbank).unwrap();
    fake.advance(Duration::from_hours(9));
    assert_eq!(shop.settle(&order("A")).await, Found::StaysOpen);
    let accept = Capture::new(sale).comments("known buyer");
    assert!(
        fake.client()
            .unwrap()
            .capture(&accept)
            .await
            .unwrap()
            .answer()
            .is_some()
    );
    assert!(shop.settle(&order("A")).await.is_settled());
}

#[tokio::test]
async fn a_refund_or_a_cancel_after_the_settlement_changes_nothing() {
    let fake = FakePaytrek::start().await.unwrap();
    let shop = Shop::of(&fake);
    let client = fake.client().unwrap();
    for id in ["REFUNDED", "CANCELLED"] {
        let sale = open(&shop, id).await;
        fake.pay(&sale, TestCard::Isbank).unwrap();
        assert!(shop.settle(&order(id)).await.is_settled());
        let paid = client.sale(&sale).await.unwrap();
        if id == "REFUNDED" {
            let refund = Refund::part(&paid, lira(970));
            assert!(client.refund(&refund).await.unwrap().answer().is_some());
        } else {
            let cancel = Cancel::new(sale.clone());
            assert!(client.cancel(&cancel).await.unwrap().answer().is_some());
        }
        let found = shop.settlement.returned(&order(id), &query(&sale)).await;
        assert_eq!(found, Ok(Found::AlreadyPaid));
    }
    assert_eq!((shop.receipts().len(), shop.failures()), (2, 0));
    assert_eq!(shop.reviews().await, []);
}

#[tokio::test]
async fn a_hundred_returns_at_once_are_one_receipt() {
    let fake = FakePaytrek::start().await.unwrap();
    let shop = Shop::of(&fake);
    let sale = open(&shop, "A").await;
    fake.pay(&sale, TestCard::Isbank).unwrap();
    let query = query(&sale);
    let id = order("A");
    let returns = (0..100).map(|_| shop.settlement.returned(&id, &query));
    let all = futures_util::future::join_all(returns).await;
    assert_eq!(shop.receipts().len(), 1);
    for found in all {
        let found = found.unwrap();
        let fine = found.is_settled() || matches!(decision(&found), Decision::InProgress { .. });
        assert!(fine, "{found:?}");
    }
}

#[tokio::test]
async fn a_token_of_another_environment_is_rejected() {
    let (here, there) = (FakePaytrek::start().await, FakePaytrek::start().await);
    let (here, there) = (here.unwrap(), there.unwrap());
    let shop = Shop::of(&here);
    open(&shop, "A").await;
    let elsewhere = there.client().unwrap().create_sale(&sale_of("A")).await;
    let elsewhere = elsewhere.unwrap().sale_token;
    there.pay(&elsewhere, TestCard::Isbank).unwrap();
    let found = shop
        .settlement
        .returned(&order("A"), &query(&elsewhere))
        .await;
    assert_eq!(found, Err(Rejection::OtherToken));
    assert_eq!((shop.receipts(), shop.reviews().await), (vec![], vec![]));
    // The same order id is another order there.
    let keys = [&here, &there].map(|fake| Shop::of(fake).settlement.order_key(&order("A")));
    assert_ne!(keys[0], keys[1]);
}

#[test]
fn a_key_tells_what_it_stands_for() {
    let of = |id: &str| Purchase::of(&OrderKey::new("paytrek/x/y", id).unwrap());
    assert_eq!(of("A"), Some(Purchase::Sale(order("A"))));
    assert_eq!(of("A:plan"), Some(Purchase::Plan(order("A"))));
    assert_eq!(of("A:b"), None);
    assert!(Merchant::new("shop-1").is_ok());
    for wrong in ["", "a/b", "a:b", &"a".repeat(33)] {
        assert!(Merchant::new(wrong).is_err(), "{wrong}");
    }
}
