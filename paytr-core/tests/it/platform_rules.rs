//! What is refused of a transfer or a cashout before anything is sent.

use std::collections::HashSet;

use paytr_core::api::{
    CardToken, Cashout, Endpoint, Iban, Payout, PlatformTransfer, TransId, UserToken,
};
use paytr_core::{Currency, Money};

use crate::common::credentials;
use crate::common::payments::{self, IBAN, cashout, iban, trans_id, transfer};
use crate::common::shop::lira;

fn refused_field(request: &impl Endpoint) -> &'static str {
    payments::refused_field(request.form(&credentials()))
}

fn changed(change: impl FnOnce(&mut PlatformTransfer)) -> PlatformTransfer {
    let mut request = transfer();
    change(&mut request);
    request
}

#[test]
fn a_transfer_is_a_part_of_a_total_to_somebody_with_a_name() {
    let most = 99_999_999_999;
    for (field, request) in [
        (
            "trans_id",
            changed(|r| r.trans_id = trans_id(&"t".repeat(61))),
        ),
        ("total_amount", changed(|r| r.total = lira(0))),
        ("total_amount", changed(|r| r.total = lira(most + 1))),
        (
            "submerchant_amount",
            changed(|r| r.seller_amount = lira(3_457)),
        ),
        (
            "submerchant_amount",
            changed(|r| r.seller_amount = Money::new(1, Currency::EUR)),
        ),
        ("transfer_name", changed(|r| r.receiver = "Ayşe".into())),
        ("transfer_name", changed(|r| r.receiver = "A Yılmaz".into())),
        ("transfer_name", changed(|r| r.receiver = "Ayşe Y".into())),
        ("transfer_name", changed(|r| r.receiver = " ".into())),
        (
            "transfer_name",
            changed(|r| r.receiver = "Ayşe\nYılmaz".into()),
        ),
    ] {
        assert_eq!(refused_field(&request), field, "{request:?}");
    }
    for request in [
        changed(|r| r.seller_amount = lira(0)),
        changed(|r| r.seller_amount = lira(3_456)),
        changed(|r| r.trans_id = trans_id(&"t".repeat(60))),
        changed(|r| r.receiver = "XYZ Gıda Ltd. Şti.".into()),
    ] {
        assert!(request.form(&credentials()).is_ok(), "{request:?}");
    }
}

#[test]
fn a_cashout_has_one_to_two_thousand_payouts_in_lira() {
    let payout = |amount, receiver: &str| Payout::new(amount, receiver, iban());
    let one = |payout| Cashout::new(trans_id("C1"), vec![payout]);
    for (field, request) in [
        ("trans_info", Cashout::new(trans_id("C1"), Vec::new())),
        (
            "trans_info",
            Cashout::new(trans_id("C1"), vec![payout(lira(1), "A B"); 2_001]),
        ),
        ("amount", one(payout(lira(0), "A B"))),
        ("amount", one(payout(Money::new(1, Currency::EUR), "A B"))),
        ("receiver", one(payout(lira(1), " "))),
        ("receiver", one(payout(lira(1), "A\r\nB"))),
    ] {
        assert_eq!(refused_field(&request), field);
    }
    let most = Cashout::new(trans_id("C1"), vec![payout(lira(1), "A B"); 2_000]);
    assert!(most.form(&credentials()).is_ok());
}

#[test]
fn a_trans_id_is_letters_and_digits_and_a_random_one_is_new() {
    for wrong in ["", "T-1", "T_1", "T 1", "ş", &"T".repeat(65)] {
        assert!(TransId::new(wrong).is_err(), "{wrong:?}");
    }
    let made: HashSet<_> = (0..1_000).map(|_| TransId::random()).collect();
    assert_eq!(made.len(), 1_000);
    for id in made {
        assert!(id.as_str().len() <= 60);
        assert_eq!(TransId::new(id.as_str()), Ok(id));
    }
}

#[test]
fn an_iban_is_turkish_without_blanks_and_every_mistyped_digit_is_seen() {
    assert_eq!(Iban::new(IBAN).unwrap().as_str(), IBAN);
    for wrong in [
        "",
        "TR",
        "TR33 0006 1005 1978 6457 8413 26",
        "tr330006100519786457841326",
        "TR33000610051978645784132",
        "TR3300061005197864578413266",
        "DE89370400440532013000",
        "TR33000610051978645784132A",
    ] {
        assert!(Iban::new(wrong).is_err(), "{wrong:?}");
    }
    for at in 2..IBAN.len() {
        let right = IBAN.as_bytes()[at];
        for digit in (b'0'..=b'9').filter(|digit| *digit != right) {
            let mut typed = IBAN.as_bytes().to_vec();
            typed[at] = digit;
            assert!(Iban::new(std::str::from_utf8(&typed).unwrap()).is_err());
        }
    }
    for at in 2..IBAN.len() - 1 {
        let mut swapped = IBAN.as_bytes().to_vec();
        swapped.swap(at, at + 1);
        if swapped != IBAN.as_bytes() {
            assert!(Iban::new(std::str::from_utf8(&swapped).unwrap()).is_err());
        }
    }
}

#[test]
fn card_tokens_have_no_blanks() {
    for wrong in ["", " ", "a b", "a\n", &"a".repeat(256)] {
        assert!(UserToken::new(wrong).is_err(), "{wrong:?}");
        assert!(CardToken::new(wrong).is_err(), "{wrong:?}");
    }
    assert_eq!(
        "Zm9v+YmFy/QQ==".parse::<UserToken>().unwrap().as_str(),
        "Zm9v+YmFy/QQ=="
    );
}

#[test]
fn a_cashout_says_in_one_text_who_gets_how_much() {
    let form = cashout().form(&credentials()).unwrap();
    let rows: Vec<serde_json::Value> =
        serde_json::from_str(form.get("trans_info").unwrap()).unwrap();
    assert_eq!(rows[0]["amount"], "1283");
    assert_eq!(rows[0]["receiver"], "XYZ LTD ŞTİ");
    assert_eq!(rows[0]["iban"], IBAN);
}
