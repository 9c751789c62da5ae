//! Canaries: no secret and no card in `Debug`, errors, logs and spans.

mod logs;
mod values;

use std::error::Error;
use std::fmt::Debug;

use payture::{Card, Currency, Customer, Environment, SecureCode, Terminal};

pub(super) const PASSWORD: &str = "kAnArYtErMiNaL1";
pub(super) const CUSTOMER_PASSWORD: &str = "kAnArYcUsToMeR2";
pub(super) const LOGIN: &str = "canary@example.com";
pub(super) const PAN: &str = "4111111111100031";
pub(super) const MASK: &str = "411111xxxxxx0031";
pub(super) const HOLDER: &str = "CANARY HOLDER";
pub(super) const CODE: &str = "7531";
pub(super) const PA_RES: &str = "kAnArYpArEs";
pub(super) const PA_REQ: &str = "kAnArYpArEq";
pub(super) const TOKEN: &str = "kAnArYtOkEn";
pub(super) const KEY: &str = "kAnArYmD";
pub(super) const PHONE: &str = "79990001122";
pub(super) const IP: &str = "203.0.113.77";
pub(super) const REPLY: &str = "kanaryreplytext";
pub(super) const SESSION: &str = "c4a4a41e-1d84-44be-fa32-1c9591443347";

pub(super) const CANARIES: [&str; 15] = [
    PASSWORD,
    CUSTOMER_PASSWORD,
    LOGIN,
    PAN,
    MASK,
    HOLDER,
    CODE,
    PA_RES,
    PA_REQ,
    TOKEN,
    KEY,
    PHONE,
    IP,
    REPLY,
    SESSION,
];

#[track_caller]
pub(super) fn assert_silent(what: &str, shown: &str) {
    for canary in CANARIES {
        assert!(!shown.contains(canary), "{what} shows {canary}: {shown}");
    }
}

pub(super) fn shown(value: &impl Debug) -> String {
    format!("{value:?}\n{value:#?}")
}

/// An error and all its causes.
pub(super) fn shown_error(error: &dyn Error) -> String {
    let mut text = format!("{error}\n{error:?}\n{error:#?}\n");
    if let Some(cause) = error.source() {
        text += &shown_error(cause);
    }
    captured_log::without_ports(&text)
}

pub(super) fn terminal_at(environment: Environment) -> Terminal {
    Terminal::new(environment, "Merchant", PASSWORD, Currency::RUB).unwrap()
}

pub(super) fn terminal() -> Terminal {
    terminal_at(Environment::sandbox())
}

pub(super) fn card() -> Card {
    let card = Card::new(PAN, 12, 30, HOLDER).unwrap();
    card.with_secure_code(SecureCode::new(CODE).unwrap())
}

pub(super) fn customer() -> Customer {
    Customer::new(LOGIN, CUSTOMER_PASSWORD).unwrap()
}
