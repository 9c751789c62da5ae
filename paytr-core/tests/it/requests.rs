//! The rules of the typed requests: what is refused unsent, and what is posted.

use std::net::IpAddr;

use paytr_core::api::{
    Buyer, EftBank, Endpoint as _, Form, IframeCard, IframeEft, Installments, InvalidRequest,
    PageDesign, StatusInquiry,
};
use paytr_core::basket::BasketError;
use paytr_core::{Basket, Currency, Language, Mode, Money};

use crate::common::shop::lira;
use crate::common::{buyer, card_request, credentials, decoded, oid};

fn form(request: &IframeCard) -> Form {
    request.form(&credentials()).unwrap()
}

fn refused_field(request: &IframeCard) -> &'static str {
    match request.form(&credentials()).unwrap_err() {
        InvalidRequest::Length { field, .. }
        | InvalidRequest::Shape { field, .. }
        | InvalidRequest::Range { field, .. } => field,
        other => panic!("{other:?}"),
    }
}

/// The card request after a change.
fn card(change: impl FnOnce(&mut IframeCard)) -> IframeCard {
    let mut request = card_request("A1");
    change(&mut request);
    request
}

#[test]
fn values_that_paytr_refuses_are_refused_unsent() {
    let wrong = [
        ("email", card(|r| r.buyer.email = String::new())),
        (
            "email",
            card(|r| r.buyer.email = "müşteri@example.com".into()),
        ),
        ("email", card(|r| r.buyer.email = "no-at-sign".into())),
        ("email", card(|r| r.buyer.email = "a@b@c".into())),
        ("email", card(|r| r.buyer.email = "a b@c.d".into())),
        ("email", card(|r| r.buyer.email = "a@b\r\nx: y".into())),
        (
            "email",
            card(|r| r.buyer.email = format!("{}@example.com", "a".repeat(89))),
        ),
        ("user_name", card(|r| r.buyer.name = "  ".into())),
        ("user_name", card(|r| r.buyer.name = "ş".repeat(61))),
        ("user_address", card(|r| r.buyer.address = String::new())),
        ("user_address", card(|r| r.buyer.address = "a".repeat(401))),
        ("user_phone", card(|r| r.buyer.phone = "1".repeat(21))),
        ("user_phone", card(|r| r.buyer.phone = String::new())),
        ("payment_amount", card(|r| r.amount = lira(99))),
        ("payment_amount", card(|r| r.amount = lira(0))),
        ("payment_amount", card(|r| r.amount = lira(100_000_000_000))),
        (
            "currency",
            card(|r| r.amount = Money::new(100, "JPY".parse().unwrap())),
        ),
        (
            "max_installment",
            card(|r| r.installments = Installments::UpTo(1)),
        ),
        (
            "max_installment",
            card(|r| r.installments = Installments::UpTo(13)),
        ),
        ("timeout_limit", card(|r| r.timeout_minutes = Some(0))),
        ("merchant_ok_url", card(|r| r.ok_url = "/ok".into())),
        (
            "merchant_ok_url",
            card(|r| r.ok_url = "javascript:alert(1)".into()),
        ),
        ("merchant_fail_url", card(|r| r.fail_url = String::new())),
        (
            "merchant_fail_url",
            card(|r| r.fail_url = format!("https://a.example/{}", "a".repeat(400))),
        ),
        (
            "user_basket",
            card(|r| r.basket = Basket::new(Currency::TRY)),
        ),
    ];
    for (field, request) in wrong {
        assert_eq!(refused_field(&request), field, "{field}");
    }
}

#[test]
fn values_at_the_edge_are_taken() {
    for request in [
        card(|r| r.amount = lira(100)),
        card(|r| r.amount = lira(99_999_999_999)),
        card(|r| r.buyer.email = format!("{}@example.com", "a".repeat(88))),
        card(|r| r.buyer.name = "ş".repeat(60)),
        card(|r| r.installments = Installments::UpTo(2)),
        card(|r| r.installments = Installments::UpTo(12)),
        card(|r| r.amount = Money::new(100, Currency::RUB)),
    ] {
        assert!(request.form(&credentials()).is_ok());
    }
}

#[test]
fn defaults_are_a_live_card_payment_in_turkish_with_all_instalments() {
    let form = form(&card_request("A1"));
    for (name, value) in [
        ("test_mode", "0"),
        ("debug_on", "0"),
        ("no_installment", "0"),
        ("max_installment", "0"),
        ("lang", "tr"),
        ("currency", "TL"),
    ] {
        assert_eq!(form.get(name), Some(value), "{name}");
    }
    for absent in [
        "timeout_limit",
        "iframe_v2",
        "iframe_v2_dark",
        "payment_type",
    ] {
        assert_eq!(form.get(absent), None, "{absent}");
    }
}

