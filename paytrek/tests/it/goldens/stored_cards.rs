//! Stored cards, and charges with them.

use paytrek::CardToken;
use paytrek::api::{
    ChargeWithToken, ForgetStoredCard, Forgotten, ListStoredCards, Method, NewStoredCard,
    ReadStoredCard,
};

use super::{assert_sends, decode};
use crate::common::golden::{
    TOKEN_CHARGE_ANSWER, TOKEN_CHARGE_REQUEST, VAULT_ANSWER, VAULT_LIST_ANSWER, VAULT_REQUEST,
};
use crate::common::token;

const CARD: &str = "2b54e2f7-58ad-40e3-9a71-f3bc9333c406";

#[test]
fn p9_and_p10_a_card_is_stored_and_read() {
    let store = NewStoredCard::new(joe()).label("Ted");
    assert_sends(&store, Method::Post, "/api/v2/vault/", Some(VAULT_REQUEST));
    assert_eq!(VAULT_REQUEST.len(), 112);
    let stored = decode(&store, 200, VAULT_ANSWER).unwrap();
    let read = ReadStoredCard {
        card_token: CardToken::new(CARD).unwrap(),
    };
    let path = format!("/api/v2/vault/{CARD}/");
    assert_sends(&read, Method::Get, &path, None);
    assert_eq!(decode(&read, 200, VAULT_ANSWER), Ok(stored.clone()));
    assert_eq!(stored.card_token.as_str(), CARD);
    assert_eq!(stored.last4.as_deref(), Some("4509"));
    assert_eq!(stored.card_label.as_deref(), Some("Ted"));
    assert_eq!(
        stored.card_user_id.as_deref(),
        Some("b561169d7a2d467f885a7aedf7b10cf3")
    );
}

fn joe() -> paytrek::card::Card {
    let mut form = paytrek::card::TestCard::Isbank.form();
    form.holder = "Joe Doe";
    let today = paytrek::card::YearMonth::new(2020, 12).unwrap();
    form.check(today, paytrek::card::ExpiredCards::Refuse)
        .unwrap()
}

#[test]
fn p11_stored_cards_are_listed() {
    let list = ListStoredCards::all().of_user("10001");
    assert_sends(
        &list,
        Method::Get,
        "/api/v2/vault/?card_user_id=10001",
        None,
    );
    let page = decode(&list, 200, VAULT_LIST_ANSWER).unwrap();
    assert_eq!((page.count, page.cards.len()), (2, 2));
    assert_eq!((&page.next, &page.previous), (&None, &None));
    assert!(page.cards.iter().all(|card| card.card_label.is_none()));
}

#[test]
fn p12_a_stored_card_is_forgotten() {
    let forget = ForgetStoredCard {
        card_token: CardToken::new(CARD).unwrap(),
    };
    assert_sends(
        &forget,
        Method::Delete,
        &format!("/api/v2/vault/{CARD}/"),
        None,
    );
    assert_eq!(decode(&forget, 204, ""), Ok(Forgotten::Now));
    assert_eq!(decode(&forget, 200, "{\"a\":1}"), Ok(Forgotten::Now));
    assert_eq!(decode(&forget, 404, "{}"), Ok(Forgotten::Before));
}

#[test]
fn p13_a_stored_card_is_charged() {
    let charge = ChargeWithToken {
        sale_token: token("5f20ca43d47244509949eb32c80e522a"),
        card_token: CardToken::new("914dcf0b-236b-44e9-9b31-3925af88cdc5").unwrap(),
    };
    let path = "/api/v2/charge_with_token/";
    assert_sends(&charge, Method::Post, path, Some(TOKEN_CHARGE_REQUEST));
    assert_eq!(TOKEN_CHARGE_REQUEST.len(), 101);
    let answer = decode(&charge, 200, TOKEN_CHARGE_ANSWER).unwrap();
    assert!(answer.succeeded);
    assert_eq!(answer.error, None);
}
