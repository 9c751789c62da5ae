//! What several subjects need: the goldens and a terminal.

pub(crate) mod shop;
pub(crate) mod till;

use payture::commands::Command;
use payture::{Card, Currency, Customer, Environment, Money, OrderId, SecureCode, Terminal};

const REQUESTS: &str = include_str!("../../goldens/requests.txt");
const ANSWERS: &str = include_str!("../../goldens/answers.txt");

pub(crate) const OID: &str = "5f63838d-fb03-00c6-c890-c67cfc1c54ea";
pub(crate) const CARD_ID: &str = "00a94d92-1d84-44be-fa32-1c9591443347";

/// A request as it must be, byte for byte.
pub(crate) struct GoldenRequest {
    pub(crate) paths: Vec<&'static str>,
    pub(crate) length: usize,
    pub(crate) body: &'static str,
}

pub(crate) fn golden_request(name: &str) -> GoldenRequest {
    let mut lines = REQUESTS
        .lines()
        .map(|line| line.split(' ').collect::<Vec<_>>());
    let line = lines.find(|line| line[0] == name).unwrap();
    GoldenRequest {
        paths: line[1].split(',').collect(),
        length: line[2].parse().unwrap(),
        body: line[3],
    }
}

pub(crate) fn golden_answer(name: &str) -> &'static [u8] {
    let mut lines = ANSWERS.lines().filter_map(|line| line.split_once(' '));
    lines
        .find(|(known, _)| *known == name)
        .unwrap()
        .1
        .as_bytes()
}

pub(crate) fn terminal() -> Terminal {
    Terminal::new(Environment::sandbox(), "Merchant", "123", Currency::RUB).unwrap()
}

pub(crate) fn roubles(minor_units: u64) -> Money {
    Money::new(minor_units, Currency::RUB)
}

pub(crate) fn oid(id: &str) -> OrderId {
    OrderId::new(id).unwrap()
}

pub(crate) fn card() -> Card {
    let card = Card::new("4111111111100031", 12, 22, "Ivan Ivanov").unwrap();
    card.with_secure_code(SecureCode::new("123").unwrap())
}

pub(crate) fn customer() -> Customer {
    Customer::new("123@ya.ru", "2645363").unwrap()
}

pub(crate) fn body(terminal: &Terminal, command: &impl Command) -> String {
    command.form(terminal).unwrap().to_urlencoded()
}
