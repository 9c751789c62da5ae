//! Customers and their cards, over HTTP against the fake.

use payture::commands::ewallet::{
    Activate, Add, Check, Delete, GetList, Init, Pay, Register, Remove, SendCode, Update,
};
use payture::testing::TestCard;
use payture::{
    Card, CardId, ErrorCode, Interface, OrderId, PaytureError, Phone, SecureCode, State, Step,
};

use crate::common::shop::Shop;
use crate::common::{card, customer, roubles};

fn code<T: std::fmt::Debug>(result: Result<T, PaytureError>) -> ErrorCode {
    match result {
        Err(PaytureError::Refused(refusal)) => refusal.code,
        other => panic!("{other:?}"),
    }
}

async fn with_card() -> (Shop, CardId) {
    let shop = Shop::open().await;
    shop.client.send(&Register::new(customer())).await.unwrap();
    let Step::Done(added) = shop
        .client
        .send(&Add::new(customer(), card()))
        .await
        .unwrap()
    else {
        panic!("no bank");
    };
    assert_eq!(added.mask(), Some("411111xxxxxx0031"));
    (shop, added.card_id)
}

#[tokio::test]
async fn customers_come_and_go() {
    let shop = Shop::open().await;
    let send = &shop.client;
    assert_eq!(
        code(send.send(&Check::new(customer())).await),
        ErrorCode::UserNotFound
    );
    let register = Register::new(customer()).phone(Phone::new("79156783333").unwrap());
    assert_eq!(
        send.send(&register).await.unwrap().login(),
        Some("123@ya.ru")
    );
    assert_eq!(code(send.send(&register).await), ErrorCode::DuplicateUser);
    send.send(&Update::new(customer()).email("new@ya.ru"))
        .await
        .unwrap();
    send.send(&Check::new(customer())).await.unwrap();
    send.send(&Delete::new(customer())).await.unwrap();
    assert_eq!(
        code(send.send(&Check::new(customer())).await),
        ErrorCode::UserNotFound
    );
}

#[tokio::test]
async fn cards_are_added_listed_activated_and_removed() {
    let (shop, card_id) = with_card().await;
    let duplicate = shop.client.send(&Add::new(customer(), card())).await;
    let Err(PaytureError::Refused(refusal)) = duplicate else {
        panic!("{duplicate:?}");
    };
    assert_eq!(refusal.answer.get("CardId"), Some(card_id.as_str()));

    let list = async || {
        shop.client
            .send(&GetList::new(customer()))
            .await
            .unwrap()
            .cards
    };
    assert!(!list().await[0].is_active());
    let activate = |amount| Activate::new(customer(), card_id.clone(), roubles(amount));
    let wrong = shop.client.send(&activate(100)).await;
    assert_eq!(code(wrong), ErrorCode::WrongAuthorizationCode);
    shop.client.send(&activate(101)).await.unwrap();
    assert!(list().await[0].is_active());
    shop.client
        .send(&Remove::new(customer(), card_id))
        .await
        .unwrap();
    assert!(list().await.is_empty());
}

#[tokio::test]
async fn a_stored_card_pays_with_its_code_and_alone_once_it_is_active() {
    let (shop, card_id) = with_card().await;
    let with_code = |order: &OrderId| {
        let code = SecureCode::new("123").unwrap();
        Pay::stored_card(
            customer(),
            order.clone(),
            roubles(100),
            card_id.clone(),
            code,
        )
    };
    let order = OrderId::random();
    let send_code = SendCode::new(customer(), card_id.clone(), order.clone(), roubles(100));
    shop.client.send(&send_code).await.unwrap();
    let pay = with_code(&order)
        .confirm_code("4711")
        .ip("241.22.197.12".parse().unwrap());
    assert!(shop.client.send(&pay).await.unwrap().done().is_some());
    let status = shop.client.state(Interface::EWallet, &order).await.unwrap();
    assert_eq!(status.state, State::Charged);

    let order = OrderId::random();
    let alone = Pay::recurring(customer(), order.clone(), roubles(100), card_id.clone());
    assert_eq!(
        code(shop.client.send(&alone).await),
        ErrorCode::WrongCardInfo
    );
    let activate = Activate::new(customer(), card_id.clone(), roubles(101));
    shop.client.send(&activate).await.unwrap();
    assert!(shop.client.send(&alone).await.unwrap().done().is_some());
}

