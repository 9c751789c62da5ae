//! Stored cards, page by page.

use paytrek::DecodeError;
use paytrek::api::{Charge, ChargeWithToken, Forgotten, ListStoredCards, NewStoredCard, SaveCard};
use paytrek::testing::FakePaytrek;

use crate::common::golden::{VAULT_LIST_ANSWER, with};
use crate::common::server::{Server, ok};
use crate::common::{card, sale_of};

#[tokio::test]
async fn pages_are_followed_to_the_end_and_no_further_than_asked() {
    let fake = FakePaytrek::start().await.unwrap();
    let client = fake.client().unwrap();
    for number in 0..7 {
        let card = NewStoredCard::new(card())
            .user("user&7")
            .label(format!("card {number}"));
        client.store_card(&card).await.unwrap();
    }
    client
        .store_card(&NewStoredCard::new(card()).user("somebody else"))
        .await
        .unwrap();

    let list = ListStoredCards::all().of_user("user&7");
    let page = client.stored_cards(&list).await.unwrap();
    assert_eq!((page.count, page.cards.len()), (7, 3));
    assert!(page.previous.is_none());
    let next = ListStoredCards::page(page.next.as_ref().unwrap());
    let page = client.stored_cards(&next).await.unwrap();
    assert_eq!(page.cards[0].card_label.as_deref(), Some("card 3"));
    assert!(page.previous.is_some());

    let all = client.all_stored_cards(&list, 100).await.unwrap();
    assert_eq!(all.len(), 7);
    assert!(
        all.iter()
            .all(|card| card.card_user_id.as_deref() == Some("user&7"))
    );
    assert_eq!(client.all_stored_cards(&list, 4).await.unwrap().len(), 4);
    let labelled = client
        .stored_cards(&list.with_label("card 5"))
        .await
        .unwrap();
    assert_eq!(labelled.cards.len(), 1);
}

#[tokio::test]
async fn a_link_to_another_host_is_refused_because_the_credentials_would_go_there() {
    for link in [
        "https://evil.example/api/v2/vault/?page=2",
        "http://127.0.0.1:1/api/v2/vault/?page=2",
        "https://u:p@sandbox.paytrek.com/api/v2/vault/",
        "//evil.example/api/v2/vault/",
        "/api/v2/vault/?page=2",
        "javascript:alert(1)",
    ] {
        let body = with(
            VAULT_LIST_ANSWER,
            "\"next\":null",
            &format!("\"next\":\"{link}\""),
        );
        let server = Server::always(ok(&body)).await;
        let error = server
            .client()
            .all_stored_cards(&ListStoredCards::all(), 10)
            .await;
        let error = format!("{:?}", error.unwrap_err());
        let cause = format!("{:?}", DecodeError::Value { name: "next" });
        assert!(error.contains(&cause), "{link}: {error}");
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_link_to_another_resource_of_the_same_host_is_refused() {
    let server = Server::always(ok("{}")).await;
    let link = format!("{}/api/v2/sale/x/", server.host());
    let body = with(
        VAULT_LIST_ANSWER,
        "\"next\":null",
        &format!("\"next\":\"{link}\""),
    );
    let host = server.host().clone();
    let answer = paytrek::api::Answer {
        status: 200,
        body: body.as_bytes(),
        host: &host,
    };
    let decoded = paytrek::api::Request::decode(&ListStoredCards::all(), answer);
    assert_eq!(decoded.unwrap_err(), DecodeError::Value { name: "next" });
}

#[tokio::test]
async fn a_card_is_stored_charged_and_forgotten() {
    let fake = FakePaytrek::start().await.unwrap();
    let client = fake.client().unwrap();
    let sale = client.create_sale(&sale_of("A")).await.unwrap();
    let charge = Charge::new(sale.sale_token, card());
    let outcome = client
        .charge(&charge.save_card(SaveCard::Yes))
        .await
        .unwrap();
    let card_token = outcome.answer().unwrap().card_token.clone().unwrap();
    assert_eq!(
        client
            .stored_card(&card_token)
            .await
            .unwrap()
            .last4
            .as_deref(),
        Some("4509")
    );

    let sale_token = client.create_sale(&sale_of("B")).await.unwrap().sale_token;
    let charge = ChargeWithToken {
        sale_token,
        card_token: card_token.clone(),
    };
    assert!(
        client
            .charge_with_token(&charge)
            .await
            .unwrap()
            .answer()
            .unwrap()
            .succeeded
    );

    assert_eq!(
        client.forget_card(&card_token).await.unwrap(),
        Forgotten::Now
    );
    assert_eq!(
        client.forget_card(&card_token).await.unwrap(),
        Forgotten::Before
    );
    assert!(client.stored_card(&card_token).await.is_err());
}

#[tokio::test]
async fn a_card_is_not_stored_unless_somebody_asked_for_it() {
    let fake = FakePaytrek::start().await.unwrap();
    let client = fake.client().unwrap();
    let sale = client.create_sale(&sale_of("A")).await.unwrap();
    let outcome = client
        .charge(&Charge::new(sale.sale_token, card()))
        .await
        .unwrap();
    assert_eq!(outcome.answer().unwrap().card_token, None);
    let all = client.stored_cards(&ListStoredCards::all()).await.unwrap();
    assert_eq!(all.count, 0);
}
