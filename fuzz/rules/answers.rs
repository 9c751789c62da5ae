//! Rules for what PayTR answers to requests. Its answers are not signed.

use paytr_core::api::{Answer, BinLookup, Endpoint as _, OrderStatus, Refund, StatusInquiry};
use paytr_core::{Currency, MerchantOid, Money};
use serde_json::json;

fn order() -> MerchantOid {
    "FUZZ1".parse().expect("an order id")
}

/// Whatever the bytes are: they are read or refused, nothing panics, and what was given back is never more than a
/// number can hold.
pub(crate) fn any_answer_is_read_or_refused(body: &[u8]) {
    let inquiry = StatusInquiry { order: order() };
    if let Ok(Answer::Success(status)) = inquiry.decode(body) {
        let most = status.payment_amount.minor_units();
        assert!(status.refundable().minor_units() <= most);
        assert!(status.refunded().currency() == status.payment_total.currency());
        assert!(!format!("{status:?}").is_empty());
    }
    let refund = Refund::new(order(), Money::new(100, Currency::TRY));
    if let Ok(Answer::Success(receipt)) = refund.decode(body) {
        assert!(!format!("{receipt:?}").is_empty());
    }
    let lookup = BinLookup::new("455359").expect("a BIN");
    let _ = lookup.decode(body);
}

/// Three amounts, parted by `|`: what was ordered, what was paid, and what was given back. An answer that holds them is
/// read to the last minor unit, or refused.
pub(crate) fn an_amount_is_read_to_the_last_unit_or_refused(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut parts = text.splitn(3, '|');
    let mut next = || parts.next().unwrap_or_default();
    let (ordered, paid, given_back) = (next(), next(), next());
    let body = json!({
        "status": "success", "payment_amount": ordered, "payment_total": paid, "currency": "TL",
        "returns": [{"return_amount": given_back}],
    });
    let inquiry = StatusInquiry { order: order() };
    let all_are_amounts = [ordered, paid, given_back]
        .map(minor_units)
        .iter()
        .all(Option::is_some);
    match inquiry.decode(body.to_string().as_bytes()) {
        Ok(Answer::Success(status)) => {
            assert!(all_are_amounts, "accepted: {text}");
            assert_amounts(&status, [ordered, paid, given_back]);
        }
        Ok(Answer::Refused(_)) => panic!("an answer of success is none: {text}"),
        Err(_) => assert!(!all_are_amounts, "refused: {text}"),
    }
}

fn assert_amounts(status: &OrderStatus, texts: [&str; 3]) {
    let read = [
        status.payment_amount,
        status.payment_total,
        status.refunded(),
    ];
    for (money, text) in read.into_iter().zip(texts) {
        assert_eq!(Some(money.minor_units()), minor_units(text), "{text}");
    }
}

/// Another way to read an amount: as a text with its point moved.
fn minor_units(text: &str) -> Option<u64> {
    let (whole, fraction) = match text.find(['.', ',']) {
        Some(point) => (&text[..point], &text[point + 1..]),
        None => (text, "0"),
    };
    let are_digits =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let all = (are_digits(whole) && are_digits(fraction) && fraction.len() <= 2)
        .then(|| format!("{whole}{fraction:0<2}"))?;
    // The largest that both a signed and an unsigned number can hold.
    all.parse()
        .ok()
        .filter(|units| *units <= i64::MAX.unsigned_abs())
}