#[tokio::test]
async fn sessions_of_a_customer_pay_hold_and_add() {
    let (shop, _) = with_card().await;
    for (init, expected) in [
        (
            Init::pay(customer(), OrderId::random(), roubles(100)),
            "/vwapi/Pay?SessionId=",
        ),
        (
            Init::block(customer(), OrderId::random(), roubles(100)),
            "/vwapi/Pay?SessionId=",
        ),
        (Init::add(customer()), "/vwapi/Add?SessionId="),
    ] {
        let session = shop.client.send(&init).await.unwrap();
        let url = shop.client.page_url(&session).unwrap();
        assert!(
            url.starts_with(&format!("{}{expected}", shop.fake.origin())),
            "{url}"
        );
        let page = page(&url).await;
        assert!(page.contains("card-number"), "{page}");
    }
    let order = OrderId::random();
    let init = Init::pay(customer(), order.clone(), roubles(100));
    shop.client.send(&init).await.unwrap();
    shop.fake.pay(&order, TestCard::THREE_DS).unwrap();
    let status = shop.client.state(Interface::EWallet, &order).await.unwrap();
    assert_eq!(status.state, State::Charged);
}

#[tokio::test]
async fn a_card_that_is_added_on_a_page_is_stored_and_told() {
    let shop = Shop::open().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/notify", listener.local_addr().unwrap());
    drop(listener);
    shop.fake.set_notify_url(&url).unwrap();
    shop.client.send(&Register::new(customer())).await.unwrap();
    let added = shop
        .client
        .send(&Add::new(customer(), card()))
        .await
        .unwrap();
    assert!(added.done().is_some());
    let limit = std::time::Duration::from_secs(10);
    let told = shop
        .fake
        .wait_for_deliveries(limit, |all| !all.is_empty())
        .await
        .unwrap();
    assert_eq!(
        told[0].event,
        payture::settlement::Event::CustomerAddSuccess
    );
    let session = shop.client.send(&Init::add(customer())).await.unwrap();
    for (number, cards) in [("3300000000000001", 1), ("5218851946955484", 2)] {
        let form = format!("SessionId={}&CardNumber={number}", session.id.as_str());
        let head = format!(
            "POST /page/add HTTP/1.1\r\nhost: fake\r\nconnection: close\r\n\
             content-length: {}\r\n\r\n{form}",
            form.len()
        );
        exchange(&shop.fake.origin(), &head).await;
        let list = shop.client.send(&GetList::new(customer())).await.unwrap();
        assert_eq!(list.cards.len(), cards, "{number}");
    }
}

#[tokio::test]
async fn a_wrong_password_of_the_customer_opens_nothing() {
    let (shop, card_id) = with_card().await;
    let stranger = || payture::Customer::new("123@ya.ru", "wrong").unwrap();
    let wrong = ErrorCode::WrongUserParams;
    assert_eq!(
        code(shop.client.send(&GetList::new(stranger())).await),
        wrong
    );
    assert_eq!(
        code(shop.client.send(&Remove::new(stranger(), card_id)).await),
        wrong
    );
    let card = Card::new("5218851946955484", 1, 30, "Ivan Ivanov").unwrap();
    let pay = Pay::new_card(stranger(), OrderId::random(), roubles(1), card);
    assert_eq!(code(shop.client.send(&pay).await), wrong);
}

async fn page(url: &str) -> String {
    let path = url.splitn(4, '/').nth(3).unwrap();
    let head = format!("GET /{path} HTTP/1.1\r\nhost: fake\r\nconnection: close\r\n\r\n");
    exchange(url, &head).await
}

/// Sends these bytes to the host of an address and reads to the end.
async fn exchange(url: &str, request: &str) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let host = url.split('/').nth(2).unwrap();
    let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}
