//! Two stages, refunds, and what the state says in between, on every interface.

use payture::commands::ewallet::{Pay as WalletPay, Register};
use payture::commands::inpay::Init;
use payture::commands::order::{Charge, PayStatus, Refund, Unblock};
use payture::commands::{api, wallets};
use payture::replies::PayStatusReply;
use payture::testing::TestCard;
use payture::{
    Card, Customer, ErrorCode, Interface, OrderId, OrderStatus, PayToken, PaytureError, SecureCode,
    Standing, State,
};

use crate::common::shop::Shop;
use crate::common::{card, roubles};

/// Holds 500.00 on this interface.
async fn hold(shop: &Shop, interface: Interface) -> OrderId {
    let order = OrderId::random();
    let amount = roubles(50_000);
    match interface {
        Interface::Api => {
            let block = api::Block::new(order.clone(), amount, card());
            let held = shop.client.send(&block).await.unwrap().done().unwrap();
            assert_eq!(held.hold(interface, order.clone(), amount).amount(), amount);
        }
        Interface::InPay => {
            shop.client
                .send(&Init::block(order.clone(), amount))
                .await
                .unwrap();
            shop.fake.pay(&order, TestCard::SUCCESS).unwrap();
        }
        Interface::EWallet => {
            let customer = Customer::new(format!("{order}@ya.ru"), "2645363").unwrap();
            shop.client
                .send(&Register::new(customer.clone()))
                .await
                .unwrap();
            let pay = WalletPay::new_card(customer, order.clone(), amount, card()).hold();
            assert!(shop.client.send(&pay).await.unwrap().done().is_some());
        }
    }
    order
}

async fn state(shop: &Shop, interface: Interface, order: &OrderId) -> OrderStatus {
    shop.client.state(interface, order).await.unwrap()
}