#[test]
fn choices_are_posted_in_paytrs_spelling() {
    let form = form(&card(|r| {
        r.installments = Installments::None;
        r.mode = Mode::Test;
        r.language = Language::English;
        r.design = PageDesign::V2Dark;
        r.timeout_minutes = Some(15);
        r.debug = true;
        r.amount = Money::new(250, Currency::EUR);
    }));
    for (name, value) in [
        ("no_installment", "1"),
        ("max_installment", "0"),
        ("test_mode", "1"),
        ("lang", "en"),
        ("iframe_v2", "1"),
        ("iframe_v2_dark", "1"),
        ("timeout_limit", "15"),
        ("debug_on", "1"),
        ("currency", "EUR"),
        ("payment_amount", "250"),
    ] {
        assert_eq!(form.get(name), Some(value), "{name}");
    }
}

#[test]
fn an_ipv4_address_in_ipv6_clothes_is_posted_as_ipv4() {
    let mapped: IpAddr = "::ffff:88.255.10.20".parse().unwrap();
    let buyer = Buyer::new(mapped, "a@b.co", "A", "B", "1");
    let request = card(|r| r.buyer = buyer);
    assert_eq!(form(&request).get("user_ip"), Some("88.255.10.20"));
}

#[test]
fn every_field_is_posted_once_and_read_back_as_it_was_signed() {
    let awkward = card(|r| {
        r.buyer.name = "A&B=C+D %41 \"'<>ğ".into();
        r.buyer.address = "line\r\nline & more;".into();
    });
    let form = form(&awkward);
    let posted = decoded(&form.to_urlencoded());
    let fields: Vec<_> = form
        .iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    assert_eq!(posted, fields);
    let mut names: Vec<_> = posted.iter().map(|(name, _)| name).collect();
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all);
}

#[test]
fn a_transfer_is_in_lira_and_prefills_only_what_paytr_takes() {
    let eft = |change: fn(&mut IframeEft)| {
        let mut request = IframeEft::new(oid("EFT1"), lira(999), buyer());
        change(&mut request);
        request.form(&credentials())
    };
    let plain = eft(|_| {}).unwrap();
    for absent in [
        "currency",
        "user_basket",
        "user_name",
        "user_phone",
        "bank",
        "tc_no_last5",
    ] {
        assert_eq!(plain.get(absent), None, "{absent}");
    }
    let filled = eft(|r| {
        r.prefill = true;
        r.bank = Some(EftBank::Ziraat);
        r.national_id_last5 = Some("12345".into());
    })
    .unwrap();
    for (name, value) in [
        ("user_name", "Ayşe Yılmaz"),
        ("user_phone", "05001112233"),
        ("bank", "ziraat"),
        ("tc_no_last5", "12345"),
        ("payment_type", "eft"),
    ] {
        assert_eq!(filled.get(name), Some(value), "{name}");
    }
    let too_long = eft(|r| {
        r.prefill = true;
        r.buyer.name = "a".repeat(31);
        r.buyer.phone = "+905001112233".into();
    })
    .unwrap();
    assert_eq!(
        (too_long.get("user_name"), too_long.get("user_phone")),
        (None, None)
    );
    assert!(eft(|r| r.amount = Money::new(999, Currency::EUR)).is_err());
    assert!(eft(|r| r.amount = lira(99)).is_err());
    assert!(eft(|r| r.national_id_last5 = Some("1234".into())).is_err());
    assert!(eft(|r| r.national_id_last5 = Some("1234x".into())).is_err());
}

#[test]
fn a_basket_refuses_rows_without_a_name_or_a_quantity_and_sums_that_do_not_fit() {
    let basket = || Basket::new(Currency::TRY);
    assert_eq!(basket().item(" ", 1, 1), Err(BasketError::BlankName));
    assert_eq!(basket().item("A", 1, 0), Err(BasketError::ZeroQuantity));
    assert_eq!(basket().item("A", u64::MAX, 2), Err(BasketError::Overflow));
    let full = basket().item("A", u64::MAX, 1).unwrap();
    assert_eq!(full.clone().item("B", 1, 1), Err(BasketError::Overflow));
    assert_eq!(full.item("B", 0, 1).unwrap().rows().len(), 2);
}

#[test]
fn the_basket_sum_is_the_default_amount_and_may_differ_from_it() {
    let mut request = card_request("A1");
    assert_eq!(request.amount, lira(3_456));
    request.amount = lira(4_000);
    let form = form(&request);
    assert_eq!(form.get("payment_amount"), Some("4000"));
    assert_eq!(form.get("user_basket"), Some(&*request.basket.to_base64()));
}

#[test]
fn a_status_inquiry_has_three_fields() {
    let order = oid("SIPARIS0001");
    let form = StatusInquiry { order }.form(&credentials()).unwrap();
    let names: Vec<_> = form.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["merchant_id", "merchant_oid", "paytr_token"]);
}

#[test]
fn a_page_token_is_escaped_in_the_address_of_its_page() {
    use paytr_core::api::Answer;
    let body = br#"{"status":"success","token":"a/b?c#d e+f%41"}"#;
    let Ok(Answer::Success(token)) = card_request("A1").decode(body) else {
        panic!("a token");
    };
    assert_eq!(
        token.page_path(),
        "/odeme/guvenli/a%2Fb%3Fc%23d%20e%2Bf%2541"
    );
}
