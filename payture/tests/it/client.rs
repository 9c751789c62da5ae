//! What can go wrong on the way, and what is known then.

use std::time::Duration;

use payture::answer::DecodeError;
use payture::commands::inpay::Init;
use payture::commands::order::Charge;
use payture::commands::receipts::{
    Cheque, CreateReceipt, Position, Quantity, ReceiptState, ReceiptStatus, ReceiptType, Tax,
};
use payture::commands::{Effect, InvalidRequest, Open, api};
use payture::testing::{Fault, TestCard};
use payture::{
    Card, Currency, Environment, ErrorCode, Interface, Known, Money, OrderId, PaytureClient,
    PaytureError, State, Terminal,
};

use crate::common::shop::{PRICE, Shop, builder, client_of};
use crate::common::{OID, card, oid, roubles};

fn requests_of(shop: &Shop, command: &str) -> usize {
    shop.fake
        .requests()
        .iter()
        .filter(|request| request.ends_with(command))
        .count()
}

fn pay(order: &OrderId) -> api::Pay {
    api::Pay::new(order.clone(), roubles(PRICE), card())
}

#[tokio::test]
async fn an_invalid_request_is_never_sent() {
    let shop = Shop::open().await;
    let wrong = Init::pay(oid(OID), Money::new(1, Currency::TRY));
    let error = shop.client.send(&wrong).await.unwrap_err();
    assert!(matches!(
        error,
        PaytureError::Invalid(InvalidRequest::Currency { .. })
    ));
    let error = shop
        .client
        .send(&Init::pay(oid(OID), roubles(1)).product("x;Amount=1"))
        .await;
    assert!(matches!(error, Err(PaytureError::Invalid(_))));
    assert!(shop.fake.requests().is_empty());
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let environment = Environment::at(&format!("http://{}", nobody.local_addr().unwrap())).unwrap();
    drop(nobody);
    let client = client_of(Terminal::new(environment, "Merchant", "123", Currency::RUB).unwrap());
    let error = client.send(&pay(&oid(OID))).await.unwrap_err();
    assert!(matches!(error, PaytureError::NotSent(_)), "{error:?}");
    assert!(!error.must_look_first(Effect::MovesMoney));
}

#[tokio::test]
async fn a_lost_answer_leaves_the_outcome_unknown_and_is_looked_up_not_resent() {
    for (fault, carried_out) in [(Fault::LostAfter, true), (Fault::LostBefore, false)] {
        let shop = Shop::open().await;
        let order = oid(OID);
        shop.fake.fault("Pay", fault.clone());
        let error = shop.client.send(&pay(&order)).await.unwrap_err();
        assert!(matches!(error, PaytureError::Indeterminate(_)), "{error:?}");
        assert!(error.must_look_first(Effect::MovesMoney));
        assert_eq!(requests_of(&shop, "Pay"), 1);
        assert_eq!(shop.fake.order(&order).is_some(), carried_out);

        let order = OrderId::random();
        shop.fake.fault("Pay", fault);
        let known = shop.client.send_or_look(&pay(&order)).await.unwrap();
        match known {
            Known::Looked { status, .. } if carried_out => assert_eq!(status.state, State::Charged),
            Known::NotThere { .. } if !carried_out => {}
            other => panic!("{other:?}"),
        }
        assert_eq!(requests_of(&shop, "/Pay"), 2, "each was sent once");
    }
}

#[tokio::test]
async fn a_duplicate_order_id_is_looked_up() {
    let shop = Shop::open().await;
    let order = oid(OID);
    let first = shop.client.send_or_look(&pay(&order)).await.unwrap();
    assert!(matches!(first, Known::Answered(_)));
    let error = shop.client.send(&pay(&order)).await.unwrap_err();
    assert!(error.must_look_first(Effect::MovesMoney));
    let Known::Looked { status, because } = shop.client.send_or_look(&pay(&order)).await.unwrap()
    else {
        panic!("the state");
    };
    assert_eq!(status.amount, Some(roubles(PRICE)));
    let PaytureError::Refused(refusal) = because else {
        panic!("a refusal");
    };
    assert_eq!(refusal.code, ErrorCode::DuplicateOrderId);
}

#[tokio::test]
async fn a_no_that_is_sure_is_an_error_and_is_not_looked_up() {
    let shop = Shop::open().await;
    let declined = Card::new(TestCard::AMOUNT_EXCEED.number(), 12, 30, "Ivan Ivanov").unwrap();
    let pay = api::Pay::new(oid(OID), roubles(PRICE), declined);
    let error = shop.client.send_or_look(&pay).await.unwrap_err();
    assert!(matches!(error, PaytureError::Refused(_)), "{error:?}");
    assert_eq!(shop.asked(), 0);
}

#[tokio::test]
async fn when_the_state_is_not_told_either_the_first_error_stays() {
    let shop = Shop::open().await;
    shop.fake.fault("Pay", Fault::LostAfter);
    for _ in 0..3 {
        shop.fake
            .fault("GetState", Fault::Answer("Ooooops!".to_owned()));
    }
    let error = shop.client.send_or_look(&pay(&oid(OID))).await.unwrap_err();
    assert!(matches!(error, PaytureError::Indeterminate(_)), "{error:?}");
    assert_eq!(requests_of(&shop, "/Pay"), 1);
}

#[tokio::test]
async fn questions_are_repeated_and_commands_are_not() {
    let (shop, order) = Shop::paid_order().await;
    shop.fake.fault("GetState", Fault::ServerError);
    shop.fake.fault("GetState", Fault::ServerError);
    let status = shop.client.state(Interface::InPay, &order).await.unwrap();
    assert_eq!(
        (status.state, requests_of(&shop, "GetState")),
        (State::Charged, 3)
    );
    shop.fake.fault("Charge", Fault::ServerError);
    let error = shop
        .client
        .send(&Charge::new(Interface::InPay, order))
        .await
        .unwrap_err();
    assert!(matches!(error, PaytureError::Indeterminate(_)));
    assert_eq!(requests_of(&shop, "Charge"), 1);
}