fn code(error: PaytureError) -> ErrorCode {
    match error {
        PaytureError::Refused(refusal) => refusal.code,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_hold_is_charged_in_part_and_refunded_in_parts_on_every_interface() {
    let shop = Shop::open().await;
    for interface in Interface::ALL {
        let order = hold(&shop, interface).await;
        let held = state(&shop, interface, &order).await;
        assert_eq!(held.standing(None), Standing::Held(roubles(50_000)));
        let charge = held.hold().unwrap().charge_part(roubles(30_000)).unwrap();
        let charged = shop.client.send(&charge).await.unwrap();
        assert_eq!(charged.amount, Some(roubles(30_000)));
        let again = shop.client.send(&charge).await.unwrap_err();
        assert_eq!(code(again), ErrorCode::IllegalOrderState);

        let paid = state(&shop, interface, &order).await;
        assert_eq!(
            paid.standing(Some(roubles(30_000))),
            Standing::Paid(roubles(30_000))
        );
        let part = paid
            .paid_order()
            .unwrap()
            .refund_part(roubles(10_000))
            .unwrap();
        assert_eq!(shop.client.send(&part).await.unwrap().left, roubles(20_000));
        let partly = state(&shop, interface, &order).await;
        assert_eq!(partly.state, State::Charged);
        let standing = partly.standing(Some(roubles(30_000)));
        assert!(standing.is_paid() && matches!(standing, Standing::PartlyRefunded { .. }));

        let rest = partly.paid_order().unwrap().refund();
        assert!(shop.client.send(&rest).await.unwrap().is_full());
        let gone = state(&shop, interface, &order).await;
        assert_eq!(gone.standing(Some(roubles(30_000))), Standing::Refunded);
        let again = shop.client.send(&rest).await.unwrap_err();
        assert_eq!(code(again), ErrorCode::IllegalOrderState);
    }
}

#[tokio::test]
async fn a_hold_is_released_on_every_interface() {
    let shop = Shop::open().await;
    for interface in Interface::ALL {
        let order = hold(&shop, interface).await;
        let held = state(&shop, interface, &order).await.hold().unwrap();
        let released = shop.client.send(&held.release()).await.unwrap();
        assert_eq!(released.new_amount, Some(roubles(0)));
        let voided = state(&shop, interface, &order).await;
        assert_eq!(voided.standing(None), Standing::NotPaid(State::Voided));
        let again = shop
            .client
            .send(&Unblock::new(interface, order))
            .await
            .unwrap_err();
        assert_eq!(code(again), ErrorCode::IllegalOrderState);
    }
}

#[tokio::test]
async fn more_than_is_there_is_refused_by_payture_too() {
    let shop = Shop::open().await;
    for interface in Interface::ALL {
        let order = hold(&shop, interface).await;
        let much = Charge::new(interface, order.clone()).amount(roubles(50_001));
        let error = shop.client.send(&much).await.unwrap_err();
        assert_eq!(code(error), ErrorCode::AmountError);
        shop.client
            .send(&Charge::new(interface, order.clone()))
            .await
            .unwrap();
        let much = Refund::new(interface, order).amount(roubles(50_001));
        let error = shop.client.send(&much).await.unwrap_err();
        assert_eq!(code(error), ErrorCode::AmountError);
    }
}

#[tokio::test]
async fn the_terminals_password_is_needed_where_it_is_documented() {
    let shop = Shop::open().await;
    let wrong = payture::Terminal::new(
        shop.client.terminal().environment().clone(),
        "Merchant",
        "wr0ng-pa5s",
        payture::Currency::RUB,
    );
    let stranger = shop.client.with_terminal(wrong.unwrap());
    for interface in Interface::ALL {
        let order = hold(&shop, interface).await;
        let refused = stranger.send(&Charge::new(interface, order.clone())).await;
        match interface {
            Interface::Api => assert!(refused.is_ok(), "api/Charge has no password"),
            _ => assert_eq!(code(refused.unwrap_err()), ErrorCode::AccessDenied),
        }
        let refused = stranger
            .send(&Refund::new(interface, order))
            .await
            .unwrap_err();
        assert_eq!(code(refused), ErrorCode::AccessDenied);
    }
}

#[tokio::test]
async fn the_older_status_says_prepared_before_a_card_was_tried() {
    let shop = Shop::open().await;
    let order = OrderId::random();
    shop.client
        .send(&Init::pay(order.clone(), roubles(5)))
        .await
        .unwrap();
    let status = PayStatus::inpay(order.clone());
    let prepared = shop.client.send(&status).await.unwrap();
    assert!(matches!(prepared, PayStatusReply::Prepared(_)));
    shop.fake.pay(&order, TestCard::SUCCESS).unwrap();
    let PayStatusReply::Known(known) = shop.client.send(&status).await.unwrap() else {
        panic!("a state");
    };
    assert_eq!(known.state, State::Charged);
}

#[tokio::test]
async fn phones_pay_and_hold() {
    let shop = Shop::open().await;
    let token = || wallets::WalletToken::Google(PayToken::new("eyJhIjoxfQ==").unwrap());
    let order = OrderId::random();
    let pay = wallets::MobilePay::new(order.clone(), roubles(100), token());
    assert!(shop.client.send(&pay).await.unwrap().done().is_some());
    assert_eq!(
        state(&shop, Interface::Api, &order).await.state,
        State::Charged
    );
    let order = OrderId::random();
    let block = wallets::MobileBlock::new(order.clone(), roubles(100), token());
    assert!(shop.client.send(&block).await.unwrap().done().is_some());
    assert_eq!(
        state(&shop, Interface::Api, &order).await.state,
        State::Authorized
    );
}

#[tokio::test]
async fn a_card_that_fails_at_the_charge_means_look_first() {
    let shop = Shop::open().await;
    let order = OrderId::random();
    let card = Card::new(TestCard::CHARGE_ERROR.number(), 1, 30, "Ivan Ivanov").unwrap();
    let card = card.with_secure_code(SecureCode::new(TestCard::CODE).unwrap());
    let block = api::Block::new(order.clone(), roubles(100), card);
    assert!(shop.client.send(&block).await.unwrap().done().is_some());
    let charge = Charge::new(Interface::Api, order);
    let known = shop.client.send_or_look(&charge).await.unwrap();
    let payture::Known::Looked { status, .. } = known else {
        panic!("{known:?}");
    };
    assert_eq!(status.state, State::Authorized);
}
