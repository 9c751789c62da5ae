//! Spellings on the wire: baskets, forms, amounts.

use base64::Engine as _;
use paytr_core::amount::parse_major;
use paytr_core::api::Endpoint as _;
use paytr_core::{Basket, Currency};

use crate::common::vector_file::VectorFile;
use crate::common::{card_request, credentials};

type Rows = Vec<(String, String, u32)>;

fn basket_of(json: &str) -> Basket {
    let rows: Rows = serde_json::from_str(json).unwrap();
    let start = Basket::new(Currency::TRY);
    rows.into_iter()
        .fold(start, |basket, (name, price, quantity)| {
            let price = u64::try_from(parse_major(&price).unwrap()).unwrap();
            basket.item(name, price, quantity).unwrap()
        })
}

#[test]
fn baskets_are_compact_raw_utf8_and_mean_the_same_as_the_other_spellings() {
    let spellings = VectorFile::read().encodings.user_basket;
    assert_eq!(spellings.len(), 4);
    for spelling in &spellings {
        let basket = basket_of(&spelling.json);
        let ours = ["raw_utf8_compact", "quotes_and_backslash"].contains(&&*spelling.name);
        assert_eq!(basket.to_json() == spelling.json, ours, "{}", spelling.name);
        assert_eq!(
            basket.to_base64() == spelling.base64,
            ours,
            "{}",
            spelling.name
        );
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(&spelling.base64)
            .unwrap();
        assert_eq!(bytes, spelling.json.as_bytes(), "{}", spelling.name);
        let same: Rows = serde_json::from_str(&basket.to_json()).unwrap();
        let theirs: Rows = serde_json::from_str(&spelling.json).unwrap();
        assert_eq!(same, theirs, "{}", spelling.name);
    }
}

#[test]
fn forms_are_urlencoded_as_utf8_with_plus_for_a_blank() {
    let spellings = VectorFile::read().encodings.form_urlencoding;
    assert_eq!(spellings.len(), 2);
    for spelling in &spellings {
        let mut request = card_request("SIPARIS0001");
        request.buyer.name.clone_from(&spelling.value);
        let body = request.form(&credentials()).unwrap().to_urlencoded();
        let posted = format!("&user_name={}&", spelling.encoded);
        assert!(body.contains(&posted), "{}", spelling.value);
    }
}

#[test]
fn minor_units_are_spelled_as_major_ones_without_a_float() {
    let spellings = VectorFile::read().encodings.minor_to_major;
    assert_eq!(spellings.len(), 8);
    for spelling in &spellings {
        let basket = Basket::new(Currency::TRY).item("Kalem", spelling.minor, 1);
        let json = format!(r#"[["Kalem","{}",1]]"#, spelling.major);
        assert_eq!(basket.unwrap().to_json(), json);
    }
}

#[test]
fn major_units_are_read_with_a_dot_a_comma_and_a_sign() {
    let spellings = VectorFile::read().encodings.major_parse_tolerant;
    assert_eq!(spellings.len(), 7);
    for spelling in &spellings {
        assert_eq!(
            parse_major(&spelling.text),
            Some(spelling.minor),
            "{}",
            spelling.text
        );
    }
}

#[test]
fn major_units_that_do_not_fit_are_no_amount() {
    for text in [
        "92233720368547759",
        "99999999999999999999",
        "-92233720368547759.00",
    ] {
        assert_eq!(parse_major(text), None, "{text}");
    }
    assert_eq!(parse_major("92233720368547758.07"), Some(i64::MAX));
}