#[tokio::test]
async fn an_unreadable_answer_is_unknown_too() {
    let shop = Shop::open().await;
    for (body, expected) in [
        ("Ooooops!", DecodeError::NotXml),
        ("<Charge/>", DecodeError::Success),
        (r#"<Block Success="True"/>"#, DecodeError::Root),
        (
            r#"<Pay Success="True" OrderId="other"/>"#,
            DecodeError::OtherOrder,
        ),
    ] {
        shop.fake.fault("Pay", Fault::Answer(body.to_owned()));
        let error = shop.client.send(&pay(&oid(OID))).await.unwrap_err();
        assert!(error.must_look_first(Effect::MovesMoney));
        let PaytureError::Undecodable {
            body: kept, cause, ..
        } = error
        else {
            panic!("{error:?}");
        };
        assert_eq!((kept.as_str(), cause), (body, expected));
    }
}

#[tokio::test]
async fn a_slow_card_runs_into_the_time_limit_and_the_state_tells() {
    let shop = Shop::with(builder().slow_answers_take(Duration::from_secs(40))).await;
    let slow = Card::new(TestCard::SLOW_BLOCK.number(), 12, 30, "Ivan Ivanov").unwrap();
    let block = api::Block::new(oid(OID), roubles(PRICE), slow);
    let known = shop.client.send_or_look(&block).await.unwrap();
    let Known::Looked { status, .. } = known else {
        panic!("{known:?}");
    };
    assert_eq!(status.hold().unwrap().amount(), roubles(PRICE));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let target = Shop::open().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let location = target.fake.origin();
    tokio::spawn(async move {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4096]).await;
        let head = format!(
            "HTTP/1.1 307 Found\r\nlocation: {location}/api/Pay\r\ncontent-length: 0\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
    });
    let environment = Environment::at(&origin).unwrap();
    let client = client_of(Terminal::new(environment, "Merchant", "123", Currency::RUB).unwrap());
    let error = client.send(&pay(&oid(OID))).await.unwrap_err();
    assert!(matches!(error, PaytureError::Indeterminate(_)), "{error:?}");
    assert!(target.fake.requests().is_empty());
}

#[tokio::test]
async fn another_terminal_is_picked_per_call() {
    let fake = builder()
        .terminal("Recurring", "other-pa5s")
        .start()
        .await
        .unwrap();
    let at = |name: &str, password: &str| {
        Terminal::new(fake.environment().unwrap(), name, password, Currency::RUB).unwrap()
    };
    let client: PaytureClient = client_of(at("Merchant", "pA5s7word"));
    let order = oid(OID);
    client
        .send(&Init::pay(order.clone(), roubles(1)))
        .await
        .unwrap();
    let other = client.with_terminal(at("Recurring", "other-pa5s"));
    let unknown = other.state(Interface::InPay, &order).await.unwrap_err();
    assert!(matches!(unknown, PaytureError::Refused(_)));
    other
        .send(&Init::pay(order.clone(), roubles(2)))
        .await
        .unwrap();
    let amount = async |client: &PaytureClient| {
        client
            .state(Interface::InPay, &order)
            .await
            .unwrap()
            .amount
            .unwrap()
    };
    assert_eq!(
        (amount(&client).await, amount(&other).await),
        (roubles(1), roubles(2))
    );
}

#[tokio::test]
async fn receipts_without_a_payment_are_made_and_found() {
    let shop = Shop::open().await;
    let price = roubles(10_050);
    let line = Position::new("Ticket", Quantity::pieces(2).unwrap(), price, Tax::Twenty);
    let cheque = Cheque::new(vec![line])
        .customer_contact("a@example.com")
        .message("Thanks");
    let create = CreateReceipt::new("cheque-1", "7701234567", ReceiptType::Income, cheque).unwrap();
    let accepted = shop.client.send_receipt(&create).await.unwrap();
    assert_eq!(
        (accepted.success, accepted.status),
        (true, ReceiptState::Accepted)
    );
    let conflict = shop.client.send_receipt(&create).await.unwrap();
    assert_eq!(
        (conflict.success, conflict.status),
        (false, ReceiptState::Conflict)
    );
    let status = ReceiptStatus::new("cheque-1").unwrap();
    let found = shop.client.send_receipt(&status).await.unwrap();
    assert_eq!(found.receipts, [ReceiptState::Created]);
    let body = payture::commands::receipts::ReceiptCommand::body(&create, shop.client.terminal());
    assert_eq!(
        body.unwrap(),
        r#"{"Key":"Merchant","Password":"pA5s7word","Message":"Thanks","Cheque":{"Id":"cheque-1","INN":"7701234567","Content":{"Type":1,"Positions":[{"Quantity":2.0,"Price":100.5,"Tax":1,"Text":"Ticket"}],"CheckClose":{},"CustomerContact":"a@example.com"}}}"#
    );
}

#[tokio::test]
async fn an_open_command_gives_its_answer_as_it_came() {
    let shop = Shop::open().await;
    let answer =
        r#"<PreAuth Success="True" Version="2.1" ThreeDSMethodURL="https://acs.example"/>"#;
    shop.fake.fault("PreAuth", Fault::Answer(answer.to_owned()));
    let pre_auth = Open::new(Interface::Api, "PreAuth").unwrap();
    let answer = shop.client.send(&pre_auth).await.unwrap();
    assert_eq!(answer.get("Version"), Some("2.1"));
}
