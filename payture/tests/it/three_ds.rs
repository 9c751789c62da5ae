//! Both ways to finish 3-D Secure.

use payture::commands::api::{Block, Finish3ds, Pay};
use payture::commands::ewallet::{
    Add, AddSubmit3ds, GetList, Pay as WalletPay, PaySubmit3ds, Register,
};
use payture::testing::TestCard;
use payture::three_ds::{Challenge, ThreeDsReturn};
use payture::{
    Card, ErrorCode, Interface, Known, OrderId, PaRes, PaytureError, SecureCode, State, Step,
};

use crate::common::shop::Shop;
use crate::common::{customer, roubles};

fn card() -> Card {
    let card = Card::new(TestCard::THREE_DS.number(), 12, 30, "Ivan Ivanov").unwrap();
    card.with_secure_code(SecureCode::new(TestCard::CODE).unwrap())
}

fn challenge<T: std::fmt::Debug>(step: Step<T>) -> Challenge {
    step.challenge().expect("the bank asks")
}

/// What the browser brings back from the bank's page.
fn returned(shop: &Shop, challenge: &Challenge, confirms: Confirms) -> ThreeDsReturn {
    let pa_res = match confirms {
        Confirms::Yes => shop.fake.bank_confirms(challenge.key()),
        Confirms::No => shop.fake.bank_refuses(challenge.key()),
    };
    let form = challenge.form("https://shop.example/3ds").unwrap();
    assert!(form.action().starts_with("http://127.0.0.1"));
    let mut returned = ThreeDsReturn::parse(b"MD=a&PaRes=b").unwrap();
    returned.key = challenge.key().clone();
    returned.pa_res = pa_res.unwrap();
    returned
}

#[derive(Clone, Copy)]
enum Confirms {
    Yes,
    No,
}

#[tokio::test]
async fn a_payment_and_a_hold_of_api_are_finished_with_the_order_id() {
    let shop = Shop::open().await;
    let order = OrderId::random();
    let step = shop
        .client
        .send(&Pay::new(order.clone(), roubles(100), card()))
        .await
        .unwrap();
    let challenge = challenge(step);
    let waiting = shop.client.state(Interface::Api, &order).await.unwrap();
    assert_eq!(waiting.state, State::PreAuthorized3ds);
    let back = returned(&shop, &challenge, Confirms::Yes);
    let finish = Finish3ds::pay(order.clone(), back.pa_res);
    assert!(shop.client.send(&finish).await.unwrap().done().is_some());
    // The page is loaded again: the same word once more.
    let known = shop.client.send_or_look(&finish).await.unwrap();
    let Known::Looked { status, .. } = known else {
        panic!("{known:?}");
    };
    assert_eq!(status.state, State::Charged);

    let order = OrderId::random();
    let step = shop
        .client
        .send(&Block::new(order.clone(), roubles(100), card()))
        .await
        .unwrap();
    let back = returned(&shop, &step.challenge().unwrap(), Confirms::Yes);
    let finish = Finish3ds::block(order.clone(), back.pa_res);
    assert!(shop.client.send(&finish).await.unwrap().done().is_some());
    let held = shop.client.state(Interface::Api, &order).await.unwrap();
    assert_eq!(held.state, State::Authorized);
}

#[tokio::test]
async fn a_cardholder_who_refuses_and_a_forged_word_pay_nothing() {
    let shop = Shop::open().await;
    for forged in [false, true] {
        let order = OrderId::random();
        let step = shop
            .client
            .send(&Pay::new(order.clone(), roubles(100), card()))
            .await
            .unwrap();
        let mut back = returned(&shop, &step.challenge().unwrap(), Confirms::No);
        if forged {
            back.pa_res = PaRes::new("forged").unwrap();
        }
        let refused = shop
            .client
            .send(&Finish3ds::pay(order.clone(), back.pa_res))
            .await;
        assert!(matches!(refused, Err(PaytureError::Refused(_))));
        let status = shop.client.state(Interface::Api, &order).await.unwrap();
        assert_eq!(status.state, State::Rejected);
    }
}

#[tokio::test]
async fn a_payment_and_a_card_of_the_wallet_are_finished_with_md() {
    let shop = Shop::open().await;
    shop.client.send(&Register::new(customer())).await.unwrap();
    let order = OrderId::random();
    let pay = WalletPay::new_card(customer(), order.clone(), roubles(100), card());
    let asked = challenge(shop.client.send(&pay).await.unwrap());
    assert!(shop.fake.is_payment_attempt(asked.key()));
    let submit = PaySubmit3ds::new(returned(&shop, &asked, Confirms::Yes));
    assert!(shop.client.send(&submit).await.unwrap().done().is_some());
    let status = shop.client.state(Interface::EWallet, &order).await.unwrap();
    assert_eq!(status.state, State::Charged);
    let again = shop.client.send(&submit).await.unwrap_err();
    assert!(
        matches!(&again, PaytureError::Refused(no) if no.code == ErrorCode::IllegalOrderState),
        "{again:?}"
    );

    let asked = challenge(
        shop.client
            .send(&Add::new(customer(), card()))
            .await
            .unwrap(),
    );
    let submit = AddSubmit3ds::new(returned(&shop, &asked, Confirms::Yes));
    let added = shop.client.send(&submit).await.unwrap().done().unwrap();
    let list = shop.client.send(&GetList::new(customer())).await.unwrap();
    assert_eq!(list.cards[0].card_id, added.card_id);
}
